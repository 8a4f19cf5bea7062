// A data directory whose tables are damaged, or are to be made again: the journal has everything,
// and whoever was erased stays erased.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../../local/temp-dir.ts';
import { detailText, writtenSessions } from '../../support/detail-text.ts';
import { getJson, type Pipeline, startPipeline, stopPipeline } from '../../support/pipeline.ts';
import { until } from '../../support/until.ts';

const path = tempDir();
const sessions = 400;
const dayMs = 24 * 3_600_000;
const ports = ['--api-port', '0', '--radius-port', '0', '--json'];
jest.setTimeout(240_000);

type Profile = { sessions: number; firstSeen: string; lastSeen: string; places: unknown[] };

const start = (...args: string[]): Promise<Pipeline> =>
  startPipeline(['--data', path('data'), '--sample', 'none', ...args, ...ports]);

async function profilesOf({ ready }: Pipeline): Promise<Record<string, Profile>> {
  const listed = await getJson<{ items: { user: string }[] }>(ready, '/v1/users?limit=100');
  const profiles: Record<string, Profile> = {};
  for (const { user } of listed?.items ?? []) {
    const found = await getJson<Profile>(ready, `/v1/users/${user}`);
    if (!found) continue;
    const { sessions: count, firstSeen, lastSeen, places } = found;
    profiles[user] = { sessions: count, firstSeen, lastSeen, places };
  }
  return profiles;
}

/** The tables of before go when the new ones hold everything. */
const rebuilt = () =>
  until(
    () => !readdirSync(path('data/cloud')).includes('dynamodb.before'),
    'the tables to be made again',
    120_000,
  );

const changing = ({ ready }: Pipeline) => ({
  'content-type': 'application/json',
  origin: ready.api,
});

const settingsOf = ({ ready }: Pipeline) => fetch(new URL('/v1/settings', ready.api));

it('folds the journal again: by command, and when the log of the tables is damaged', async () => {
  const file = path('detail');
  writeFileSync(file, detailText(writtenSessions(sessions, Date.now() - 20 * dayMs)));
  const first = await startPipeline([
    '--data',
    path('data'),
    '--import',
    file,
    '--gateway',
    '127.0.0.1=asa-london',
    ...ports,
  ]);
  await until(() => first.lines.some((line) => line.includes('"imported"')), 'the import', 120_000);
  const settings = await settingsOf(first);
  const changed = await fetch(new URL('/v1/settings', first.ready.api), {
    method: 'PUT',
    headers: { ...changing(first), 'if-match': settings.headers.get('etag') ?? '' },
    body: JSON.stringify({
      ...((await settings.json()) as object),
      detection: { sensitivity: 'high' },
    }),
  });
  expect(changed.status).toBe(200);
  const erased = await fetch(new URL('/v1/users/user7', first.ready.api), {
    method: 'DELETE',
    headers: changing(first),
  });
  expect(erased.status).toBe(200);
  const before = await profilesOf(first);
  await stopPipeline(first);
  expect(Object.keys(before)).toHaveLength(39);

  const again = await start('--rebuild');
  await rebuilt();
  expect(await profilesOf(again)).toEqual(before);
  expect(await (await settingsOf(again)).json()).toMatchObject({
    detection: { sensitivity: 'high' },
  });
  await stopPipeline(again);

  const tables = path('data/cloud/dynamodb');
  const log = join(tables, readdirSync(tables).find((name) => name.endsWith('.log')) ?? '');
  const octets = readFileSync(log);
  octets[Math.floor(octets.length / 2)] = (octets[Math.floor(octets.length / 2)] ?? 0) ^ 0xff;
  writeFileSync(log, octets);
  const mended = await start();
  await rebuilt();
  expect(mended.errors.join('')).toMatch(/the tables' log \d+\.log is damaged from octet \d+ on/);
  expect(await profilesOf(mended)).toEqual(before);
  await stopPipeline(mended);
});
