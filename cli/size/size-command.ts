// `npm run size`: load of the relay, cost per month, limits; as text or JSON. It parses the command
// line and formats; the arithmetic is sizing.ts. Exit code 0, or 64 for a usage error.

import { parseArgs } from 'node:util';
import { pricesAsOf } from './list-prices.ts';
import { type Deployment, type Limit, limitsOf, loadOf } from './sizing.ts';
import { costOf, totalOf } from './sizing-cost.ts';
import type { CostLine } from './sizing-line.ts';

export type SizeIo = {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
};

const usageExitCode = 64;

type Question = {
  readonly unset: number;
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
  readonly means: string;
};

const whole = (unset: number, min: number, max: number, means: string): Question => ({
  unset,
  min,
  max,
  means,
  isWhole: true,
});

/** Options by their names on the command line, with what is meant where one is missing. */
const questions = {
  users: whole(1_000, 1, 100_000_000, 'people who use the VPN'),
  'sessions-per-day': whole(3, 1, 1_000, 'sessions of one user on one day'),
  'interim-minutes': whole(10, 0, 1_440, 'between interim updates; 0: there are none'),
  'hours-per-day': { unset: 8, min: 0.1, max: 24, isWhole: false, means: 'connected, in all' },
  'packet-bytes': whole(700, 20, 4_096, 'one packet; Cisco ASA 600-750, most others 100-400'),
  analysts: whole(3, 0, 10_000, 'people with the console open on working days; 0: no console'),
  machines: whole(0, 0, 1_000, 'clients for machines (-c machineClient=true)'),
} as const satisfies Readonly<Record<string, Question>>;

type Name = keyof typeof questions;
const names = Object.keys(questions) as Name[];

const optionLines = names.map((name) => {
  const { unset, means } = questions[name];
  return `  --${name.padEnd(18)} ${means} (default: ${unset})`;
});

const help = `What a deployment needs and costs: relay load, AWS cost per month, limits.

  npm run size -- --users 5000 --sessions-per-day 3 --interim-minutes 10

${optionLines.join('\n')}
  --json               the same as one JSON object
  --help               this text

Costs are list prices of us-east-1 without free tiers. Every assumption is in
cli/size/sizing-assumptions.ts.
`;

/** Runs one command line. @returns the exit code */
export function runSize(args: readonly string[], io: SizeIo): number {
  const parsed = parse(args);
  if ('mistakes' in parsed) {
    io.error(
      `wherefrom size: ${parsed.mistakes.join('\n  ')}\nRun with --help for what there is.\n`,
    );
    return usageExitCode;
  }
  if (parsed.isHelp) io.out(help);
  else io.out(parsed.isJson ? json(parsed.deployment) : report(parsed.deployment));
  return 0;
}

type Parsed =
  | { readonly mistakes: readonly string[] }
  | { readonly isHelp: boolean; readonly isJson: boolean; readonly deployment: Deployment };

function parse(args: readonly string[]): Parsed {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = { ...Object.fromEntries(names.map((name) => [name, text])), json: flag };
  let values: Readonly<Record<string, unknown>>;
  try {
    values = parseArgs({ args: [...args], options: { ...options, help: flag } }).values;
  } catch (error) {
    return { mistakes: [(error as Error).message] };
  }
  const mistakes: string[] = [];
  const numbers = Object.fromEntries(
    names.map((name) => {
      const { unset, min, max, isWhole } = questions[name];
      const given = String(values[name] ?? unset);
      const number = Number(given);
      const isNumber = (isWhole ? /^\d{1,9}$/ : /^\d{1,9}(\.\d{1,6})?$/).test(given);
      if (!isNumber || number < min || number > max) {
        const kind = isWhole ? 'a whole number' : 'a number';
        mistakes.push(`--${name} is "${given}", expected ${kind} from ${min} to ${max}`);
      }
      return [name, number];
    }),
  ) as Record<Name, number>;
  if (mistakes.length > 0) return { mistakes };
  const deployment: Deployment = {
    users: numbers.users,
    sessionsPerDay: numbers['sessions-per-day'],
    interimMinutes: numbers['interim-minutes'],
    hoursPerDay: numbers['hours-per-day'],
    packetBytes: numbers['packet-bytes'],
    analysts: numbers.analysts,
    machines: numbers.machines,
  };
  return { isHelp: values['help'] === true, isJson: values['json'] === true, deployment };
}

function json(deployment: Deployment): string {
  const services = costOf(deployment);
  const cost = { pricesAsOf, region: 'us-east-1', ...totalOf(deployment), services };
  const answer = { deployment, load: loadOf(deployment), cost, limits: limitsOf(deployment) };
  return `${JSON.stringify(answer, undefined, 2)}\n`;
}

function report(deployment: Deployment): string {
  const { usdPerMillionEvents, ...total } = totalOf(deployment);
  const what = `$${usdPerMillionEvents.toFixed(2)} per million events`;
  return `${[
    'Relay',
    ...loadLines(deployment),
    '',
    `AWS, USD per month (list prices of us-east-1, ${pricesAsOf}, no free tiers)`,
    `  ${''.padEnd(18)} ${'all'.padStart(10)} ${'fixed'.padStart(8)} ${'grows'.padStart(10)}`,
    ...costOf(deployment).map(costText),
    costText({ service: 'sum', ...total, what }),
    '',
    'Limits, nearest first (need of bound)',
    ...limitsOf(deployment).map(limitText),
    '',
    'Not counted: names of map cells ($0.004 a cell every 90 days), exports, mail, tax.',
    'Times of the functions are guesses and the peak is a failover: see sizing-assumptions.ts.',
  ].join('\n')}\n`;
}

function loadLines(deployment: Deployment): string[] {
  const load = loadOf(deployment);
  return [
    `packets a day          ${count(load.packetsPerDay)}`,
    `packets/s on average   ${count(load.packetsPerSecond)}`,
    `packets/s at the peak  ${count(load.packetsPerSecondPeak)}  (all reconnect within a minute)`,
    `journal a day          ${count(load.journalBytesPerDay / 1e6)} MB`,
    `disk for 72 h outage   ${count(load.diskMiBForOutage)} MiB`,
    `journalMaxMiB for it   ${count(load.journalMiBForOutage)}`,
    `events in a batch      ${count(load.eventsPerBatch)}`,
    `upload a day           ${count(load.uploadBytesPerDay / 1e6)} MB`,
  ].map((line) => `  ${line}`);
}

function costText({ service, usdPerMonth, fixedUsdPerMonth, what }: CostLine): string {
  const dollars = (value: number, width: number) => value.toFixed(2).padStart(width);
  const grows = dollars(usdPerMonth - fixedUsdPerMonth, 10);
  const sums = `${dollars(usdPerMonth, 10)} ${dollars(fixedUsdPerMonth, 8)} ${grows}`;
  return `  ${service.padEnd(18)} ${sums}  ${what}`;
}

function limitText({ name, unit, need, bound, remedy }: Limit): string {
  const line = `  ${name.padEnd(36)} ${count(need)} of ${count(bound)} ${unit}`;
  return need > bound ? `${line}\n    OVER: ${remedy}` : line;
}

/** Three digits that mean something, thousands apart. */
function count(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
