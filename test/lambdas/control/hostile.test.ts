// Whatever is sent to the control function, sealed or not, it answers with a documented status and
// never with a fault of its own; nothing of it opens a door.

import fc from 'fast-check';
import { controlRoutes } from '../../../lambdas/control/control.ts';
import {
  type Asked,
  configRequest,
  enrol,
  enrolment,
  healthRequest,
  makeRelayKeys,
  makeTestControl,
  orderReports,
  ordersRequest,
  rotation,
  type TestControl,
} from '../../support/control-in-test.ts';
import { startTestDynamo, type TestDynamo } from '../../support/dynalite.ts';

const now = Date.UTC(2026, 10, 23, 9);
const keys = makeRelayKeys();
const routes = Object.keys(controlRoutes);

let dynamo: TestDynamo;
let control: TestControl;

beforeAll(async () => {
  dynamo = await startTestDynamo();
  const tables = { profiles: await dynamo.createTable(), control: await dynamo.createTable() };
  control = makeTestControl({ dynamo, tables, now });
  await enrol(control, 'relay-1', keys, now);
});
afterAll(() => dynamo.stop());

const value = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      name: fc.string(),
      enabled: fc.anything(),
      gateways: fc.array(fc.object({ maxDepth: 2 }), { maxLength: 3 }),
      version: fc.constantFrom(0, 1, 2, -1, '1', null),
      tokenId: fc.string(),
      proof: fc.string(),
      status: fc.string(),
    },
    { requiredKeys: [] },
  ),
);
const header = fc.dictionary(
  fc.constantFrom('if-match', 'content-type', 'signature', 'signature-input', 'content-digest'),
  fc.oneof(fc.string({ maxLength: 60 }), fc.constant('application/json'), fc.constant('"0"')),
);
const parameter = fc.oneof(
  fc.string({ maxLength: 40 }).filter((id) => !id.startsWith('relay')),
  fc.constantFrom('relay-9', '__proto__', '..', 'RELAYS', 'a#b', '%00'),
);

it('answers any request with a documented refusal or success, never with a fault', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...routes),
      value,
      header,
      parameter,
      async (route, json, headers, id) => {
        const asked = { json: json ?? null, headers, params: { id, user: id } };
        const { status } = await control.ask(route, asked);

        expect([500, 502, 503]).not.toContain(status);
      },
    ),
    { numRuns: 120 },
  );
});

/** One character of body or headers, changed after it was sealed. */
function spoilt({ headers = {}, body = '' }: Asked, at: number, isBody: boolean): Asked {
  if (isBody && body !== '') {
    const place = at % body.length;
    const other = body[place] === 'x' ? 'y' : 'x';
    return { headers, body: body.slice(0, place) + other + body.slice(place + 1) };
  }
  const names = ['signature', 'signature-input'];
  const name = names[at % names.length] ?? '';
  const text = headers[name] ?? '';
  const place = at % text.length;
  const other = text[place] === 'A' ? 'B' : 'A';
  const changed = { ...headers, [name]: text.slice(0, place) + other + text.slice(place + 1) };
  return body === '' ? { headers: changed } : { headers: changed, body };
}

it('takes no sealed request of which one character was changed', async () => {
  const { token } = (await control.ask('POST /v1/relays', { json: { name: 'relay-2' } })).body;
  const requests = [
    ['GET /v1/relay/config', configRequest(keys, now)],
    ['POST /v1/relay/health', healthRequest(keys, now)],
    ['GET /v1/relay/orders', ordersRequest(keys, now)],
    ['POST /v1/relay/orders', orderReports(keys, now, [])],
    ['POST /v1/relay/keys', rotation(keys, makeRelayKeys(), now)],
    ['POST /v1/relay/enrol', enrolment(token, makeRelayKeys(), now)],
  ] as const;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...requests),
      fc.nat({ max: 2_000 }),
      fc.boolean(),
      async ([route, asked], at, isBody) => {
        const { status } = await control.ask(route, spoilt(asked, at, isBody));

        expect([401, 422, 501]).toContain(status);
      },
    ),
    { numRuns: 80 },
  );
  const { body } = await control.ask('GET /v1/relays');
  const states = body.items.map((one: { state: string; keys: unknown[] }) => [
    one.state,
    one.keys.length,
  ]);
  expect(states).toEqual([
    ['enrolled', 1],
    ['waiting', 0],
  ]);
});

it('reads no row for a sealed request before the form of its seal is right', async () => {
  const { token } = (await control.ask('POST /v1/relays', { json: { name: 'relay-3' } })).body;
  let calls = 0;
  const client = {
    send: () => {
      calls += 1;
      return Promise.reject(new Error('no row may be asked for'));
    },
  } as unknown as TestDynamo['client'];
  const tables = { profiles: 'none', control: 'none' };
  const watched = makeTestControl({ dynamo: { client }, tables, now });
  const requests: Readonly<Record<string, Asked>> = {
    'GET /v1/relay/config': configRequest(keys, now),
    'POST /v1/relay/health': healthRequest(keys, now),
    'POST /v1/relay/keys': rotation(keys, makeRelayKeys(), now),
    'POST /v1/relay/enrol': enrolment(token, makeRelayKeys(), now),
    'GET /v1/relay/orders': ordersRequest(keys, now),
    'POST /v1/relay/orders': orderReports(keys, now, []),
  };
  const sealedRoutes = routes.filter((route) => controlRoutes[route]?.caller === 'sealed');
  expect(Object.keys(requests).sort()).toEqual(sealedRoutes.sort());
  const without = (headers: Asked['headers'], name: string) =>
    Object.fromEntries(Object.entries(headers ?? {}).filter(([key]) => key !== name));
  for (const route of sealedRoutes) {
    const good = requests[route] ?? {};
    const { headers } = good;
    const wrong = [
      {},
      without(headers, 'signature'),
      without(headers, 'signature-input'),
      { ...headers, signature: 'wherefrom=:AAAA:' },
      { ...headers, 'signature-input': 'wherefrom=()' },
      {
        ...headers,
        'signature-input': headers?.['signature-input']?.replace(/nonce="./, 'nonce="'),
      },
    ];
    for (const spoiltHeaders of wrong) {
      const asked = { ...good, headers: spoiltHeaders as Record<string, string> };
      expect([route, (await watched.ask(route, asked)).body.code]).toEqual([route, 'seal-invalid']);
    }
    // Of another day, and over another body.
    const oldOrOther = good.body === undefined ? good : { ...good, body: `${good.body} ` };
    watched.setNow(good.body === undefined ? now + 3_600_000 : now);
    expect((await watched.ask(route, oldOrOther)).body.code).toBe('seal-invalid');
    watched.setNow(now);
  }
  expect(calls).toBe(0);
});

it('takes no sealed request on another route than it was made for', async () => {
  const asked = healthRequest(keys, now);
  const others = routes.filter((route) => controlRoutes[route]?.caller === 'sealed');
  for (const route of others.filter((one) => one !== 'POST /v1/relay/health')) {
    expect([401, 422]).toContain((await control.ask(route, asked)).status);
  }
});
