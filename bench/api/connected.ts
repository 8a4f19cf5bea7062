// Who is connected, of 100,000 users with 20,000 open sessions: what the list and the summary take,
// and what they read. The rows are written as an invocation writes them, 400 events at a time over
// a working day, with interims every ten minutes; the index is written anew as the reconcile run
// does. The list is held to a full count.

import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { wordKeyOf } from '../../domain/session/last-word.ts';
import { asListed, type OpenSession } from '../../domain/session/open-session.ts';
import type { Session } from '../../domain/session/session.ts';
import { makeOpenStore } from '../../lambdas/aws/dynamodb/open-store.ts';
import { directoryKeyOf } from '../../lambdas/aws/dynamodb/profile-keys.ts';
import { keyItem } from '../../lambdas/aws/dynamodb/user-rows.ts';
import { makeWordStore } from '../../lambdas/aws/dynamodb/word-store.ts';
import { sha256Hash } from '../../lambdas/shared/hash.ts';
import { makeTableQuery, type TableOptions } from '../../lambdas/wiring/table-handlers.ts';
import { readContract } from '../../local/contract.ts';
import { beginSpent, type CountUnits } from './count-units.ts';
import { locationOf } from './organisation.ts';

const users = 100_000;
const openSessions = 20_000;
const minuteMs = 60_000;
const interimMs = 10 * minuteMs;
const eventsPerCall = 400;
const rounds = 20;
/** Of each thousand sessions so many are of one user in two towns. */
const travellersPerThousand = 5;

const nameOf = (user: number): string => `user${`${user}`.padStart(6, '0')}@contoso.com`;

/** Fills the tables. @returns when the last interim came */
async function fill(options: TableOptions, clock: { now: number }): Promise<void> {
  const table = { client: options.client, tableName: options.profilesTable, now: options.now };
  await fillDirectory(options);
  const words = makeWordStore(table);
  const index = makeOpenStore(table);
  const begin = clock.now;
  const sessions = Array.from({ length: openSessions }, (_, at) => openOf(at, begin));
  for (let from = 0; from < openSessions; from += eventsPerCall) {
    const opened = sessions.slice(from, from + eventsPerCall);
    clock.now = opened.at(-1)?.session.startedAt ?? clock.now;
    await words.add([], { opened, ended: [] });
    // As many sessions of yesterday evening end.
    const ended = opened.map(({ key }) => sha256Hash(`ended ${key}`).slice(0, 8));
    await words.add([], { opened: [], ended });
  }
  await index.compact(async () => new Map());
  for (let turn = 1; turn <= 6; turn += 1) {
    const at = begin + 8 * 60 * minuteMs + turn * interimMs;
    for (let from = 0; from < openSessions; from += eventsPerCall) {
      const some = sessions.slice(from, from + eventsPerCall);
      clock.now = at + (from / openSessions) * interimMs;
      await words.add(
        some.map(({ key, session }) => {
          const seconds = Math.floor((clock.now - session.startedAt) / 1000);
          const octets = { octetsIn: `${seconds * 900}`, octetsOut: `${seconds * 7_000}` };
          return { key, word: { time: clock.now, seconds, address: 7, ...octets } };
        }),
      );
    }
    if (turn % 3 === 0) await index.compact(async () => new Map());
  }
}

function openOf(at: number, begin: number): OpenSession {
  const startedAt = begin + Math.floor((at / openSessions) * 8 * 60) * minuteMs;
  const isSecond = at % 1000 >= 1000 - travellersPerThousand && at > 0;
  const user = nameOf((isSecond ? at - travellersPerThousand : at) * 5);
  const address = `192.0.${at % 250}.${1 + (at % 200)}`;
  const session: Session = {
    rowStart: startedAt,
    identity: sha256Hash(`bench ${at}`),
    gatewayId: `asa-${at % 12}`,
    sessionId: sha256Hash(`id ${at}`).slice(0, 8).toUpperCase(),
    startedAt,
    isStartSeen: true,
    lastSeen: startedAt + interimMs,
    firstInterim: startedAt + interimMs,
    lastInterim: { span: 100_000, time: startedAt + interimMs, seconds: 600 },
    assignedAddresses: [],
    sightings: [{ address, location: locationOf(address), firstSeen: startedAt }],
    devices: [],
    marks: [],
  };
  return { key: wordKeyOf(sha256Hash, session), userKey: user, session: asListed(session) };
}

async function fillDirectory({ client, profilesTable }: TableOptions): Promise<void> {
  const item = (user: string) => ({
    ...keyItem(directoryKeyOf(user)),
    user: { S: user },
    kind: { S: 'person' },
  });
  for (let from = 0; from < users; from += 25) {
    const RequestItems = {
      [profilesTable]: Array.from({ length: 25 }, (_, at) => ({
        PutRequest: { Item: item(nameOf(from + at)) },
      })),
    };
    await client.send(new BatchWriteItemCommand({ RequestItems }));
  }
}

