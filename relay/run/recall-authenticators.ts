// After a restart, fills the memory of authenticators from the journal, so that a datagram recorded
// before the restart and replayed after it is still marked as repeated.
// Promise: in the background, a few records per turn of the event loop; a journal that cannot be
// read costs only the marks. It changes nothing on disk.

import type { JournalReader } from '../journal/reader.ts';
import type { AuthenticatorMemory } from '../receive/authenticator-memory.ts';
import type { SessionNames } from '../receive/session-names.ts';

/** What a relay remembers of packets. */
export type RecallInto = {
  readonly memory: AuthenticatorMemory;
  readonly names: SessionNames;
};

/** Records per turn: well under a millisecond of reading and checking. */
const recordsPerTurn = 64;
const bytesPerTurn = 64 * 1024;

/**
 * Recalls the last `recordsMax` records up to `lastPosition`; resolves to how many were recalled.
 * @throws what reading the journal throws
 */
export async function recallAuthenticators(
  options: RecallInto & {
    readonly reader: Pick<JournalReader, 'readFrom'>;
    readonly lastPosition: number;
    readonly recordsMax: number;
    readonly isStopping: () => boolean;
  },
): Promise<number> {
  const { reader, memory, names, lastPosition, recordsMax, isStopping } = options;
  let recalled = 0;
  let next = Math.max(1, lastPosition - recordsMax + 1);
  while (next <= lastPosition && !isStopping()) {
    const count = Math.min(recordsPerTurn, lastPosition - next + 1);
    const { entries } = await reader.readFrom(next, count, bytesPerTurn);
    const last = entries.at(-1);
    if (!last || last.position < next) break;
    for (const entry of entries) {
      if (entry.kind !== 'record' || entry.record.type !== 'datagram') continue;
      names.nameOf(entry.record.gatewayId, entry.record.payload);
      // Where an authenticator would be, RADIUS/1.1 has a token.
      if (entry.record.transport === 'radius-1.1') continue;
      memory.add(entry.record.payload, entry.record.gatewayId);
      recalled += 1;
    }
    next = last.position + 1;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  return recalled;
}
