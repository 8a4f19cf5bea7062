// What one journal record holds. The on-disk layout is in README.md of this folder.

import type { UnixMs } from '../../domain/accounting-event.ts';

/** Record types, versioned from the start: readers skip none, they refuse what they do not know. */
export type JournalRecordType = 'datagram' | 'imported';

/** What a packet came over: UDP, TLS (RFC 6614), or TLS with RADIUS/1.1 (RFC 9765). */
export type Transport = 'udp' | 'radsec' | 'radius-1.1';

export type NewJournalRecord = {
  readonly type: JournalRecordType;
  /** Absent: UDP. Over RADIUS/1.1 the payload has a token where others have an authenticator. */
  readonly transport?: Exclude<Transport, 'udp'>;
  readonly receivedTime: UnixMs;
  /** Packet source, canonical text; for imports the address the history names, else `::`. */
  readonly source: { readonly address: string; readonly port: number };
  /** `GatewayConfig.name` (or `name/source` of a CIDR entry) that vouched for the packet. */
  readonly gatewayId: string;
  /** A byte-identical datagram was recorded before: shipped with the `repeated` flag. */
  readonly isRepeated: boolean;
  /** How far ahead of us the clock is that stamped the packet, seconds; absent: it is right. */
  readonly clockOffsetSeconds?: number;
  /**
   * Of a packet without User-Name: the one its session came with, its octets as Latin-1; absent:
   * the packet has one, or none is known.
   */
  readonly sessionUserName?: string;
  /** The raw RADIUS packet without padding; for imports the attributes as RADIUS TLVs behind a
   * header with a stamp for an authenticator (relay/import/), so that one decoder reads both. */
  readonly payload: Buffer;
};

/** A record as read back. Positions start at 1, rise by one, and are never reused. */
export type JournalRecord = NewJournalRecord & { readonly position: number };
