// What is read of a file, in portions of some hundreds of records: accounting events as the domain
// takes them, and what was said of lines that are none. A portion says the same whichever thread
// reads it: it depends on the file and on how it is read, and on nothing else.

import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { boundEvent } from '../../domain/event-bounds.ts';
import { sha256Hash } from '../../lambdas/shared/hash.ts';
import { HistoryGateways } from '../../relay/import/history-gateways.ts';
import type { HistorySettings } from '../../relay/import/history-record.ts';
import type { GatewayConfig } from '../../relay/radius/gateway.ts';
import { fileEvents } from './file-events.ts';

/** How files are read, as data: threads are given it. */
export type Reading = {
  readonly gateways: readonly GatewayConfig[];
  /** UDP ports on which captured accounting was received. */
  readonly ports: readonly number[];
  /** IANA name of the zone of times without one, in CSV. */
  readonly timeZone: string;
};

/** What is said of a record, line or frame (`place`, from 1), or of what is passed over. */
export type Notice =
  | { readonly place: number; readonly reason: string }
  | { readonly passedOver: string };

export type Portion = {
  /** Said while these events were read. */
  readonly notices: readonly Notice[];
  readonly events: readonly AccountingEvent[];
};

/**
 * The portions of a file, in its order; none of one without an octet.
 * @throws what reading its octets throws
 */
export async function* portionsOf(
  chunks: AsyncIterable<Buffer>,
  reading: Reading,
): AsyncIterable<Portion> {
  let notices: Notice[] = [];
  const said = (): readonly Notice[] => {
    const all = notices;
    notices = [];
    return all;
  };
  const history: HistorySettings = {
    ports: new Set(reading.ports),
    timeZone: reading.timeZone,
    gateways: new HistoryGateways(reading.gateways),
    // Nothing leaves this machine, and the settings of replay hold no secrets.
    isUnverifiedTaken: true,
  };
  let isBlank = true;
  const read = fileEvents({
    chunks: told(chunks, () => {
      isBlank = false;
    }),
    history,
    onUnreadable: (place, reason) => notices.push({ place, reason }),
    onPassedOver: (passedOver) => notices.push({ passedOver }),
  });
  for await (const events of read) {
    if (!isBlank) yield { notices: said(), events: events.map(bounded) };
  }
  const last = said();
  if (last.length > 0) yield { notices: last, events: [] };
}

async function* told(chunks: AsyncIterable<Buffer>, tell: () => void): AsyncIterable<Buffer> {
  for await (const chunk of chunks) {
    if (chunk.length > 0) tell();
    yield chunk;
  }
}

/** The file's own times are all the arrival there is. */
const bounded = (event: AccountingEvent): AccountingEvent =>
  boundEvent(event, Number.POSITIVE_INFINITY, sha256Hash);
