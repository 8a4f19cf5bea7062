// The connection from `import` to the running relay, through its admin socket. It waits for a relay
// that is busy or restarts. The relay reports what it has taken, so nothing is sent twice.

import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { RelayError, systemErrorCode } from '../../errors.ts';
import { encodeChunk } from '../../import/chunk.ts';
import type { ImportState } from '../../import/import-service.ts';
import type { ImportId } from '../../import/import-stamp.ts';
import type { NewJournalRecord } from '../../journal/record.ts';
import { type AdminAnswer, askRelay } from '../admin-client.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const stateSchema: v.GenericSchema<unknown, ImportState> = v.object({
  next: count,
  waiting: count,
  refusal: v.exactOptional(v.string()),
  isTemporary: v.exactOptional(v.boolean()),
});
const errorSchema = v.object({ error: v.string() });

const busyPauseMs = 50;
const awayPauseMs = 500;

export type RelayLinkOptions = {
  readonly socketPath: string;
  /** How long a relay that went away is waited for. */
  readonly awayMsMax: number;
  /** Told why the relay does not take records just now; undefined when it takes them again. */
  readonly onWaiting: (reason: string | undefined) => void;
};

/** One import of one file. */
export type RelayLink = {
  /** @throws RelayError RELAY_NOT_REACHED when no relay runs */
  begin(id: ImportId): Promise<ImportState>;
  /** Hands over records, of which the first has number `from`; resolves when all are durable. */
  give(id: ImportId, from: number, records: readonly NewJournalRecord[]): Promise<ImportState>;
  rest(id: ImportId): Promise<ImportState>;
};

export function makeRelayLink(options: RelayLinkOptions): RelayLink {
  const ask = (path: string, body?: Buffer): Promise<ImportState> =>
    askPatiently(options, path, body);
  const begin = (id: ImportId): Promise<ImportState> => ask(`/import/begin?file=${id}`);
  return {
    begin,
    async give(id, from, records) {
      let next = from;
      for (;;) {
        const left = records.slice(next - from);
        const state = await ask(`/import/take?file=${id}&from=${next}`, encodeChunk(left));
        if (state.next < from) throw notReached('its journal was replaced: import again');
        next = state.next;
        if (next >= from + records.length) {
          options.onWaiting(undefined);
          return state;
        }
        if (state.refusal !== undefined && !state.isTemporary) throw notReached(state.refusal);
        if (state.refusal !== undefined) options.onWaiting(state.refusal);
        await sleep(busyPauseMs);
      }
    },
    rest: (id) => ask(`/import/rest?file=${id}`),
  };
}

/** One request; a relay that was there before is waited for. */
async function askPatiently(
  { socketPath, awayMsMax, onWaiting }: RelayLinkOptions,
  path: string,
  body: Buffer | undefined,
): Promise<ImportState> {
  for (let awayMs = 0; ; awayMs += awayPauseMs) {
    const answer = await askOnce(socketPath, path, body);
    if (answer.kind === 'answer') return readState(answer);
    if (awayMs >= awayMsMax) throw notReached('no relay runs here: start it, then import again');
    onWaiting('the relay does not run');
    await sleep(awayPauseMs);
  }
}

async function askOnce(
  socketPath: string,
  path: string,
  body: Buffer | undefined,
): Promise<AdminAnswer> {
  try {
    return await askRelay(socketPath, 'POST', path, body);
  } catch (error) {
    // It was killed between our request and its answer.
    const cause = error instanceof RelayError ? error.cause : error;
    if (['ECONNRESET', 'EPIPE'].includes(systemErrorCode(cause))) return { kind: 'not-running' };
    throw error;
  }
}

function readState({ body }: Extract<AdminAnswer, { kind: 'answer' }>): ImportState {
  const state = v.safeParse(stateSchema, body);
  if (state.success) return state.output;
  const refusal = v.safeParse(errorSchema, body);
  throw notReached(refusal.success ? refusal.output.error : 'the relay speaks another version');
}

const notReached = (message: string): RelayError => new RelayError('RELAY_NOT_REACHED', message);
