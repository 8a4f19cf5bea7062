// Naming cells, through the real SDK against an endpoint that speaks the real protocol.

import { LocationClient } from '@aws-sdk/client-location';
import fc from 'fast-check';
import type { Location } from '../../../domain/location.ts';
import { makePlaceLabels, readPlaceLabels } from '../../../lambdas/aws/dynamodb/place-labels.ts';
import { makeAmazonLocationNamer } from '../../../lambdas/aws/location/amazon-location.ts';
import { alpha2Of } from '../../../lambdas/aws/location/country-codes.ts';
import { withLabelRequests } from '../../../lambdas/aws/location/label-requests.ts';
import { makeDataNamer } from '../../../lambdas/label/data-namer.ts';
import { type CellKey, makeLabel } from '../../../lambdas/label/label.ts';
import { startTestDynamo, type TestDynamo } from '../../support/dynalite.ts';
import {
  type LoopbackService,
  type ServiceAnswer,
  startLoopbackService,
} from '../../support/loopback-service.ts';

const place = (country: string, names: object) => ({
  body: JSON.stringify({
    Summary: { Position: [2.25, 48.75], DataSource: 'Here', Language: 'en', MaxResults: 1 },
    Results: [
      {
        Distance: 120.5,
        Place: {
          Label: '1 Rue Secrete, 91400 Orsay, France',
          Street: 'Rue Secrete',
          AddressNumber: '1',
          Country: country,
          Geometry: { Point: [2.25, 48.75] },
          ...names,
        },
      },
    ],
  }),
});

const locatedAt = (lat: number, lon: number): Location => ({
  kind: 'located',
  country: 'FR',
  city: 'Orsay',
  lat,
  lon,
  radiusKm: 200,
  confidence: 'city',
  network: { asn: 64500, organization: 'Example', type: 'access' },
});

const orsay: CellKey = { cell: '48.5_2.0', country: 'FR' };
const day = 86_400_000;

