// Settings as an admin sends them and relays get them, over a real DynamoDB API; every answer is
// checked against docs/openapi.yaml.

import fc from 'fast-check';
import { settingsOctetsMax } from '../../../lambdas/control/settings-model.ts';
import { vendorNames } from '../../../relay/radius/dialects/choose.ts';
import { makeTestControl, type TestControl } from '../../support/control-in-test.ts';
import { startTestDynamo, type TestDynamo } from '../../support/dynalite.ts';

const now = Date.UTC(2026, 10, 23, 9);
const lyonSecret = 'the-secret-of-lyon-1';
const nextSecret = 'the-secret-of-lyon-2';

let dynamo: TestDynamo;
let control: TestControl;

beforeAll(async () => {
  dynamo = await startTestDynamo();
});
afterAll(() => dynamo.stop());

beforeEach(async () => {
  const tables = { profiles: 'none', control: await dynamo.createTable() };
  control = makeTestControl({ dynamo, tables, now });
});

const lyon = { name: 'asa-lyon', addresses: ['10.0.0.1'] };
const withLyon = (change: object = {}) => ({
  enabled: true,
  gateways: [{ ...lyon, ...change }],
  domains: { netbios: {} },
});

function put(json: unknown, version = 0, from = control) {
  return from.ask('PUT /v1/settings', { json, headers: { 'if-match': `"${version}"` } });
}

async function pointers(json: unknown): Promise<string[]> {
  const { status, body } = await put(json);
  expect(status).toBe(422);
  return body.errors.map((one: { pointer: string }) => one.pointer);
}

