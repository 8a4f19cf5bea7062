// A batch: the body of POST /v1/batches (docs/wire-format.md "Body"), base64 of brotli of JSON.
// Promise: decodeBatch never throws and spends no more than its bounds on a hostile body; what it
// returns obeys every bound of domain/limits.ts. It knows nothing of signatures (seal.ts).

import {
  type BrotliOptions,
  brotliCompress,
  brotliCompressSync,
  brotliDecompressSync,
  constants,
} from 'node:zlib';
import * as v from 'valibot';
import type { AccountingEvent } from '../domain/accounting-event.ts';
import {
  batchDecodedBytesMax,
  batchEncodedBytesMax,
  batchEventBytesMax,
  batchEventsMax,
} from '../domain/limits.ts';
import { eventSchema } from './event-schema.ts';

/** The version this code writes and reads. */
export const batchVersion = 1;

/** A journal record that became no event, and why: `undecodable`, `refused`. */
export type SetAside = { readonly position: number; readonly reason: string };

/**
 * Consecutive journal records of one relay. Positions are inclusive; each one becomes a dead letter
 * or is an event, and the events stand in the order of their positions.
 */
export type Batch = {
  readonly version: typeof batchVersion;
  readonly relayId: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly firstPosition: number;
  readonly lastPosition: number;
  readonly events: readonly AccountingEvent[];
  readonly setAside: readonly SetAside[];
};

/** What names a batch: `<relayId>.<epoch>.<sequence>`, the Wherefrom-Batch header. */
export type BatchName = Pick<Batch, 'relayId' | 'epoch' | 'sequence'>;

/**
 * `too-large`: over a bound. `malformed`: not a batch. `unsupported-version`: written by a newer
 * relay; the records are good, so the relay has to keep them until the cloud was upgraded.
 */
export type BatchProblem = 'too-large' | 'malformed' | 'unsupported-version';

export type DecodedBatch =
  | { readonly ok: true; readonly batch: Batch }
  | { readonly ok: false; readonly problem: BatchProblem; readonly detail: string };

const compress = (bytes: Buffer, options: BrotliOptions): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    brotliCompress(bytes, options, (error, result) => (error ? reject(error) : resolve(result)));
  });

const relayIdPattern = '[a-z0-9][a-z0-9-]{0,62}';
const batchIdPattern = new RegExp(`^(${relayIdPattern})\\.(0|[1-9]\\d{0,15})\\.([1-9]\\d{0,15})$`);

const counter = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const position = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

// Events are checked one by one afterwards, so that a detail can name the one that is wrong.
const envelopeSchema = v.object({
  version: v.literal(batchVersion),
  relayId: v.pipe(v.string(), v.regex(new RegExp(`^${relayIdPattern}$`))),
  epoch: counter,
  sequence: position,
  firstPosition: position,
  lastPosition: position,
  events: v.array(v.unknown()),
  setAside: v.array(
    v.object({ position, reason: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)) }),
  ),
});

/** Writes the Wherefrom-Batch value. */
export function formatBatchId({ relayId, epoch, sequence }: BatchName): string {
  return `${relayId}.${epoch}.${sequence}`;
}

/** Reads a Wherefrom-Batch value; undefined when it is none. */
export function parseBatchId(text: string): BatchName | undefined {
  const [, relayId, epochText, sequenceText] = batchIdPattern.exec(text) ?? [];
  if (relayId === undefined) return undefined;
  const epoch = Number(epochText);
  const sequence = Number(sequenceText);
  if (!Number.isSafeInteger(epoch) || !Number.isSafeInteger(sequence)) return undefined;
  return { relayId, epoch, sequence };
}

/** Octets of an event's JSON in UTF-8: what `batchEventBytesMax` bounds. */
export function eventBytes(event: AccountingEvent): number {
  return Buffer.byteLength(JSON.stringify(event));
}

/**
 * Encodes a batch. The caller keeps the bounds; `.length` is the size in octets, as base64 is
 * ASCII. Brotli 4 is smaller than gzip 6 for 40 % less time, and every Node has it.
 */
export function encodeBatch(batch: Batch): string {
  const json = Buffer.from(JSON.stringify(batch));
  return brotliCompressSync(json, brotliOptions(json.length)).toString('base64');
}

