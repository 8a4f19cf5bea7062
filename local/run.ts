// The local run from the command line to the exit code: start, play, report, wait, stop.
// Its output on stdout is a contract under --json (two lines); everything else is for reading.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemErrorCode } from '../relay/errors.ts';
import { type DataDir, DataDirError, dataDirError } from './data-dir.ts';
import { boundHeapGrowth } from './import/heap-growth.ts';
import { HistoryError } from './import/history-taker.ts';
import { importHistory } from './import/import-history.ts';
import { importedText } from './import/import-report.ts';
import { sourceAddressIn } from './local-gateways.ts';
import {
  type HistoryOptions,
  helpText,
  type LocalOptions,
  parseOptions,
  usageExitCode,
} from './options.ts';
import { type LocalPipeline, type Rebuild, type Surroundings, startPipeline } from './pipeline.ts';
import { PortInUseError } from './port-in-use.ts';
import { makeProgressLine } from './progress-line.ts';
import { type ReplaySettings, readReplaySettings } from './replay/settings-file.ts';
import { endpointsText, summaryText } from './report.ts';
import { playSample } from './sample/morning.ts';
import type { PlayProgress } from './sample/player.ts';
import { played } from './sample/sample-users.ts';
import { collectSummary } from './summary.ts';

export type Terminal = {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  /** Progress may overwrite its own line. */
  readonly isInteractive: boolean;
  /** Aborted by Ctrl-C. */
  readonly stopped: AbortSignal;
  /** Lets commands find the API of this run; the answer takes that back. */
  readonly noteRun?: (apiUrl: string) => () => void;
};

/** What only the program itself can bring. */
type ProgramParts = Pick<Surroundings, 'buildConsole' | 'relayThread'>;

const failedExitCode = 1;

/** Runs until done or stopped. Resolves with the exit code; never rejects for a user's mistake. */
export async function runLocal(
  args: readonly string[],
  terminal: Terminal,
  parts: ProgramParts = {},
): Promise<number> {
  const parsed = parseOptions(args);
  if (parsed.kind === 'help') {
    terminal.out(helpText);
    return 0;
  }
  if (parsed.kind === 'wrong') {
    terminal.error(`wherefrom: ${parsed.message}\n`);
    return usageExitCode;
  }
  try {
    await runWith(parsed.options, terminal, parts);
    return 0;
  } catch (error) {
    if (terminal.stopped.aborted) return 0;
    const { dataDir } = parsed.options;
    const known = dataDir === undefined ? error : dataDirError(dataDir, error);
    if (!isUsersMistake(known)) throw error;
    terminal.error(`wherefrom: ${known.message}\n`);
    return failedExitCode;
  }
}

/** What is left behind, for who stops it. */
function stoppedText({ path, isTemporary }: DataDir): string {
  return isTemporary
    ? 'Stopped; what it had is removed. With --data DIR it is kept.\n'
    : `Stopped. All that was answered is kept in ${path}; the same --data goes on with it.\n`;
}

