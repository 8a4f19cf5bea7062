// `npm run dead-letters`: lists dead letters, shows one, and redrives them into the queue once the
// fault is mended. It works on the deployed stack with the caller's own AWS rights, or on a data
// directory of the local run that no process uses.
// Promise: a row is deleted only after the queue holds its event; a repeat redrives what is left. A
// list names no user; only `show` prints personal data.

import { hash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { boundEvent } from '../../domain/event-bounds.ts';
import type { DeadLetterStore, StoredDeadLetter } from '../../lambdas/shared/control-ports.ts';
import { type Batch, encodeBatch, formatBatchId } from '../../wire/batch.ts';

/** A control table and the queue beside it. */
export type DeadLettersPlace = {
  readonly deadLetters: Pick<DeadLetterStore, 'listDeadLetters' | 'removeDeadLetter'>;
  /** Resolves when the queue holds the message. */
  readonly send: (message: {
    readonly body: string;
    readonly attributes: Readonly<Record<string, string>>;
  }) => Promise<void>;
  readonly close: () => Promise<void>;
};

export type DeadLettersIo = {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly openDeployed: (table: string, queueUrl: string | undefined) => Promise<DeadLettersPlace>;
  readonly openLocal: (dataDir: string) => Promise<DeadLettersPlace>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

const usageExitCode = 64;
const refusedExitCode = 1;
const pageRows = 100;
/** Events in a message: small enough that one that fails again holds up few. */
const eventsPerMessage = 50;
/** The ledger keeps what is put back apart from what relays sent. */
const redriveRelayId = 'set-aside-requeue';

const help = `Dead letters: events that failed three times for a reason of their own.

  npm run dead-letters -- ls       how many, since when, why: no names
  npm run dead-letters -- show ID  one of them, whole: personal data
  npm run dead-letters -- redrive  puts all of them back into the queue (or one: redrive ID)

  --table TABLE   the control table of the stack; "npm run deploy" prints its name
  --queue URL     the queue of the stack, for redrive (docs/runbook.md says how to find it)
  --data DIR      instead: a data directory of "npm start", which must not be running

Mend the fault first: what fails again three times is a dead letter again.
`;

class UsageError extends Error {}

/** Runs one command line; resolves to the exit code. */
export async function runDeadLetters(args: readonly string[], io: DeadLettersIo): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    if (values.help) {
      io.out(help);
      return 0;
    }
    const [typed = '', id, ...more] = positionals;
    const verb = nameOf(typed, io);
    const work = verbs[verb];
    if (!work || more.length > 0) throw new UsageError('expects ls, show ID or redrive [ID]');
    if (verb === 'show' && id === undefined) throw new UsageError('show takes the id of an event');
    const place = await open(values, verb, io);
    try {
      return await work(place, id, io);
    } finally {
      await place.close();
    }
  } catch (error) {
    if (error instanceof UsageError || isParseError(error)) {
      io.error(`wherefrom dead-letters: ${error.message}\nRun with --help for what there is.\n`);
      return usageExitCode;
    }
    const said = whatToSay(error);
    if (said === undefined) throw error;
    io.error(`wherefrom dead-letters: ${said}\n`);
    return refusedExitCode;
  }
}

/** Until 0.2 the verb's older name is taken, and the new one said. */
function nameOf(verb: string, io: DeadLettersIo): string {
  if (verb !== 'requeue') return verb;
  io.error('wherefrom dead-letters: requeue is called redrive now; the old name goes with 0.2\n');
  return 'redrive';
}

/** A folder in use, no credentials, no such table: nothing a stack trace would explain. */
function whatToSay(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const isOfFolder = error.name === 'DataDirError' || error.name === 'LocalTablesError';
  if (isOfFolder) return error.message;
  const isOfAws = '$metadata' in error || error.name === 'CredentialsProviderError';
  return isOfAws ? `AWS says: ${error.name}: ${error.message}` : undefined;
}

const isParseError = (error: unknown): error is Error =>
  String((error as { code?: unknown } | null)?.code).startsWith('ERR_PARSE_ARGS');

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      table: { type: 'string' },
      queue: { type: 'string' },
      data: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
  });
}

