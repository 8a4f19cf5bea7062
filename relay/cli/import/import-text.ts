// The output of `import`: plan, progress, end. Promise: counts, times, file and gateway names;
// nothing about a user.

import { sessionRetentionDays } from '../../../domain/limits.ts';
import type { FilePlan } from './import-plan.ts';
import type { ImportProgress } from './import-run.ts';

const number = (value: number): string => value.toLocaleString('en-US');
const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
const kindNames = {
  detail: 'FreeRADIUS detail',
  radacct: 'radacct CSV',
  capture: 'capture',
} as const;

export function planText(plans: readonly FilePlan[]): string {
  const lines = plans.map((plan) => {
    const { path, kind, records, skipped, firstTime, lastTime } = plan;
    const times = firstTime === undefined ? '' : `, ${day(firstTime)} to ${day(lastTime ?? 0)}`;
    const lost = skipped === 0 ? '' : `, ${number(skipped)} skipped`;
    const values = countsText(', values left out', plan.dropped);
    const others = countsText('\n  passed over', plan.passedOver);
    const found = `${kindNames[kind]}, ${number(records)} records${times}`;
    return `${path}: ${found}${lost}${values}${others}\n`;
  });
  const totals = gatewayTotals(plans).map(([id, count]) => `  ${id}: ${number(count)} records\n`);
  const old = sum(plans, 'profileOnly');
  const note =
    old === 0
      ? ''
      : `${number(old)} records are older than the ${sessionRetentionDays} days that sessions ` +
        'are kept: they feed profiles only and are not listed as activities\n';
  return [...lines, ...totals, note].join('');
}

/** `TITLE: 12 TCP, 3 UDP port 53`, the most frequent first; empty without counts. */
function countsText(title: string, counts: ReadonlyMap<string, number>): string {
  if (counts.size === 0) return '';
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return `${title}: ${sorted.map(([name, count]) => `${number(count)} ${name}`).join(', ')}`;
}

/** Records and values that these files hold and the import does not take. */
export function lostIn(plans: readonly FilePlan[]): { records: number; values: number } {
  const values = plans.flatMap(({ dropped }) => [...dropped.values()]);
  return { records: sum(plans, 'skipped'), values: values.reduce((total, one) => total + one, 0) };
}

/** What was lost, in one line; undefined when nothing was. */
export function lostText(plans: readonly FilePlan[]): string | undefined {
  const { records, values } = lostIn(plans);
  if (records === 0 && values === 0) return undefined;
  return `not imported: ${number(records)} records or lines, ${number(values)} values\n`;
}

function gatewayTotals(plans: readonly FilePlan[]): [string, number][] {
  const totals = new Map<string, number>();
  for (const { gateways } of plans) {
    for (const [id, count] of gateways) totals.set(id, (totals.get(id) ?? 0) + count);
  }
  return [...totals].sort(([, a], [, b]) => b - a);
}

/** What to do about unnamed gateways; undefined when there are none. */
export function notConfiguredText(plans: readonly FilePlan[]): string | undefined {
  const notConfigured = new Set(plans.flatMap((plan) => [...plan.notConfigured]));
  if (notConfigured.size === 0) return undefined;
  const [first = ''] = notConfigured;
  return (
    `not configured here: ${[...notConfigured].join(', ')}\n` +
    'Nothing was imported. Say which configured gateway each of them is, so that its history and ' +
    'what it\nsends live are one, or name it as itself:\n' +
    `  --gateway ${first}=NAME\n`
  );
}

export function progressText({ taken, known, waiting }: ImportProgress, total: number): string {
  const done = `${number(taken + known)} of ${number(total)} records`;
  return waiting === 0 ? done : `${done}, ${number(waiting)} on their way to the cloud`;
}

export function endText({ taken, known, waiting }: ImportProgress, seconds: number): string {
  const rate = seconds > 0 ? ` (${number(Math.round(taken / seconds))}/s)` : '';
  const before = known === 0 ? '' : `, ${number(known)} were imported before`;
  const where =
    waiting === 0
      ? 'the cloud has them all'
      : `${number(waiting)} are in the relay's journal, which goes on shipping them`;
  return `${number(taken)} records imported in ${seconds.toFixed(1)} s${rate}${before}; ${where}\n`;
}

/** All numbers as one object. */
export function importReport(
  plans: readonly FilePlan[],
  progress: ImportProgress | undefined,
  seconds: number,
): object {
  const files = plans.map((plan) => ({
    file: plan.path,
    kind: plan.kind,
    records: plan.records,
    skipped: plan.skipped,
    dropped: Object.fromEntries(plan.dropped),
    passedOver: Object.fromEntries(plan.passedOver),
    profileOnly: plan.profileOnly,
    ...(plan.firstTime !== undefined && {
      from: new Date(plan.firstTime).toISOString(),
      to: new Date(plan.lastTime ?? 0).toISOString(),
    }),
    gateways: Object.fromEntries(plan.gateways),
  }));
  const notConfigured = [...new Set(plans.flatMap((plan) => [...plan.notConfigured]))];
  return {
    records: sum(plans, 'records'),
    skipped: sum(plans, 'skipped'),
    droppedValues: lostIn(plans).values,
    profileOnly: sum(plans, 'profileOnly'),
    ...(notConfigured.length > 0 && { notConfigured: notConfigured }),
    ...(progress && { ...progress, seconds: Math.round(seconds * 10) / 10 }),
    files,
  };
}

function sum(plans: readonly FilePlan[], key: 'records' | 'skipped' | 'profileOnly'): number {
  return plans.reduce((total, plan) => total + plan[key], 0);
}
