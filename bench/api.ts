// `npm run bench:api`: what the API takes to answer with 20,000 users in the tables, and the read
// units that each question costs; what the page weighs and how soon it can be used for a person
// with 2,000 sessions; the largest questions of 100,000 users (`--large`: those alone; `--data DIR`
// keeps their tables for the next time); and who is connected, of as many with 20,000 open sessions
// (`--connected`: that alone). The table is dynalite in this process: times are of our code and
// dynalite, not of AWS; read units are those that DynamoDB bills.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { makeTableQuery } from '../lambdas/wiring/table-handlers.ts';
import { readContract } from '../local/contract.ts';
import { measureConnected } from './api/connected.ts';
import { type CountUnits, countUnits } from './api/count-units.ts';
import { measureLarge } from './api/large.ts';
import { largeNow } from './api/large-rows.ts';
import { layLarge, type Tables, withTables } from './api/large-tables.ts';
import { fillTables, heavyUser, people } from './api/organisation.ts';
import { measurePage } from './api/page.ts';

const roundsDefault = 400;
/** A session ends every two hours up to here. */
const now = largeNow;

type Question = {
  readonly name: string;
  readonly routeKey: string;
  readonly params: (round: number) => Record<string, string>;
  readonly query?: Record<string, string>;
  readonly rounds?: number;
};

const anybody = (round: number) => ({
  user: `user${`${(round * 7919) % people}`.padStart(5, '0')}@contoso.com`,
});

const questions: readonly Question[] = [
  { name: 'profile', routeKey: 'GET /v1/users/{user}', params: anybody },
  {
    name: 'profile of 2,000 sessions',
    routeKey: 'GET /v1/users/{user}',
    params: () => ({ user: heavyUser }),
  },
  { name: 'activities, 25', routeKey: 'GET /v1/users/{user}/activities', params: anybody },
  {
    name: 'activities, 100 of 2,000',
    routeKey: 'GET /v1/users/{user}/activities',
    params: () => ({ user: heavyUser }),
    query: { limit: '100', from: 'P180D' },
  },
  {
    name: 'activities as CSV, 1,000 of 2,000',
    routeKey: 'GET /v1/users/{user}/activities',
    params: () => ({ user: heavyUser }),
    query: { format: 'csv', from: 'P180D' },
    rounds: 40,
  },
  {
    name: 'users by beginning, 25',
    routeKey: 'GET /v1/users',
    params: () => ({}),
    query: { search: 'user01' },
  },
  { name: 'summary, index kept', routeKey: 'GET /v1/summary', params: () => ({}), rounds: 40 },
];

function eventOf({ routeKey, query = {} }: Question, params: Record<string, string>) {
  const rawPath = routeKey.replace(/^GET /, '');
  const event = { routeKey, rawPath, headers: {}, pathParameters: params, requestContext: {} };
  return { ...event, queryStringParameters: query } as unknown as APIGatewayProxyEventV2;
}

const at = (sorted: readonly number[], share: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);

/** Fills the tables with 20,000 users and asks about them. */
async function measureUsers(tables: Tables, count: CountUnits): Promise<void> {
  const began = performance.now();
  const rows = await fillTables(tables, now);
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stderr.write(`${rows} rows of ${people} users in ${seconds} s\n`);
  const query = makeTableQuery({
    ...tables,
    access: { kind: 'open' },
    contract: readContract,
  });
  process.stdout.write(
    '| question | p50 ms | p99 ms | read units | answer, octets |\n|---|---|---|---|---|\n',
  );
  for (const question of questions) {
    const times: number[] = [];
    let octets = 0;
    const rounds = question.rounds ?? roundsDefault;
    await query(eventOf(question, question.params(0)));
    for (let round = 1; round <= rounds; round += 1) {
      const start = performance.now();
      const answer = await query(eventOf(question, question.params(round)));
      times.push(performance.now() - start);
      if (answer.statusCode !== 200) throw new Error(`${question.name}: ${answer.statusCode}`);
      octets += (answer.body ?? '').length;
    }
    times.sort((a, b) => a - b);
    const spent = await count(() => query(eventOf(question, question.params(1))));
    const units = spent.toFixed(1);
    const size = Math.round(octets / rounds).toLocaleString('en-GB');
    process.stdout.write(
      `| ${question.name} | ${at(times, 0.5)} | ${at(times, 0.99)} | ${units} | ${size} |\n`,
    );
  }
  await measurePage(query, heavyUser);
}

const { argv } = process;
const isConnectedOnly = argv.includes('--connected');
const isLargeOnly = argv.includes('--large');
const isAll = !(isConnectedOnly || isLargeOnly);
const kept = argv.includes('--data') ? argv[argv.indexOf('--data') + 1] : undefined;

const folder = mkdtempSync(join(tmpdir(), 'wherefrom-bench-api-'));
try {
  if (!isConnectedOnly) {
    const large = join(folder, 'large');
    await layLarge(large, kept);
    await withTables(large, (tables) => measureLarge(tables, countUnits(tables.client)));
  }
  await withTables(join(folder, 'dynamodb'), async (tables) => {
    const count = countUnits(tables.client);
    if (isAll) await measureUsers(tables, count);
    if (!isLargeOnly) await measureConnected(tables, count, now + 24 * 3_600_000);
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