function open(
  values: ReturnType<typeof parse>['values'],
  verb: string,
  io: DeadLettersIo,
): Promise<DeadLettersPlace> {
  const { table, queue, data } = values;
  if (data !== undefined && table === undefined) return io.openLocal(data);
  if (table === undefined || data !== undefined) {
    throw new UsageError('expects either --table or --data');
  }
  if (verb === 'redrive' && queue === undefined) throw new UsageError('--queue is missing');
  return io.openDeployed(table, queue);
}

type Verb = (place: DeadLettersPlace, id: string | undefined, io: DeadLettersIo) => Promise<number>;
const verbs: Readonly<Record<string, Verb>> = { ls: list, show, redrive };

async function* entriesOf({ deadLetters }: DeadLettersPlace): AsyncGenerator<StoredDeadLetter> {
  let after: string | undefined;
  do {
    const { entries, next } = await deadLetters.listDeadLetters(pageRows, after);
    yield* entries;
    after = next;
  } while (after !== undefined);
}

async function list(
  place: DeadLettersPlace,
  _: string | undefined,
  io: DeadLettersIo,
): Promise<number> {
  let count = 0;
  for await (const { id, setAsideAt, reason, batchId, event } of entriesOf(place)) {
    const time = new Date(setAsideAt).toISOString();
    io.out(`${id}  since ${time}  ${reason}  ${event.kind}  batch ${batchId}\n`);
    count += 1;
  }
  io.out(`${lettersText(count)}\n`);
  return 0;
}

async function show(
  place: DeadLettersPlace,
  id: string | undefined,
  io: DeadLettersIo,
): Promise<number> {
  for await (const entry of entriesOf(place)) {
    if (entry.id !== id) continue;
    io.out(`${JSON.stringify(entry, undefined, 2)}\n`);
    return 0;
  }
  return refuseUnknown(io);
}

const lettersText = (count: number): string =>
  `${count} ${count === 1 ? 'dead letter' : 'dead letters'}`;

function refuseUnknown(io: DeadLettersIo): number {
  io.error('wherefrom dead-letters: there is no dead letter of this id\n');
  return refusedExitCode;
}

async function redrive(
  place: DeadLettersPlace,
  id: string | undefined,
  io: DeadLettersIo,
): Promise<number> {
  const wanted: StoredDeadLetter[] = [];
  for await (const entry of entriesOf(place)) {
    if (id === undefined || entry.id === id) wanted.push(entry);
  }
  if (id !== undefined && wanted.length === 0) return refuseUnknown(io);
  for (let from = 0; from < wanted.length; from += eventsPerMessage) {
    const some = wanted.slice(from, from + eventsPerMessage);
    const batch = batchOf(some, io.now(), 1 + from / eventsPerMessage);
    await place.send({
      body: encodeBatch(batch),
      attributes: {
        batchId: formatBatchId(batch),
        relayId: redriveRelayId,
        receivedAt: String(Math.max(...some.map(arrivalOf))),
      },
    });
    for (const entry of some) await place.deadLetters.removeDeadLetter(entry.id);
  }
  io.out(`${lettersText(wanted.length)} put back into the queue\n`);
  return 0;
}

/** A dead letter of before arrivals were kept arrived at the latest when it was set aside. */
const arrivalOf = ({ receivedAt, setAsideAt }: StoredDeadLetter): number =>
  receivedAt ?? setAsideAt;

const digestOf = (text: string): string => hash('sha256', text, 'base64url').slice(0, 22);

/** Each event is bounded by its own arrival: they share one message and one `receivedAt`. */
function batchOf(entries: readonly StoredDeadLetter[], now: number, sequence: number): Batch {
  return {
    version: 1,
    relayId: redriveRelayId,
    epoch: Math.floor(now / 1000),
    sequence,
    firstPosition: 1,
    lastPosition: entries.length,
    events: entries.map((entry) => boundEvent(entry.event, arrivalOf(entry), digestOf)),
    setAside: [],
  };
}
