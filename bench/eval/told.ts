// What the product told analysts at its own settings, before and after the learning gate of the
// organisation's first users (day 30), as one table. Pure.

import { misusesOf } from './metrics.ts';
import type { Told } from './ours.ts';
import { dayMs } from './parameters.ts';
import type { World } from './world.ts';

/** Numbers of one world, which add up over seeds. */
export type ToldCounts = {
  readonly days: readonly [before: number, after: number];
  readonly counts: Readonly<Record<string, readonly [before: number, after: number]>>;
};

const gateDays = 30;
/** What an organisation must have been seen for before a place can be new to it. */
const historyDays = 14;

/** Counts what was told in one world, per 1,000 users and day. */
export function toldCounts(world: World, told: readonly Told[], from: number): ToldCounts {
  const users = world.people / 1000;
  const counts: Record<string, [number, number]> = {};
  const add = (name: string, at: 0 | 1): void => {
    const row = counts[name] ?? [0, 0];
    row[at] += 1;
    counts[name] = row;
  };
  const isMisused = misusesOf(world);
  for (const { kind, severity, isRise, time, uid } of told) {
    const day = (time - from) / dayMs;
    const at = day < gateDays ? 0 : 1;
    const session = world.sessions[uid];
    const isAttack = session?.campaign !== undefined;
    if (kind === 'connection-burst') {
      add(isAttack ? 'bursts' : 'bursts of nobody but users', at);
      if (day < historyDays) add(`bursts in the first ${historyDays} days`, at);
      continue;
    }
    // As the scores are counted (README.md, "Scoring rules"): it points at the break-in.
    if (session && !isAttack && isMisused(session.person, session.start)) continue;
    add(isRise ? 'severity rose' : `${severity}, ${isAttack ? 'true' : 'false'}`, at);
  }
  return { days: [users * gateDays, users * (world.days - gateDays)], counts };
}

/** The table: detections told per 1,000 users and day; bursts as they were counted. */
export function toldTable(worlds: readonly ToldCounts[]): string {
  const names = ['high', 'medium', 'low'].flatMap((one) => [`${one}, true`, `${one}, false`]);
  const sumOf = (name: string, at: 0 | 1): number =>
    worlds.reduce((sum, { counts }) => sum + (counts[name]?.[at] ?? 0), 0);
  const daysOf = (at: 0 | 1): number => worlds.reduce((sum, { days }) => sum + days[at], 0);
  const row = (name: string, values: readonly string[]): string =>
    `| ${[name, ...values].join(' | ')} |`;
  const rate = (name: string, at: 0 | 1): string => (sumOf(name, at) / daysOf(at)).toFixed(2);
  const both = (of: (at: 0 | 1) => string): string[] => [of(0), of(1)];
  return [
    '| told at default sensitivity, per 1,000 users a day | before day 30 | after |',
    '| --- | --- | --- |',
    ...[...names, 'severity rose'].map((name) =>
      row(
        name,
        both((at) => rate(name, at)),
      ),
    ),
    ...['bursts', 'bursts of nobody but users', `bursts in the first ${historyDays} days`].map(
      (name) =>
        row(
          `${name}, in all`,
          both((at) => `${sumOf(name, at)}`),
        ),
    ),
  ].join('\n');
}