describe('settings', () => {
  it('listen to everybody and know no gateway until somebody sets them', async () => {
    const { status, body, headers } = await control.ask('GET /v1/settings');

    expect(status).toBe(200);
    expect(body).toEqual({ enabled: true, gateways: [], domains: { netbios: {} } });
    expect(headers['etag']).toBe('"0"');
  });

  it('come back as they were put, and can be put as they came back', async () => {
    const sent = {
      enabled: false,
      gateways: [{ ...lyon, vendor: 'cisco-asa', behindProxy: true }],
      domains: { netbios: { CONTOSO: 'contoso.com' }, defaultDomain: 'contoso.com' },
      detection: { sensitivity: 'high', alertsPerThousandPerDay: 3, strictGate: true },
      sites: [{ name: 'Lyon', networks: ['198.51.100.0/24'], country: 'FR', lat: 45.8, lon: 4.8 }],
    };

    expect((await put(sent)).status).toBe(200);
    const read = await control.ask('GET /v1/settings');
    expect(read.body).toEqual(sent);
    expect(await put(read.body, 1)).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    const again = { headers: { 'if-none-match': '"2"' } };
    expect((await control.ask('GET /v1/settings', again)).status).toBe(304);
  });

  it('are changed only by who has read the newest', async () => {
    await put(withLyon());

    expect((await put(withLyon())).body.code).toBe('version-conflict');
    const blind = await control.ask('PUT /v1/settings', { json: withLyon() });
    expect(blind.body.code).toBe('version-required');
  });

  it('are changed by one of many at once, and the secrets are those of the winner', async () => {
    const others = [control, control.another(), control.another()];
    const tries = others.map((one, i) =>
      put(withLyon({ secret: `a-secret-from-try-${i}` }), 0, one),
    );

    const statuses = (await Promise.all(tries)).map(({ status }) => status);

    expect(statuses.sort()).toEqual([200, 412, 412]);
    const { body } = await control.ask('GET /v1/settings');
    expect(await put(body, 1)).toMatchObject({ status: 200, body });
  });

  it('name every mistake by its place, with what is expected there', async () => {
    const { body } = await put({
      enabled: 'yes',
      gateway: [],
      gateways: [
        { name: 'a b', addresses: ['10.0.0.1/8'], secret: 'short' },
        { name: 'nas', addresses: [], colour: 'red' },
      ],
      domains: { netbios: { A: '-' } },
      detection: { sensitivity: 'max', alertsPerThousandPerDay: 0 },
    });

    const found = body.errors.map((one: { pointer: string }) => one.pointer);
    expect(found.sort()).toEqual([
      '/detection/alertsPerThousandPerDay',
      '/detection/sensitivity',
      '/domains/netbios/A',
      '/enabled',
      '/gateway',
      '/gateways/0/addresses/0',
      '/gateways/0/name',
      '/gateways/0/secret',
      '/gateways/1/addresses',
      '/gateways/1/colour',
    ]);
    for (const { detail } of body.errors) expect(detail).toMatch(/expects|is unknown/);
  });

  it('let no two gateways claim a name or an address, in whatever spelling', async () => {
    const gateways = [
      { name: 'one', addresses: ['2001:db8::1', '10.1.0.0/16'] },
      { name: 'one', addresses: ['2001:DB8:0:0::1/128', '10.1.0.0/16'] },
    ];

    expect((await pointers({ ...withLyon(), gateways })).sort()).toEqual([
      '/gateways/1/addresses/0',
      '/gateways/1/addresses/1',
      '/gateways/1/name',
    ]);
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'])(
    'keep or refuse a mapping of the name %s, and never drop it',
    async (name) => {
      const text = JSON.stringify(withLyon()).replace(
        '{}',
        `{"OK":"a.example","${name}":"b.example"}`,
      );
      const headers = { 'if-match': '"0"', 'content-type': 'application/json' };
      const { status, body } = await control.ask('PUT /v1/settings', { body: text, headers });

      if (status === 200) {
        expect(Object.entries(body.domains.netbios)).toContainEqual([name, 'b.example']);
        return;
      }
      expect(status).toBe(422);
      expect(body.errors.map((one: { pointer: string }) => one.pointer)).toEqual([
        `/domains/netbios/${name}`,
      ]);
    },
  );

  it('refuse a name that cannot be kept beside every other mistake', async () => {
    const sent = JSON.parse(
      '{"enabled":1,"gateways":[],"domains":{"netbios":{"__proto__":"b.example","A":"-"}}}',
    );
    expect((await pointers(sent)).sort()).toEqual([
      '/domains/netbios/A',
      '/domains/netbios/__proto__',
      '/enabled',
    ]);
  });

  it('want a site to be on the map, in a country, and no network twice', async () => {
    const site = { name: 'Lyon', networks: ['10.0.0.0/8'], country: 'FR', lat: 45, lon: 4 };
    const sites = [site, { ...site, networks: ['10.0.0.0/08', '10.1.0.0/16'] }];
    const wrong = { ...site, name: '', country: 'France', lat: 91, networks: [] };

    expect(await pointers({ ...withLyon(), sites })).toEqual(['/sites/1/networks/0']);
    const twice = [site, { ...site, networks: ['10.0.0.0/8', '10.1.0.0/16'] }];
    expect(await pointers({ ...withLyon(), sites: twice })).toEqual(['/sites/1/networks/0']);
    expect((await pointers({ ...withLyon(), sites: [wrong] })).sort()).toEqual([
      '/sites/0/country',
      '/sites/0/lat',
      '/sites/0/name',
      '/sites/0/networks',
    ]);
  });

  it.each([
    ['empty', ''],
    ['short', 'fifteen-letters'],
    ['with a blank at its end', 'a-secret-with-blank '],
    ['with a line break', 'a-secret-with\n-a-break'],
    ['over 128 octets', 'é'.repeat(65)],
  ])('refuse a secret that is %s, without repeating it', async (_, secret) => {
    expect(await pointers(withLyon({ secret }))).toEqual(['/gateways/0/secret']);
    if (secret) expect(control.left.join('\n')).not.toContain(JSON.stringify(secret).slice(1, -1));
  });

  it('take the names of every vendor that relays know', async () => {
    for (const vendor of vendorNames) {
      const { version } = { version: vendorNames.indexOf(vendor) };
      expect((await put(withLyon({ vendor }), version)).status).toBe(200);
    }
  });

  it('answer nothing worse than a named mistake, whatever JSON comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (json) => {
        const { status } = await put(json);
        expect(status).toBe(422);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['no JSON', { body: '{', headers: { 'content-type': 'application/json' } }, 'malformed'],
    ['another type', { body: '{}', headers: { 'content-type': 'text/plain' } }, 'not-json'],
    ['too much', { body: ' '.repeat(600_000), headers: {} }, 'too-large'],
  ])('refuse %s', async (_, asked, code) => {
    expect((await control.ask('PUT /v1/settings', asked)).body.code).toBe(code);
  });
});

