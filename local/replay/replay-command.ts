// The command line of replay: options, progress and summary on stderr, results on stdout.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseUserName, userKey } from '../../domain/user-name.ts';
import { openInstalledLocator, openWithAndWithoutLists } from '../../geo/open-locator.ts';
import { accountingPorts } from '../../relay/import/history-record.ts';
import { octetsOf } from '../../relay/import/octet-lines.ts';
import { wallClockOf } from '../../relay/import/wall-clock.ts';
import { effectOfLists } from './lists-effect.ts';
import type { StartReader } from './readers.ts';
import { type ReplayOptions, type ReplayProgress, replay } from './replay.ts';
import { noReplaySettings, type ReplaySettings, readReplaySettings } from './settings-file.ts';

const usage = `Usage: npm run replay -- [options] FILE...

Judges the accounting records of FreeRADIUS detail files, radacct tables as CSV, captures (pcap,
pcapng), or of JSON lines as docs/wire-format.md describes them, as the cloud would: decode,
locate, judge, fold, with state in memory. Prints the detections as JSON lines, one each;
progress, a summary and a short report in words go to stderr. Nothing leaves this machine.

  --scores          one line a session instead: user, sessionId, gateway, startedAt, score (0 to
                    100), severity (null: no alert), learning, reasons
  --since TIME      prints and counts only what began then or later, ISO 8601 (2026-11-01 is
                    midnight UTC); what came before is learned from
  --until TIME      prints and counts only what began before then; what came later still corrects it
  --user NAME       prints and counts only this user; all are learned from
  --lists           instead: what the lists of npm run geo:lists change; the records are judged with
                    and without them, and compared (with --since: from then on)
  --settings FILE   JSON: domains {netbios: {CORP: "corp.example"}, defaultDomain},
                    gateways [{name, addresses, vendor, behindProxy}],
                    sites [{name, networks, country, city, lat, lon}],
                    detection {sensitivity, alertsPerThousandPerDay, strictGate}
  --port PORT       accounting in captures was sent to this UDP port, too; once for each
  --time-zone ZONE  of times without one in CSV, for example Europe/Berlin (default: UTC)
  --workers N       threads that work, 1 to 16: one judges, the others read the files ahead of it
                    (default: 2); the output is the same, octet for octet, for any number
  --help            this text

Several files are one stream, in order of arrival. FILE may be packed with gzip; "-" is standard
input. What cannot be read is named with its line and skipped; captured packets are taken whoever
signed them. A detection is printed when a month has
passed since its first session, a session when eight days have, or at the end. Exit code
0: done; 1: a file or the settings cannot be used; 2: wrong command line.

  npm run --silent replay -- --scores --settings settings.json radacct/*/detail-* > scores.ndjson
`;

export type ReplayTerminal = {
  readonly out: (text: string) => Promise<void>;
  readonly error: (text: string) => void;
  /** Progress is shown on a line that is written over. */
  readonly isTerminal: boolean;
  readonly now: () => number;
  /** Most memory taken so far, MiB. */
  readonly peakMemoryMiB: () => number;
  /** What "-" stands for. */
  readonly stdin: () => AsyncIterable<Buffer>;
  /** Starts a thread of this program that reads files. */
  readonly startReader: StartReader;
};

/** Unreadable records named one by one; the summary counts all. */
const unreadableShown = 10;

const progressEveryMs = 1000;
const wrongUsage = 2;

/** Runs the command. @returns the exit code */
export async function runReplay(
  args: readonly string[],
  terminal: ReplayTerminal,
): Promise<number> {
  const parsed = parse(args);
  if (typeof parsed === 'string' || (parsed.positionals.length === 0 && !parsed.values.help)) {
    terminal.error(typeof parsed === 'string' ? `${parsed}\n` : usage);
    return wrongUsage;
  }
  if (parsed.values.help) {
    await terminal.out(usage);
    return 0;
  }
  try {
    await runFiles(parsed.positionals, parsed.values, terminal);
    return 0;
  } catch (error) {
    terminal.error(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

/** What the command line says, or what is wrong with it. */
function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        scores: { type: 'boolean' },
        lists: { type: 'boolean' },
        settings: { type: 'string' },
        since: { type: 'string' },
        until: { type: 'string' },
        user: { type: 'string' },
        port: { type: 'string', multiple: true },
        'time-zone': { type: 'string' },
        workers: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : 'wrong command line';
  }
}

type Values = {
  readonly scores?: boolean | undefined;
  readonly lists?: boolean | undefined;
  readonly settings?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly user?: string | undefined;
  readonly port?: string[] | undefined;
  readonly 'time-zone'?: string | undefined;
  readonly workers?: string | undefined;
};

const workersMax = 16;
const workersUsual = 2;

/** Threads that read beside the one that judges. @throws Error naming what is wrong */
function readersOf({ workers = `${workersUsual}` }: Values): number {
  const count = /^\d{1,2}$/.test(workers) ? Number(workers) : 0;
  if (count < 1 || count > workersMax) {
    throw new Error(`--workers expects a number of threads, 1 to ${workersMax}`);
  }
  return count - 1;
}

/** @throws Error naming what is wrong with an option */
function readingOf(values: Values): ReplayOptions['reading'] {
  const own = (values.port ?? []).map(Number);
  if (own.some((port) => !Number.isInteger(port) || port < 1 || port > 65_535)) {
    throw new Error('--port expects a UDP port, 1 to 65535');
  }
  const timeZone = values['time-zone'] ?? 'UTC';
  wallClockOf(timeZone);
  return { ports: [...accountingPorts, ...own], timeZone };
}

/** A day, which begins at midnight UTC, or a time with its zone. */
const timePattern = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** @throws Error naming the option when it is not a time. @returns Unix ms */
function timeOf(name: 'since' | 'until', text: string): number {
  const time = timePattern.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new Error(
      `--${name} expects a time as ISO 8601, for example 2026-11-01 or 2026-11-01T08:00Z`,
    );
  }
  return time;
}

