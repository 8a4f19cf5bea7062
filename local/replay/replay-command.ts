// The command line of replay: options, progress and summary on stderr, results on stdout.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openInstalledLocator } from '../../geo/open-locator.ts';
import { octetsOf } from '../../relay/import/octet-lines.ts';
import { type ReplayProgress, replay } from './replay.ts';
import { noReplaySettings, readReplaySettings } from './settings-file.ts';

const usage = `Usage: npm run replay -- [options] FILE...

Judges the accounting records of FreeRADIUS detail files, or of JSON lines as docs/wire-format.md
describes them, as the cloud would: decode, locate, judge, fold, with state in memory. Prints the
detections as JSON lines; progress and a summary go to stderr. Nothing leaves this machine.

  --scores          one line a session instead: user, sessionId, gateway, startedAt, score (0 to
                    100), severity (null: no alert), learning, reasons
  --settings FILE   JSON: domains {netbios: {CORP: "corp.example"}, defaultDomain},
                    gateways [{name, addresses, vendor, behindProxy}],
                    sites [{name, networks, country, city, lat, lon}],
                    detection {sensitivity, alertsPerThousandPerDay, strictGate}
  --help            this text

Several files are one stream, in order of arrival. FILE may be packed with gzip; "-" is standard
input. What cannot be read is named with its line and skipped. A session is printed when eight days
have passed since its start, or at the end. Exit code
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
        settings: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : 'wrong command line';
  }
}

async function runFiles(
  files: readonly string[],
  values: { readonly scores?: boolean | undefined; readonly settings?: string | undefined },
  terminal: ReplayTerminal,
): Promise<void> {
  const { settings: path } = values;
  const settings =
    path === undefined ? noReplaySettings : readReplaySettings(readFileSync(path, 'utf8'), path);
  for (const warning of settings.warnings) terminal.error(`${warning}\n`);
  const began = terminal.now();
  let shownAt = began;
  let unreadable = 0;
  const done = await replay({
    files,
    isReadOnce: (file) => file === '-',
    open: (file) => (file === '-' ? terminal.stdin() : octetsOf(file)),
    onUnreadable: (file, line, reason) => {
      unreadable += 1;
      if (unreadable > unreadableShown) return;
      terminal.error(`${file}:${line}: skipped, ${reason}\n`);
    },
    settings,
    isScores: values.scores === true,
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
  });
  const seconds = (terminal.now() - began) / 1000;
  terminal.error(summary(done, seconds, terminal.peakMemoryMiB()));
}

function summary(done: ReplayProgress, seconds: number, peakMiB: number): string {
  const { records, unreadable, users, sessions, detections, outcomes } = done;
  const ends = Object.entries(outcomes).map(([name, count]) => `${count} ${name}`);
  return [
    `\n${records} records in ${seconds.toFixed(1)} s (${Math.round(records / seconds)}/s), ` +
      `at most ${Math.round(peakMiB)} MiB of memory`,
    `${unreadable} unreadable records or lines`,
    `${users} users, ${sessions} sessions scored, ${detections} detections`,
    `records ended as: ${ends.join(', ') || 'none'}`,
    '',
  ].join('\n');
}
