// A client of the API as a stranger writes it, on types that were generated from the contract and
// without a cast: it asks a question of every kind, decides about a detection, saves a file, and
// prints what it learned as JSON. test/system/local/typed-client.test.ts compiles and runs it on
// what a running API serves; `npm run check` compiles it on the checked-in types.

import createClient from 'openapi-fetch';
import type { paths } from '../../console/api/contract.ts';

const [, , baseUrl = ''] = process.argv;
const api = createClient<paths>({ baseUrl, headers: { origin: baseUrl } });

/** What an answer holds; ends the program with the API's own words when it is a refusal. */
function held<T>(answer: { readonly data?: T; readonly error?: unknown }): T {
  if (answer.data !== undefined) return answer.data;
  throw new Error(`refused: ${JSON.stringify(answer.error)}`);
}

const users = held(await api.GET('/v1/users', { params: { query: { limit: 10 } } }));
const names = users.items.map(({ user, kind }) => `${user} ${kind}`);
const user = users.items[0]?.user ?? '';

const profile = held(await api.GET('/v1/users/{user}', { params: { path: { user } } }));
const shares = profile.places.map(({ label, share }) => `${label} ${share.toFixed(2)}`);
const { sessions, sessionsNeeded } = profile.learning;

const activities = held(
  await api.GET('/v1/users/{user}/activities', {
    params: { path: { user }, query: { from: 'P7D', to: 'PT0H' } },
  }),
);
const addresses = activities.items.flatMap(({ sightings }) => sightings.map((one) => one.address));

const detections = held(
  await api.GET('/v1/detections', {
    params: { query: { severity: ['low', 'medium', 'high'], status: ['new'] } },
  }),
);
const id = detections.items[0]?.id ?? '';

const one = await api.GET('/v1/detections/{id}', { params: { path: { id } } });
const { reasons, place, sessionCount } = held(one);
const heaviest = Math.max(...reasons.map(({ weight }) => weight));

const decided = held(
  await api.PATCH('/v1/detections/{id}', {
    params: { path: { id }, header: { 'If-Match': one.response.headers.get('etag') ?? '' } },
    body: { classification: 'benign', note: 'asked by telephone' },
  }),
);

const devices = held(await api.GET('/v1/devices', { params: { query: { search: 'host:' } } }));
const device = devices.items[0]?.key ?? '';
const usedBy = held(await api.GET('/v1/devices/{device}', { params: { path: { device } } }));

const summary = held(await api.GET('/v1/summary'));
const cell = summary.live.places[0]?.cell ?? '';
const there = held(await api.GET('/v1/locations/{cell}/users', { params: { path: { cell } } }));

const csv = held(
  await api.GET('/v1/exports/detections', {
    params: { query: { format: 'csv', from: 'P30D' } },
    parseAs: 'text',
  }),
);

const settings = held(await api.GET('/v1/settings'));
const relays = held(await api.GET('/v1/relays'));

const missing = await api.GET('/v1/users/{user}', { params: { path: { user: 'nobody' } } });
const refusal = missing.error && 'code' in missing.error ? missing.error.code : 'none';

console.log(
  JSON.stringify({
    names,
    shares,
    learning: `${sessions} of ${sessionsNeeded}`,
    addresses: addresses.length,
    detections: detections.items.map(({ severity, user: who }) => `${severity} ${who}`),
    place: place.label,
    sessionCount,
    isHeavy: heaviest > 0,
    decided: [decided.status, decided.triage?.history.length, decided.triage?.note],
    devices: devices.items.map(({ key, kind }) => `${kind} ${key}`),
    usedBy: usedBy.users.map((tally) => `${tally.user} ${tally.count}`),
    highs: summary.detections.high,
    there: there.items.map((row) => `${row.user} ${row.place}`),
    csv: csv.split('\r\n').map((line) => line.split(',')[1]),
    gateways: settings.gateways.map(({ name, secret }) => `${name} ${secret?.fingerprint}`),
    relays: relays.items.map(({ relayId, health }) => `${relayId} ${health?.software.version}`),
    words: relays.cloudKey.words.split(' ').length,
    refusal,
  }),
);
