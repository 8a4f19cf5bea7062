// The largest questions of an organisation of 100,000 users (`large-rows.ts`): time and read units
// of each, and of one decision about 200 detections. Counts are held to what was written; a
// question that takes more than 400 read units or two seconds is marked.

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { patchDetections } from '../../lambdas/control/triage.ts';
import { makeTableQuery } from '../../lambdas/wiring/table-handlers.ts';
import { makeTableTriage } from '../../lambdas/wiring/table-triage.ts';
import { readContract } from '../../local/contract.ts';
import { beginSpent, type CountUnits } from './count-units.ts';
import { heavyName, large, nameOf, networkAsn, networkUsers, sharedAddress } from './large-rows.ts';
import type { Tables } from './large-tables.ts';

const rounds = 30;
const many = 200;
const readUnitsMax = 400;
const msMax = 2_000;

type Question = readonly [
  name: string,
  route: string,
  query: Record<string, string>,
  params?: Record<string, string>,
];

const list = 'GET /v1/detections';
const facets = 'GET /v1/detections/facets';
/** What the queue asks for when it is opened. */
const unresolved = { from: 'P30D', status: 'new,in-progress' };
const worst = { ...unresolved, sort: 'severity', order: 'desc', limit: '100' };
/** Somebody who came from abroad today. */
const found = { user: nameOf(0) };

const questions: readonly Question[] = [
  ['queue: unresolved, worst first, 100', list, worst],
  ['queue: newest 25', list, { from: 'P30D' }],
  ['queue: one network, by user', list, { from: 'P30D', asn: 'AS64512', sort: 'user' }],
  ['queue: two severities, two countries', list, { severity: 'high,medium', country: 'AR,US' }],
  ['facets, trend, time to classify', facets, unresolved],
  ['facets of a filter', facets, { from: 'P30D', severity: 'high', owner: 'none' }],
  ['cases: unresolved, worst first', 'GET /v1/cases', { ...unresolved, sort: 'severity' }],
  ['search: a part of a name', 'GET /v1/search', { q: 'name0999' }],
  ['search: a block of addresses', 'GET /v1/search', { q: '198.51.100.0/24' }],
  ['address of 20 users', 'GET /v1/addresses/{address}', {}, { address: sharedAddress }],
  ['network of 1,000 users', 'GET /v1/networks/{asn}', {}, { asn: `AS${networkAsn}` }],
  ['users: a part of a name', 'GET /v1/users', { search: 'firstname.lastname0999' }],
  ['users by detections', 'GET /v1/users', { sort: 'detections', limit: '100' }],
  ['devices by detections', 'GET /v1/devices', { sort: 'detections', limit: '100' }],
  ['places by detections', 'GET /v1/places', { sort: 'detections' }],
  ['user with a detection', 'GET /v1/users/{user}', {}, found],
  ['their detections', 'GET /v1/users/{user}/detections', {}, found],
  ...large.heavySessions.flatMap((count): Question[] => {
    const params = { user: heavyName(count) };
    const whose = `of ${count.toLocaleString('en-GB')} sessions`;
    return [
      [`profile ${whose}`, 'GET /v1/users/{user}', {}, params],
      [`timeline, 180 days, ${whose}`, 'GET /v1/users/{user}/timeline', { from: 'P180D' }, params],
      [`newest 100 ${whose}`, 'GET /v1/users/{user}/activities', { limit: '100' }, params],
    ];
  }),
  ['summary', 'GET /v1/summary', {}],
];

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

type Answer = ReturnType<typeof JSON.parse>;
type Ask = (
  route: string,
  query: Record<string, string>,
  params?: Record<string, string>,
) => Promise<Answer>;

/** Asks, and prints what it took. */
export async function measureLarge(options: Tables, count: CountUnits): Promise<void> {
  const query = makeTableQuery({ ...options, access: { kind: 'open' }, contract: readContract });
  const ask: Ask = async (routeKey, queryStringParameters, pathParameters = {}) => {
    const rawPath = routeKey.replace(/^GET /, '');
    const event = { routeKey, rawPath, headers: {}, pathParameters, requestContext: {} };
    const asked = { ...event, queryStringParameters } as unknown as APIGatewayProxyEventV2;
    const answer = await query(asked);
    if (answer.statusCode !== 200) throw new Error(`${routeKey}: ${answer.statusCode}`);
    return JSON.parse(answer.body ?? '');
  };
  await holdToRows(ask);
  process.stdout.write(
    `\n${large.users} users, ${large.detections} detections in 30 days:\n\n` +
      '| question | first, ms | p50 ms | p99 ms | processor, ms | read units |\n' +
      '|---|---|---|---|---|---|\n',
  );
  for (const [name, route, parameters, params] of questions) {
    const times: number[] = [];
    const timed = async (): Promise<number> => {
      const start = performance.now();
      await ask(route, parameters, params);
      return performance.now() - start;
    };
    const first = await timed();
    const spent = beginSpent();
    for (let round = 0; round < rounds; round += 1) times.push(await timed());
    const processorMs = spent().processorMs / rounds;
    times.sort((a, b) => a - b);
    const read = await count(() => ask(route, parameters, params));
    const isOver = read > readUnitsMax || at(times, 0.5) > msMax;
    const numbers = [first, at(times, 0.5), at(times, 0.99), processorMs].map((ms) =>
      ms.toFixed(0),
    );
    const cells = [`${name}${isOver ? ' (over the bound)' : ''}`, ...numbers, read.toFixed(1)];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
  await decideMany(options, ask, count);
}

/** What is counted is what was written. */
async function holdToRows(ask: Ask): Promise<void> {
  const { total, isComplete } = await ask(facets, { from: 'P30D' });
  const network = await ask('GET /v1/networks/{asn}', {}, { asn: `AS${networkAsn}` });
  const counted = { total, isComplete, users: network.users };
  const written = { total: large.detections, isComplete: true, users: networkUsers };
  if (JSON.stringify(counted) !== JSON.stringify(written)) {
    throw new Error(`counted ${JSON.stringify(counted)} of ${JSON.stringify(written)}`);
  }
}

/** One decision about 200: time, and units of reading and writing together. */
async function decideMany(options: Tables, ask: Ask, count: CountUnits): Promise<void> {
  const open: { id: string; etag: string }[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask(list, { ...worst, ...(cursor ? { cursor } : {}) });
    open.push(...page.items);
    cursor = page.next;
  } while (open.length < 2 * many && cursor);
  const items = open.slice(0, 2 * many).map(({ id, etag }) => ({ id, etag }));
  const decide = async (some: typeof items): Promise<void> => {
    const answer = await patchDetections({ ...makeTableTriage(options), now: options.now }, {
      json: { items: some, change: { classification: 'benign' } },
      actor: 'anna',
      now: options.now(),
    } as unknown as Parameters<typeof patchDetections>[1]);
    const { items: results } = JSON.parse(answer.body ?? '{}') as { items: { result: string }[] };
    const changed = results.filter(({ result }) => result === 'changed').length;
    if (changed !== many) throw new Error(`changed ${changed} of ${many}`);
  };
  const spent = beginSpent();
  await decide(items.slice(0, many));
  const { ms, processorMs } = spent();
  const each = ((await count(() => decide(items.slice(many)))) / many).toFixed(1);
  process.stdout.write(
    `\nOne decision about ${many}: ${ms.toFixed(0)} ms, of it ${processorMs.toFixed(0)} of the ` +
      `processor; ${each} units each.\n`,
  );
}