const questions: readonly (readonly [name: string, path: string, query: Record<string, string>])[] =
  [
    ['open sessions, 25 newest', 'GET /v1/sessions/open', {}],
    ['of one gateway and country', 'GET /v1/sessions/open', { gateway: 'asa-3', country: 'DE' }],
    ['of one network, 100 oldest', '/v1/sessions/open', { asn: '64510', order: 'oldest' }],
    ['two places at once', 'GET /v1/sessions/open', { order: 'two-places' }],
    ['summary', 'GET /v1/summary', {}],
  ];

function eventOf(routeKey: string, queryStringParameters: Record<string, string>) {
  const rawPath = routeKey.replace(/^GET /, '');
  const event = { routeKey, rawPath, headers: {}, pathParameters: {}, requestContext: {} };
  return { ...event, queryStringParameters } as unknown as APIGatewayProxyEventV2;
}

/** Fills the tables, asks, and prints what it took. */
export async function measureConnected(
  options: Omit<TableOptions, 'now'> & { readonly placesTable: string },
  count: CountUnits,
  begin: number,
): Promise<void> {
  const clock = { now: begin };
  const tables = { ...options, now: () => clock.now, writeLog: () => undefined };
  await fill(tables, clock);
  const query = makeTableQuery({ ...tables, access: { kind: 'open' }, contract: readContract });
  const askOf =
    (handler: typeof query) => async (path: string, parameters: Record<string, string>) => {
      const routeKey = path.startsWith('GET ') ? path : `GET ${path}`;
      const answer = await handler(eventOf(routeKey, parameters));
      if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode}`);
      return JSON.parse(answer.body ?? '');
    };
  const ask = askOf(query);
  await holdToCount(ask);
  process.stdout.write(
    `\n${users} users, ${openSessions} open sessions:\n\n| question | index at hand, p50 ms | ` +
      'read units | looked for again, p50 ms | processor, ms | read units | ' +
      'by an instance that begins, ms | processor, ms | read units |\n' +
      '|---|---|---|---|---|---|---|---|---|\n',
  );
  for (const [name, path, parameters] of questions) {
    const again = async (): Promise<void> => {
      clock.now += 31_000;
      await ask(path, parameters);
    };
    await ask(path, parameters);
    const atHand = await measured(rounds, () => ask(path, parameters));
    const atHandUnits = await count(() => ask(path, parameters));
    const anew = await measured(rounds, again);
    const anewUnits = await count(again);
    const begun = makeTableQuery({ ...tables, access: { kind: 'open' }, contract: readContract });
    const first = await measured(1, () => askOf(begun)(path, parameters));
    const begins = makeTableQuery({ ...tables, access: { kind: 'open' }, contract: readContract });
    const firstUnits = await count(() => askOf(begins)(path, parameters));
    const cells = [
      [atHand.ms, atHandUnits],
      [anew.ms, anew.processorMs, anewUnits],
      [first.ms, first.processorMs, firstUnits],
    ].flatMap((numbers) => {
      return numbers.map((one, at) => one.toFixed(at === numbers.length - 1 ? 1 : 0));
    });
    process.stdout.write(`| ${name} | ${cells.join(' | ')} |\n`);
  }
}

/** The middle time of some rounds, and the processor's time of one. */
async function measured(times: number, work: () => Promise<unknown>) {
  const spent = beginSpent();
  const found: number[] = [];
  for (let round = 0; round < times; round += 1) {
    const one = beginSpent();
    await work();
    found.push(one().ms);
  }
  found.sort((a, b) => a - b);
  return { ms: found[Math.floor(times / 2)] ?? 0, processorMs: spent().processorMs / times };
}

/** The list, page for page, is everybody once; the totals say as many. */
async function holdToCount(
  ask: (path: string, parameters: Record<string, string>) => Promise<ReturnType<typeof JSON.parse>>,
): Promise<void> {
  const ids = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await ask('GET /v1/sessions/open', {
      limit: '100',
      ...(cursor ? { cursor } : {}),
    });
    for (const { user, id } of page.items) ids.add(`${user} ${id}`);
    cursor = page.next;
    if (page.total !== openSessions) throw new Error(`total: ${page.total}`);
  } while (cursor);
  const { live } = await ask('GET /v1/summary', {});
  if (ids.size !== openSessions || live.openSessions !== openSessions) {
    throw new Error(`listed ${ids.size}, summary ${live.openSessions}`);
  }
}
