// Cases from public reports (test/fixtures/reports/sessions.json) that ask what is detected: nine
// weeks of a person's weekdays, then the reported records, through decode, border, judge and fold.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openInstalledLocator } from '../../geo/open-locator.ts';
import { replay } from '../../local/replay/replay.ts';
import { noReplaySettings } from '../../local/replay/settings-file.ts';

type Packet = { readonly at: number; readonly attributes: readonly [string, string | number][] };
type Case = { readonly id: string; readonly packets: readonly Packet[] };

const cases: readonly Case[] = JSON.parse(
  readFileSync(join(__dirname, '..', 'fixtures', 'reports', 'sessions.json'), 'utf8'),
);
/** A Monday: the reported records count from here. */
const monday = Date.UTC(2026, 10, 23) / 1000;
const daySeconds = 86_400;

type History = {
  readonly user: string;
  readonly address: string;
  readonly fromHour: number;
  readonly toHour: number;
  readonly weeks: number;
  readonly interims: boolean;
};

const recordText = (at: number, attributes: readonly (readonly [string, string | number])[]) =>
  [
    new Date(at * 1000).toUTCString(),
    ...attributes.map(([name, value]) => `\t${name} = ${JSON.stringify(value)}`),
    '\tNAS-IP-Address = 10.0.0.1',
    `\tTimestamp = ${at}`,
    '\n',
  ].join('\n');

function historyText({ user, address, fromHour, toHour, weeks, interims }: History): string {
  const texts: string[] = [];
  for (let day = -7 * weeks; day < 0; day += 1) {
    const weekday = ((day % 7) + 7) % 7;
    if (weekday > 4) continue;
    const from = monday + day * daySeconds + fromHour * 3600;
    const record = (status: string, at: number): string =>
      recordText(at, [
        ['User-Name', user],
        ['Acct-Status-Type', status],
        ['Acct-Session-Id', `h${day}`],
        ['Calling-Station-Id', address],
        ['NAS-Port-Type', 'Virtual'],
        ['Acct-Session-Time', at - from],
      ]);
    texts.push(record('Start', from));
    const to = monday + day * daySeconds + toHour * 3600;
    for (let at = from + 1800; interims && at < to; at += 1800) {
      texts.push(record('Interim-Update', at));
    }
    texts.push(record('Stop', to));
  }
  return texts.join('');
}

function caseText(id: string): string {
  const found = cases.find((one) => one.id.startsWith(id));
  if (!found) throw new Error(`no case ${id}`);
  return found.packets
    .map(({ at, attributes }) =>
      recordText(
        monday + at,
        attributes.filter(([name]) => name !== 'Event-Timestamp'),
      ),
    )
    .join('');
}

type Found = { severity: string; score: number; reasons: { term?: string; weight?: number }[] };

/** What a replay of the history and the case detects. */
async function detectionsOf(id: string, history: History): Promise<Found[]> {
  const lines: string[] = [];
  await replay({
    files: ['case'],
    open: async function* () {
      yield Buffer.from(historyText(history) + caseText(id));
    },
    isReadOnce: () => true,
    settings: noReplaySettings,
    reading: { ports: [1813], timeZone: 'UTC' },
    isScores: false,
    locate: openInstalledLocator().locate,
    write: async (some) => void lines.push(...some),
    onProgress: () => undefined,
    onUnreadable: (_, place, reason) => {
      throw new Error(`${place}: ${reason}`);
    },
  });
  return lines.map((line) => JSON.parse(line));
}

const usual = { fromHour: 8, toHour: 16, weeks: 9, interims: false };

it('H08: a way out of a proxy service has no place to travel to', async () => {
  const history = { ...usual, user: 'zoe@ex.com', address: '91.0.5.5' };

  const found = await detectionsOf('H08', history);

  expect(JSON.stringify(found)).not.toContain('"travel"');
});

it('H14: without a Stop the way is counted from the last word, 7 h before', async () => {
  const history = { ...usual, user: 'nora@ex.com', address: '5.80.19.135', interims: true };

  const [found, ...others] = await detectionsOf('H14', history);

  // As with a Stop at the last word: a first time in a country, and time enough to get there.
  expect(found).toMatchObject({ severity: 'medium', score: 53 });
  expect(found?.reasons.map(({ term }) => term)).not.toContain('overlap');
  const travel = found?.reasons.find(({ term }) => term === 'travel');
  expect(travel?.weight ?? 0).toBeLessThan(0.1);
  expect(others).toEqual([]);
});

it('H15: from coast to coast in two hours is travel, whoever carries it', async () => {
  const history = { user: 'erin@ex.com', address: '24.16.10.5', fromHour: 16, toHour: 24 };

  const found = await detectionsOf('H15', { ...history, weeks: 2, interims: false });

  expect(found.map(({ severity }) => severity)).toEqual(['low']);
  expect(JSON.stringify(found)).toContain('"travel"');
});
