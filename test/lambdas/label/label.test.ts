// Naming cells, through the real SDK against an endpoint that speaks the real protocol.

import { GeoPlacesClient } from '@aws-sdk/client-geo-places';
import { LocationClient } from '@aws-sdk/client-location';
import fc from 'fast-check';
import type { Location } from '../../../domain/location.ts';
import { makePlaceLabels, readPlaceLabels } from '../../../lambdas/aws/dynamodb/place-labels.ts';
import { makeAmazonLocationNamer } from '../../../lambdas/aws/location/amazon-location.ts';
import { alpha2Of } from '../../../lambdas/aws/location/country-codes.ts';
import { makeGeoPlacesNamer } from '../../../lambdas/aws/location/geo-places.ts';
import { withLabelRequests } from '../../../lambdas/aws/location/label-requests.ts';
import { makeDataNamer } from '../../../lambdas/label/data-namer.ts';
import { type CellKey, makeLabel } from '../../../lambdas/label/label.ts';
import { startTestDynamo, type TestDynamo } from '../../support/dynalite.ts';
import {
  type LoopbackService,
  type ServiceAnswer,
  startLoopbackService,
} from '../../support/loopback-service.ts';
import { runs } from '../../support/property-runs.ts';

/** Names of an area, smallest first; what is absent the area does not have. */
type Names = { readonly city?: string; readonly county?: string; readonly region?: string };

/** Either service: what is sent to it, byte for byte, and an answer in its own shape. */
const services = [
  {
    by: 'place-index',
    source: 'Amazon Location Service, HERE',
    path: '/places/v0/indexes/places/search/position',
    body: '{"Position":[2.25,48.75],"MaxResults":1,"Language":"en"}',
    nothing: '{"Summary":{"Position":[2.25,48.75],"DataSource":"Here"},"Results":[]}',
    place: (country: string, { city, county, region }: Names) => ({
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
            Municipality: city,
            SubRegion: county,
            Region: region,
          },
        },
      ],
    }),
    // A loopback address takes no `places.` in front of it.
    open: (config: LoopbackService['clientConfig']) => {
      const client = new LocationClient({ ...config, disableHostPrefix: true });
      return { client, namer: makeAmazonLocationNamer({ client, indexName: 'places' }) };
    },
  },
  {
    by: 'places-v2',
    source: 'Amazon Location Service',
    path: '/v2/reverse-geocode',
    body:
      '{"QueryPosition":[2.25,48.75],"QueryRadius":40000,"MaxResults":1,' +
      '"Filter":{"IncludePlaceTypes":["Locality"]},"Language":"en","IntendedUse":"Storage"}',
    nothing: '{"ResultItems":[]}',
    place: (country: string, { city, county, region }: Names) => ({
      ResultItems: [
        {
          PlaceId: 'AQAAAF8A',
          PlaceType: 'Locality',
          Title: '1 Rue Secrete, 91400 Orsay, France',
          Distance: 120,
          Address: {
            Label: '1 Rue Secrete, 91400 Orsay, France',
            Street: 'Rue Secrete',
            AddressNumber: '1',
            Country: { Code2: alpha2Of(country), Code3: country },
            Locality: city,
            SubRegion: county && { Name: county },
            Region: region && { Name: region },
          },
        },
      ],
    }),
    open: (config: LoopbackService['clientConfig']) => {
      const client = new GeoPlacesClient(config);
      return { client, namer: makeGeoPlacesNamer({ client }) };
    },
  },
] as const;

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

describe.each(services)('naming a map cell by $by', (one) => {
  const place = (country: string, names: Names): ServiceAnswer => ({
    body: JSON.stringify(one.place(country, names)),
  });
  let dynamo: TestDynamo;
  let service: LoopbackService;
  let opened: ReturnType<(typeof services)[number]['open']>;
  let answer: ServiceAnswer;
  let now: number;
  let tableName: string;

  beforeAll(async () => {
    dynamo = await startTestDynamo();
  });
  afterAll(() => dynamo.stop());
  beforeEach(async () => {
    now = Date.UTC(2026, 10, 1);
    answer = place('FRA', { city: 'Orsay', county: 'Essonne' });
    service = await startLoopbackService(() => answer);
    opened = one.open(service.clientConfig);
    tableName = await dynamo.createTable();
  });
  afterEach(async () => {
    opened.client.destroy();
    await service.close();
  });

  const table = () => ({ client: dynamo.client, tableName, now: () => now });
  const makeHandler = () =>
    makeLabel({
      namer: opened.namer,
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
    expect(request?.path).toBe(one.path);
    expect(request?.body).toBe(one.body);
    expect(Object.keys(request?.headers ?? {}).sort()).toEqual(headerNames);
  });

  it('keeps the municipality and its source, never a street', async () => {
    expect(await makeHandler()({ cells: [orsay] })).toMatchObject({ named: 1 });

    expect(await labelOf(orsay)).toEqual({
      label: 'Orsay',
      source: one.source,
    });
  });

  it.each([
    [{ county: 'Essonne', region: 'Ile-de-France' }, 'Essonne'],
    [{ region: 'Ile-de-France' }, 'Ile-de-France'],
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
    answer = place('BEL', { city: 'Mons' });

    expect(await makeHandler()({ cells: [orsay] })).toMatchObject({ nameless: 1 });
    expect(await labelOf(orsay)).toBeUndefined();
  });

  it('asks again after a day when there was nothing to name', async () => {
    answer = { body: one.nothing };
    const label = makeHandler();
    expect(await label({ cells: [orsay] })).toMatchObject({ nameless: 1 });
    expect(await label({ cells: [orsay] })).toMatchObject({ skipped: 1 });

    now += 25 * 3_600_000;
    answer = place('FRA', { city: 'Orsay' });
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
      { numRuns: runs(200) },
    );
  });

  it('goes on when the label function cannot be reached', async () => {
    const locate = withLabelRequests(
      async () => new Map([['192.0.2.1', locatedAt(48.9, 2.3)]]),
      () => Promise.reject(new Error('gone')),
    );

    await expect(locate(['192.0.2.1'])).resolves.toBeDefined();
  });

  it('takes a service that the region does not have for one that is away', async () => {
    await service.close();

    expect(await makeHandler()({ cells: [orsay] })).toMatchObject({ unavailable: 1 });
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