/** A batch whose events are JSON texts already. */
export type BatchOfTexts = Omit<Batch, 'events'> & { readonly events: readonly string[] };

/**
 * As encodeBatch, but compresses in the thread pool, so that a relay answers gateways meanwhile,
 * and takes events as texts, which it has made one by one for the same reason.
 */
export async function encodeBatchOfTexts({ events, ...envelope }: BatchOfTexts): Promise<string> {
  const head = JSON.stringify(envelope).slice(0, -1);
  const json = Buffer.from(`${head},"events":[${events.join(',')}]}`);
  return (await compress(json, brotliOptions(json.length))).toString('base64');
}

function brotliOptions(bytes: number): BrotliOptions {
  return {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_QUALITY]: 4,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes,
    },
  };
}

/** Decodes a body that may be hostile. A detail names positions and fields, never values. */
export function decodeBatch(body: string): DecodedBatch {
  if (body.length > batchEncodedBytesMax) {
    return refuse('too-large', `the body is over ${batchEncodedBytesMax} octets`);
  }
  const compressed = Buffer.from(body, 'base64');
  // Buffer.from skips what is no base64; only the one canonical spelling of the bytes is accepted.
  if (compressed.toString('base64') !== body) return refuse('malformed', 'the body is no base64');
  const json = decompress(compressed);
  if (typeof json !== 'string') return json;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return refuse('malformed', 'the decompressed body is no JSON');
  }
  return readBatch(value);
}

function refuse(problem: BatchProblem, detail: string): DecodedBatch & { ok: false } {
  return { ok: false, problem, detail };
}

function decompress(compressed: Buffer): string | (DecodedBatch & { ok: false }) {
  try {
    // maxOutputLength stops the decompressor at the bound, so a bomb costs 2 MiB and no more.
    const bytes = brotliDecompressSync(compressed, { maxOutputLength: batchDecodedBytesMax });
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      return refuse('too-large', `the body is over ${batchDecodedBytesMax} octets decompressed`);
    }
    return refuse('malformed', 'the body is no brotli stream of UTF-8 text');
  }
}

function readBatch(value: unknown): DecodedBatch {
  const version = typeof value === 'object' && value && 'version' in value ? value.version : 0;
  if (typeof version === 'number' && Number.isInteger(version) && version > batchVersion) {
    return refuse('unsupported-version', `version ${version} is newer than ${batchVersion}`);
  }
  const envelope = v.safeParse(envelopeSchema, value, { abortEarly: true });
  if (!envelope.success) return refuse('malformed', `field ${pathOf(envelope.issues)} is wrong`);
  const { events: rawEvents, ...rest } = envelope.output;
  if (rawEvents.length + rest.setAside.length > batchEventsMax) {
    return refuse('too-large', `more than ${batchEventsMax} records`);
  }
  const positionProblem = checkPositions(rest, rawEvents.length);
  if (positionProblem) return refuse('malformed', positionProblem);

  const events: AccountingEvent[] = [];
  for (const [index, raw] of rawEvents.entries()) {
    const event = v.safeParse(eventSchema, raw, { abortEarly: true });
    if (!event.success) {
      return refuse('malformed', `events[${index}]: field ${pathOf(event.issues)} is wrong`);
    }
    if (eventBytes(event.output) > batchEventBytesMax) {
      return refuse('too-large', `events[${index}] is over ${batchEventBytesMax} octets`);
    }
    events.push(event.output);
  }
  return { ok: true, batch: { ...rest, events } };
}

/** The first broken rule of the position arithmetic, or undefined. */
function checkPositions(batch: Omit<Batch, 'events'>, eventCount: number): string | undefined {
  const { firstPosition, lastPosition, setAside } = batch;
  if (eventCount + setAside.length !== lastPosition - firstPosition + 1) {
    return 'events and set aside do not fill [firstPosition, lastPosition]';
  }
  if (eventCount + setAside.length === 0) return 'the batch holds no record';
  let previous = firstPosition - 1;
  for (const { position: at } of setAside) {
    if (at <= previous || at > lastPosition) {
      return 'set aside positions do not rise within [firstPosition, lastPosition]';
    }
    previous = at;
  }
  return undefined;
}

function pathOf(issues: readonly v.BaseIssue<unknown>[]): string {
  const first = issues[0];
  return (first && v.getDotPath(first)) ?? 'at the top level';
}