describe('naming a map cell', () => {
  let dynamo: TestDynamo;
  let service: LoopbackService;
  let client: LocationClient;
  let answer: ServiceAnswer;
  let now: number;
  let tableName: string;

  beforeAll(async () => {
    dynamo = await startTestDynamo();
  });
  afterAll(() => dynamo.stop());
  beforeEach(async () => {
    now = Date.UTC(2026, 10, 1);
    answer = place('FRA', { Municipality: 'Orsay', SubRegion: 'Essonne' });
    service = await startLoopbackService(() => answer);
    // A loopback address takes no `places.` in front of it.
    client = new LocationClient({ ...service.clientConfig, disableHostPrefix: true });
    tableName = await dynamo.createTable();
  });
  afterEach(async () => {
    client.destroy();
    await service.close();
  });

  const table = () => ({ client: dynamo.client, tableName, now: () => now });
  const makeHandler = () =>
    makeLabel({
      namer: makeAmazonLocationNamer({ client, indexName: 'places' }),
      labels: makePlaceLabels(table()),
      now: () => now,
    });
  const labelOf = async (key: CellKey) =>
    (await readPlaceLabels(table(), [key])).get(`${key.cell}#${key.country}`);

  it('sends the centre of the cell, and not a byte more', async () => {
    await makeHandler()({ cells: [orsay] });

    const [request] = service.requests;
    expect(service.requests).toHaveLength(1);
    expect(request?.method).toBe('POST');
    expect(request?.path).toBe('/places/v0/indexes/places/search/position');
    expect(request?.body).toBe('{"Position":[2.25,48.75],"MaxResults":1,"Language":"en"}');
    expect(Object.keys(request?.headers ?? {}).sort()).toEqual(headerNames);
  });

  it('keeps the municipality and its source, never a street', async () => {
    expect(await makeHandler()({ cells: [orsay] })).toMatchObject({ named: 1 });

    expect(await labelOf(orsay)).toEqual({
      label: 'Orsay',
      source: 'Amazon Location Service, HERE',
    });
  });

  it.each([
    [{ SubRegion: 'Essonne', Region: 'Ile-de-France' }, 'Essonne'],
    [{ Region: 'Ile-de-France' }, 'Ile-de-France'],
  ])(
    'names the cell by the next larger area %j when it has no municipality',
    async (names, label) => {
      answer = place('FRA', names);
      await makeHandler()({ cells: [orsay] });

      expect((await labelOf(orsay))?.label).toBe(label);
    },
  );

  it('asks for a cell once in 90 days, whichever function asks', async () => {
    await makeHandler()({ cells: [orsay, orsay] });
    now += 89 * day;
    expect(await makeHandler()({ cells: [orsay] })).toMatchObject({ skipped: 1 });
    expect(service.requests).toHaveLength(1);

    now += 2 * day;
    expect(await makeHandler()({ cells: [orsay] })).toMatchObject({ named: 1 });
    expect(service.requests).toHaveLength(2);
  });

  it('keeps the database name when the centre lies in another country', async () => {
    answer = place('BEL', { Municipality: 'Mons' });

    expect(await makeHandler()({ cells: [orsay] })).toMatchObject({ nameless: 1 });
    expect(await labelOf(orsay)).toBeUndefined();
  });

  it('asks again after a day when there was nothing to name', async () => {
    answer = { body: '{"Summary":{"Position":[2.25,48.75],"DataSource":"Here"},"Results":[]}' };
    const label = makeHandler();
    expect(await label({ cells: [orsay] })).toMatchObject({ nameless: 1 });
    expect(await label({ cells: [orsay] })).toMatchObject({ skipped: 1 });

    now += 25 * 3_600_000;
    answer = place('FRA', { Municipality: 'Orsay' });
    expect(await label({ cells: [orsay] })).toMatchObject({ named: 1 });
  });

  it('never sends a cell of Japan', async () => {
    const counts = await makeHandler()({ cells: [{ cell: '35.5_139.5', country: 'JP' }] });

    expect(counts).toMatchObject({ skipped: 1 });
    expect(service.requests).toHaveLength(0);
  });

  it.each([
    ['ThrottlingException', 429],
    ['AccessDeniedException', 403],
    ['InternalServerException', 500],
  ])('leaves the service alone for five minutes after %s', async (type, status) => {
    const label = makeHandler();
    const other: CellKey = { cell: '52.5_13.0', country: 'DE' };
    const good = answer;
    answer = { status, headers: { 'x-amzn-errortype': type }, body: '{"message":"no"}' };
    expect(await label({ cells: [orsay, other] })).toMatchObject({ unavailable: 2 });
    expect(service.requests).toHaveLength(1);

    answer = good;
    now += 4 * 60_000;
    expect(await label({ cells: [orsay] })).toMatchObject({ unavailable: 1 });
    now += 2 * 60_000;
    expect(await label({ cells: [orsay] })).toMatchObject({ named: 1 });
  });

  it.each([
    ['an address', { cells: [{ cell: '192.0.2.1', country: 'FR' }] }],
    ['a finer position', { cells: [{ cell: '48.85_2.35', country: 'FR' }] }],
    ['a user beside the cell', { cells: [{ ...orsay, user: 'alice' }] }],
    ['a second key', { cells: [], user: 'alice' }],
    ['a hundred and one cells', { cells: new Array(101).fill(orsay) }],
  ])('refuses %s without repeating it', async (_, payload) => {
    await expect(makeHandler()(payload)).rejects.toThrow(/^LABEL_PAYLOAD: not a list of cells$/);
    expect(service.requests).toHaveLength(0);
  });

  it('sends nothing finer than a cell, wherever people are', async () => {
    const sent: CellKey[] = [];
    const degrees = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
    await fc.assert(
      fc.asyncProperty(degrees(89.9), degrees(179.9), async (lat, lon) => {
        const locate = withLabelRequests(
          async () => new Map([['192.0.2.1', locatedAt(lat, lon)]]),
          async (cells) => void sent.push(...cells),
        );
        await locate(['192.0.2.1']);
        expect(JSON.stringify(sent.at(-1))).toMatch(
          /^\{"cell":"-?\d{1,2}\.[05]_-?\d{1,3}\.[05]","country":"FR"\}$/,
        );
      }),
      { numRuns: 200 },
    );
  });

  it('goes on when the label function cannot be reached', async () => {
    const locate = withLabelRequests(
      async () => new Map([['192.0.2.1', locatedAt(48.9, 2.3)]]),
      () => Promise.reject(new Error('gone')),
    );

    await expect(locate(['192.0.2.1'])).resolves.toBeDefined();
  });

  it('names cells from the data alone where there is no Amazon Location', async () => {
    const namer = makeDataNamer((cell) => (cell === orsay.cell ? 'Orsay' : undefined));
    const label = makeLabel({ namer, labels: makePlaceLabels(table()), now: () => now });

    const counts = await label({ cells: [orsay, { cell: '0.0_0.0', country: 'FR' }] });

    expect(counts).toMatchObject({ named: 1, nameless: 1 });
    expect(await labelOf(orsay)).toEqual({ label: 'Orsay', source: 'DB-IP' });
    expect(service.requests).toHaveLength(0);
  });

  it('knows the countries', () => {
    expect(['FRA', 'DEU', 'GBR', 'USA', 'JPN', 'TWN', 'XXX'].map(alpha2Of)).toEqual([
      'FR',
      'DE',
      'GB',
      'US',
      'JP',
      'TW',
      undefined,
    ]);
  });
});

/** Transport, signature and SDK identity: none of them is about a person. */
const headerNames = [
  'amz-sdk-invocation-id',
  'amz-sdk-request',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'host',
  'user-agent',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-user-agent',
];
