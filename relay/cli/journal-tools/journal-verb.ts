// `journal ls|verify|cat|requeue`: inspects the journal, and redrives dead letters.
// Promise: ls, verify and cat only read, whether the relay runs or not; requeue goes through the
// running relay, or does the relay's part under the journal's lock.

import * as v from 'valibot';
import { findingText } from '../../config/findings.ts';
import { type ConfigPlaces, readPlaces } from '../../config/places.ts';
import { errorText } from '../../errors.ts';
import { openCursor } from '../../journal/cursor.ts';
import { DeadLetterFile } from '../../journal/dead-letters.ts';
import { nodeDisk } from '../../journal/disk.ts';
import { Journal } from '../../journal/journal.ts';
import { journalFolder } from '../../journal/journal-folder.ts';
import { type RequeueResult, redriveDeadLetters } from '../../journal/redrive.ts';
import type { GatewayConfig } from '../../radius/gateway.ts';
import { askRelay } from '../admin-client.ts';
import { configExitCode, type Verb, type VerbIo, type VerbOptions } from '../command-line.ts';
import { loadEffectiveConfig } from '../effective-config.ts';
import { printJournal } from './cat.ts';
import { listJournal } from './list.ts';
import { verifyJournal } from './verify.ts';

const resultSchema = v.object({ requeued: v.number(), underWay: v.number(), lost: v.number() });
const refusalSchema = v.object({ error: v.string() });

export const journalVerb: Verb = {
  summary: 'ls, verify, cat: look into the journal; redrive: ship dead letters again',
  help: `  ls              segments, what waits, dead letters
  verify          read every record and check every checksum; exit code 0 or 1
  cat             print records; with --json whole, one JSON object a line, passwords as zeros
    --from N        begin at position N
    --count N       print N records
    --gateway NAME  only records of this gateway
  redrive         put dead letters back, so that they are shipped again
    --reason R      only those with this reason (decoder-failed, refused-422, ...)

ls, verify and cat read only, also while the relay runs.
Example: npm run relay -- journal cat --json --count 10
`,
  words: ['ls', 'verify', 'cat', 'redrive'],
  // Goes in 0.2.
  formerWords: { requeue: 'redrive' },
  options: ['from', 'count', 'gateway', 'reason'],
  async run(options, io) {
    const places = readPlaces(options.config, io);
    if (!('dataDir' in places)) {
      io.stderr(`${findingText(places)}\n`);
      return configExitCode;
    }
    try {
      return await runTool(options, places, io);
    } catch (error) {
      io.stderr(`${errorText(error)}\n`);
      return 1;
    }
  },
};

async function runTool(options: VerbOptions, places: ConfigPlaces, io: VerbIo): Promise<number> {
  const directory = journalFolder(places.dataDir);
  if ((await nodeDisk.list(directory)).length === 0) {
    io.stderr(`there is no journal in ${directory}\n`);
    return 1;
  }
  const [word] = options.words ?? [];
  if (word === 'ls') return listJournal(directory, options, io);
  if (word === 'verify') return verifyJournal(directory, options, io);
  if (word === 'cat') return printJournal(directory, options, gatewaysOf(options, io), io);
  return redrive(options, places, directory, io);
}

/** Without a usable configuration records are decoded by what is in them. */
function gatewaysOf(
  { config: file }: VerbOptions,
  io: VerbIo,
): (name: string) => GatewayConfig | undefined {
  const { config } = loadEffectiveConfig(file, io);
  if (!config) io.stderr(`${file} is not usable (see check): decoding without its gateways\n`);
  return (name) => config?.gateways.find((gateway) => gateway.name === name);
}

async function redrive(
  options: VerbOptions,
  places: ConfigPlaces,
  directory: string,
  io: VerbIo,
): Promise<number> {
  const { reason, json } = options;
  const query = reason === undefined ? '' : `?reason=${encodeURIComponent(reason)}`;
  const answer = await askRelay(places.adminSocket, 'POST', `/requeue${query}`);
  const result =
    answer.kind === 'not-running'
      ? await redriveHere(options, directory, io)
      : readResult(answer.body);
  if (typeof result === 'string') {
    io.stderr(`${result}\n`);
    return 1;
  }
  io.stdout(json ? `${JSON.stringify(result)}\n` : resultText(result));
  return 0;
}

function readResult(body: unknown): RequeueResult | string {
  const result = v.safeParse(resultSchema, body);
  if (result.success) return result.output;
  const refusal = v.safeParse(refusalSchema, body);
  return refusal.success ? refusal.output.error : 'the relay speaks another version';
}

/** The relay does not run: the journal is opened here, which no relay can meanwhile. */
async function redriveHere(
  { config: file, reason }: VerbOptions,
  directory: string,
  io: VerbIo,
): Promise<RequeueResult> {
  const { config } = loadEffectiveConfig(file, io);
  const cursor = await openCursor({ directory, onError: (error) => io.stderr(errorText(error)) });
  const journal = await Journal.open({
    directory,
    now: Date.now,
    shippedPosition: cursor.position,
    tickMs: 0,
    ...(config && { journalBytesMax: config.journalMaxMiB * 1024 ** 2 }),
  });
  try {
    return await redriveDeadLetters({
      disk: nodeDisk,
      directory,
      deadLetters: new DeadLetterFile(nodeDisk, directory),
      covered: cursor,
      append: (record, done) => journal.append(record, done),
      ...(reason !== undefined && { reason }),
    });
  } finally {
    await journal.close();
  }
}

function resultText({ requeued, underWay, lost }: RequeueResult): string {
  return [
    `${requeued} records are in the journal again and will be shipped`,
    ...(underWay > 0 ? [`${underWay} are still on their way to the cloud and stay`] : []),
    ...(lost > 0 ? [`${lost} cannot be put back: only their position is left`] : []),
    '',
  ].join('\n');
}