describe('what one row can hold', () => {
  /** Settings whose JSON has so many octets: addresses first, the rest in the default domain. */
  const ofOctets = (octets: number) => {
    const lengthOf = (json: unknown) => Buffer.byteLength(JSON.stringify(json));
    const settings = (addresses: number, letters: number) => ({
      enabled: true,
      gateways: Array.from({ length: 300 }, (_, gateway) => ({
        name: `gateway-${100 + gateway}`,
        addresses: Array.from({ length: 64 }, (_, at) => at)
          .filter((at) => at === 0 || gateway * 63 + at <= addresses)
          .map((at) => `2001:db8:1000:1000:1000:${gateway + 4096}:${at + 4096}:1`),
      })),
      domains: { netbios: {}, defaultDomain: ['a'.repeat(letters), 'b'.repeat(60)].join('.') },
    });
    const rest = octets - lengthOf(settings(0, 1));
    const each = lengthOf(settings(2, 1)) - lengthOf(settings(1, 1));
    return settings(Math.floor(rest / each), 1 + (rest % each));
  };

  it('is taken to the last octet', async () => {
    const sent = ofOctets(settingsOctetsMax);
    expect(Buffer.byteLength(JSON.stringify(sent))).toBe(settingsOctetsMax);

    expect((await put(sent)).status).toBe(200);
    expect((await control.ask('GET /v1/settings')).body).toEqual(sent);
  });

  it.each([settingsOctetsMax + 1, 450_000, 520_000])(
    'is said when %d octets are sent, before anything is written',
    async (octets) => {
      const secret = { gateways: [{ ...lyon, secret: lyonSecret }] };
      await put({ ...withLyon(), ...secret });

      const { status, body } = await put(ofOctets(octets), 1);

      expect(status).toBe(422);
      const detail = expect.stringMatching(
        /expects settings of at most 400000 octets, .* have \d+/,
      );
      expect(body.errors).toEqual([{ pointer: '', detail }]);
      const { body: kept } = await control.ask('GET /v1/settings');
      expect(kept.gateways[0].secret).toEqual({ fingerprint: expect.any(String) });
      expect(await put(kept, 1)).toMatchObject({ status: 200 });
    },
  );
});

describe('shared secrets', () => {
  it('go in and never come out: they show as fingerprints', async () => {
    const { body } = await put(withLyon({ secret: lyonSecret }));

    expect(body.gateways[0].secret).toEqual({
      fingerprint: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
    expect(control.left.join('\n')).not.toContain(lyonSecret);
  });

  it('have equal fingerprints when equal, and other ones in another deployment', async () => {
    const gateways = [
      { ...lyon, secret: lyonSecret },
      { name: 'paris', addresses: ['10.0.0.2'], secret: lyonSecret },
    ];
    const { body } = await put({ ...withLyon(), gateways });
    const tables = { profiles: 'none', control: await dynamo.createTable() };
    const elsewhere = makeTestControl({ dynamo, tables, now });

    const other = await put(withLyon({ secret: lyonSecret }), 0, elsewhere);

    expect(body.gateways[1].secret).toEqual(body.gateways[0].secret);
    expect(other.body.gateways[0].secret).not.toEqual(body.gateways[0].secret);
  });

  it('stay when they are not named, and go with their gateway', async () => {
    const first = await put(withLyon({ secret: lyonSecret }));
    const kept = await put(withLyon(), 1);
    const gone = await put({ ...withLyon(), gateways: [] }, 2);
    const back = await put(withLyon(), 3);

    expect(kept.body.gateways[0].secret).toEqual(first.body.gateways[0].secret);
    expect([gone.status, back.status]).toEqual([200, 200]);
    expect(back.body.gateways[0].secret).toBeUndefined();
  });

  it('are changed without a gap: the next one beside, then in place of the first', async () => {
    const one = await put(withLyon({ secret: lyonSecret }));
    const two = await put(withLyon({ nextSecret }), 1);
    const three = await put(withLyon({ promoteNextSecret: true }), 2);

    const marks = [one, two, three].map(({ body }) => body.gateways[0]);
    expect(marks[1].secret).toEqual(marks[0].secret);
    expect(marks[2].secret).toEqual(marks[1].nextSecret);
    expect(marks[2].nextSecret).toBeUndefined();
  });

  it('can call the next one off', async () => {
    await put(withLyon({ secret: lyonSecret, nextSecret }));

    const { body } = await put(withLyon({ nextSecret: null }), 1);

    expect(body.gateways[0]).toEqual({ ...lyon, secret: { fingerprint: expect.any(String) } });
  });

  it('cannot follow what is not there', async () => {
    expect(await pointers(withLyon({ nextSecret }))).toEqual(['/gateways/0/nextSecret']);
    expect(await pointers(withLyon({ promoteNextSecret: true }))).toEqual([
      '/gateways/0/promoteNextSecret',
    ]);
    expect(
      await pointers(withLyon({ secret: lyonSecret, nextSecret, promoteNextSecret: true })),
    ).toEqual(['/gateways/0/promoteNextSecret']);
  });
});

describe('who may', () => {
  const routes = ['GET /v1/settings', 'PUT /v1/settings', 'GET /v1/relays', 'POST /v1/relays'];

  it.each([
    [undefined, [403, 403, 403, 403]],
    ['[guest]', [403, 403, 403, 403]],
    ['[analyst]', [200, 403, 200, 403]],
    ['[admin]', [200, 428, 200, 422]],
  ])('with the groups %s', async (groups, expected) => {
    const tables = { profiles: 'none', control: await dynamo.createTable() };
    const closed = makeTestControl({ dynamo, tables, now, isOpen: false });
    const asked = { json: {}, ...(groups ? { groups } : {}) };

    const statuses = [];
    for (const route of routes) statuses.push((await closed.ask(route, asked)).status);

    expect(statuses).toEqual(expected);
  });
});