function isUsersMistake(error: unknown): error is Error {
  const codes = [
    'FOLDER_CLAIMED',
    'LOCAL_TABLES',
    'QUEUE_DISK_FAILED',
    'QUEUE_NOT_A_LOG',
    'RELAY_JOURNAL_UNUSABLE',
    'TABLES_DISK_FAILED',
  ];
  if (error instanceof DataDirError || error instanceof PortInUseError) return true;
  if (error instanceof HistoryError) return true;
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

async function runWith(
  options: LocalOptions,
  terminal: Terminal,
  parts: ProgramParts,
): Promise<void> {
  if (!options.json) terminal.out('Starting relay, queue, functions, tables and API ...\n');
  const settings = readSettings(options, terminal);
  const pipeline = await startPipeline(options, {
    writeError: terminal.error,
    ...(settings ? { settings } : {}),
    ...parts,
  });
  const forget = terminal.noteRun?.(pipeline.endpoints.api);
  const over = new AbortController();
  const stopped = AbortSignal.any([terminal.stopped, over.signal]);
  try {
    await Promise.race([serve(pipeline, options, { ...terminal, stopped }), pipeline.failed]);
  } finally {
    over.abort();
    forget?.();
    await pipeline.stop();
    if (terminal.stopped.aborted && !options.json) terminal.out(stoppedText(pipeline.dataDir));
  }
}

/** Plays, imports and reports what is asked for; resolves when it is done or stopped. */
async function serve(
  pipeline: LocalPipeline,
  options: LocalOptions,
  terminal: Terminal,
): Promise<void> {
  const { endpoints } = pipeline;
  if (options.json) terminal.out(`${JSON.stringify({ ready: endpoints })}\n`);
  if (pipeline.rebuild) await rebuild(pipeline, pipeline.rebuild, options, terminal);
  if (options.sample === 'morning') await play(pipeline, options, terminal);
  if (options.history) await importFiles(pipeline, options.history, options, terminal);
  if (options.sample === 'morning' || options.history || options.once)
    await report(pipeline, options, terminal);
  if (options.once) return;
  if (!options.json) {
    terminal.out(endpointsText(endpoints, pipeline.attribution));
    terminal.out('Press Ctrl-C to stop.\n');
  }
  await whenStopped(terminal.stopped);
}

/** @throws HistoryError when the settings file cannot be used */
function readSettings(
  { settingsFile }: LocalOptions,
  { error }: Terminal,
): ReplaySettings | undefined {
  if (settingsFile === undefined) return undefined;
  try {
    const settings = readReplaySettings(readFileSync(settingsFile, 'utf8'), settingsFile);
    for (const warning of settings.warnings) error(`wherefrom: ${warning}\n`);
    return settings;
  } catch (cause) {
    const code = systemErrorCode(cause);
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new HistoryError(
      code === '' ? `--settings ${text}` : `--settings ${settingsFile} cannot be read (${code})`,
    );
  }
}

const rebuildPollMs = 100;

async function rebuild(
  pipeline: LocalPipeline,
  { progress, end }: Rebuild,
  { json }: LocalOptions,
  terminal: Terminal,
): Promise<void> {
  const write = json ? () => undefined : terminal.out;
  const line = makeProgressLine(write, terminal.isInteractive);
  const text = ({ done, total }: Awaited<ReturnType<typeof progress>>): string =>
    `Tables made again from the journal: ${done} of ${total} records`;
  for (let now = await progress(); now.done < now.total; now = await progress()) {
    line.show(text(now));
    await sleep(rebuildPollMs, undefined, { signal: terminal.stopped });
  }
  await pipeline.processed(terminal.stopped);
  line.end(text(await progress()));
  write(end());
}

async function importFiles(
  pipeline: LocalPipeline,
  history: HistoryOptions,
  { json }: LocalOptions,
  terminal: Terminal,
): Promise<void> {
  const write = json ? () => undefined : terminal.out;
  boundHeapGrowth();
  const done = await importHistory(history, {
    taker: pipeline.history,
    progress: makeProgressLine(write, terminal.isInteractive),
    write,
    writeLost: terminal.error,
    processed: () => pipeline.processed(terminal.stopped),
    signal: terminal.stopped,
  });
  if (json) terminal.out(`${JSON.stringify({ imported: done })}\n`);
  else terminal.out(importedText(done));
}

async function play(
  pipeline: LocalPipeline,
  options: LocalOptions,
  terminal: Terminal,
): Promise<void> {
  const { arrivals } = pipeline;
  arrivals.stop();
  const write = options.json ? () => undefined : terminal.out;
  const line = makeProgressLine(write, terminal.isInteractive);
  const morning = await playSample(pipeline.dataDir, {
    relay: { address: '127.0.0.1', port: pipeline.radiusPort },
    secret: pipeline.endpoints.secret,
    clock: () => arrivals.now(),
    sourceAddressOf: (name) => sourceAddressIn(pipeline.layout, name),
    signal: terminal.stopped,
    whenProcessed: () => pipeline.processed(terminal.stopped),
    onHistory: (progress) => line.show(historyText(progress)),
    onProgress: (progress) => line.show(progressText(progress)),
  });
  arrivals.goOn();
  await pipeline.processed(terminal.stopped);
  line.end(morning ? progressText(morning) : 'This data directory has seen the sample already.');
}

function historyText({ answered, total }: PlayProgress): string {
  return `Five weeks that the gateways had kept: ${answered} of ${total} records answered`;
}

function progressText({ answered, total, repeats }: PlayProgress): string {
  const counts = `${answered} of ${total} records answered, ${repeats} sent twice`;
  return `A morning of four VPN gateways: ${counts}`;
}

/** Of an organisation with more, a screen of them is shown. */
const usersListedMax = 50;

async function report(
  pipeline: LocalPipeline,
  options: LocalOptions,
  terminal: Terminal,
): Promise<void> {
  const isSample = options.sample === 'morning';
  const summary = await collectSummary(
    pipeline.endpoints.api,
    isSample ? playedOf : undefined,
    usersListedMax,
  );
  if (options.json) terminal.out(`${JSON.stringify({ summary })}\n`);
  else terminal.out(`${summaryText(summary)}\n${options.once ? `${pipeline.attribution}\n` : ''}`);
}

/** What the sample has played where something was to be found. */
function playedOf(user: string): string | undefined {
  return played.get(user.slice(0, user.indexOf('@')));
}

function whenStopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
