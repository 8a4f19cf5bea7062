// A journal record for display: one JSON object.
// Promise: the values of password attributes are zeros; the event is the one that would be shipped
// under the current configuration.

import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import type { JournalRecord, NewJournalRecord, Transport } from '../../journal/record.ts';
import { attributeFacts } from '../../radius/attributes.ts';
import { walkAttributes } from '../../radius/decode.ts';
import type { GatewayConfig } from '../../radius/gateway.ts';
import { toEvent } from '../../radius/to-event.ts';

export type RecordView = {
  /** Absent while it is only on its way into the journal. */
  readonly position?: number;
  /** RFC 3339. */
  readonly arrival: string;
  readonly type: JournalRecord['type'];
  readonly transport: Transport;
  readonly source: { readonly address: string; readonly port: number };
  readonly gatewayId: string;
  readonly isRepeated: boolean;
  /** Seconds the gateway's clock was ahead; absent: it was right, as far as the relay knew. */
  readonly clockOffsetSeconds?: number;
  /** The packet in hexadecimal, passwords as zeros. */
  readonly raw: string;
  readonly event?: AccountingEvent;
  /** Why there is no event. */
  readonly undecodable?: string;
};

/** @param gateway configuration of `record.gatewayId`; undefined when it was removed since */
export function viewRecord(
  record: NewJournalRecord & { readonly position?: number },
  gateway: GatewayConfig | undefined,
): RecordView {
  const { position, type, source, gatewayId, isRepeated, payload } = record;
  const decoded = toEvent({ ...record, position: position ?? 0 }, gateway);
  return {
    ...(position !== undefined && { position }),
    arrival: new Date(record.receivedTime).toISOString(),
    type,
    transport: record.transport ?? 'udp',
    source,
    gatewayId,
    isRepeated,
    ...(record.clockOffsetSeconds !== undefined && {
      clockOffsetSeconds: record.clockOffsetSeconds,
    }),
    raw: maskPasswords(payload).toString('hex'),
    ...('undecodable' in decoded ? decoded : { event: decoded }),
  };
}

/**
 * A copy of the packet in which the values of User-Password, CHAP-Password and other secrets are
 * zeros; where its attributes cannot be separated, the rest is.
 */
export function maskPasswords(packet: Buffer): Buffer {
  const masked = Buffer.from(packet);
  let walked = 20;
  const isFramed = walkAttributes(packet, (type, start, end) => {
    walked = end;
    if (attributeFacts.get(type)?.type === 'secret') masked.fill(0, start + 2, end);
  });
  if (!isFramed) masked.fill(0, walked);
  return masked;
}