/**
 * What is printed and counted. Of a user the key: as the settings spell what they type.
 * @throws Error naming what is wrong with an option
 */
function wantedOf({ since, until, user }: Values, { settings }: ReplaySettings) {
  const from = since === undefined ? undefined : timeOf('since', since);
  const to = until === undefined ? undefined : timeOf('until', until);
  if (from !== undefined && to !== undefined && from >= to) {
    throw new Error(`--since ${since} is not before --until ${until}`);
  }
  const of = user === undefined ? undefined : userKey(parseUserName(user), settings.domains);
  return {
    ...(from === undefined ? {} : { since: from }),
    ...(to === undefined ? {} : { until: to }),
    ...(of === undefined ? {} : { userKey: of }),
  };
}

async function runFiles(
  files: readonly string[],
  values: Values,
  terminal: ReplayTerminal,
): Promise<void> {
  const { settings: path } = values;
  const settings =
    path === undefined ? noReplaySettings : readReplaySettings(readFileSync(path, 'utf8'), path);
  for (const warning of settings.warnings) terminal.error(`${warning}\n`);
  const began = terminal.now();
  let shownAt = began;
  let unreadable = 0;
  const options: ReplayOptions = {
    files,
    isReadOnce: (file) => file === '-',
    open: (file) => (file === '-' ? terminal.stdin() : octetsOf(file)),
    onUnreadable: (file, line, reason) => {
      unreadable += 1;
      if (unreadable > unreadableShown) return;
      terminal.error(`${file}:${line}: skipped, ${reason}\n`);
    },
    settings,
    reading: readingOf(values),
    readers: { count: readersOf(values), start: terminal.startReader },
    isScores: values.scores === true,
    ...wantedOf(values, settings),
    locate: openInstalledLocator().locate,
    write: async (lines) => {
      if (lines.length > 0) await terminal.out(`${lines.join('\n')}\n`);
    },
    onProgress: (progress) => {
      if (terminal.now() - shownAt < progressEveryMs) return;
      shownAt = terminal.now();
      const text = `${progress.records} records, ${progress.users} users`;
      terminal.error(terminal.isTerminal ? `\r${text}` : `${text}\n`);
    },
  };
  if (values.lists) {
    await terminal.out(await effectOfLists(options, openWithAndWithoutLists()));
    return;
  }
  const done = await replay(options);
  const seconds = (terminal.now() - began) / 1000;
  terminal.error(`${summary(done, seconds, terminal.peakMemoryMiB())}\n${done.report}`);
}

function summary(done: ReplayProgress, seconds: number, peakMiB: number): string {
  const { records, unreadable, users, sessions, detections, outcomes } = done;
  const others = [...done.passedOver].map(([name, count]) => `${count} ${name}`);
  const ends = Object.entries(outcomes).map(([name, count]) => `${count} ${name}`);
  const perSecond = seconds > 0 ? Math.round(records / seconds) : 0;
  return [
    `\n${records} records in ${seconds.toFixed(1)} s (${perSecond}/s), ` +
      `at most ${Math.round(peakMiB)} MiB of memory`,
    `${unreadable} unreadable records, lines or values`,
    ...(others.length > 0 ? [`passed over: ${others.join(', ')}`] : []),
    `${users} users, ${sessions} sessions scored, ${detections} detections`,
    ...(done.late > 0
      ? [`${done.late} changes of detections came more than a month late: their lines stand`]
      : []),
    `records ended as: ${ends.join(', ') || 'none'}`,
    '',
  ].join('\n');
}
