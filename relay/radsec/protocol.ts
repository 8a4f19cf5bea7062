// The messages between the main thread and the RadSec thread, and their bounds.
// Promise: the thread is given everything it needs, holds no journal and does not decide the
// authenticity of packets; octets cross by transfer, and never more than `unansweredOctetsMax` of
// them wait.

import type { RadiusVersion, RadsecLimits, TlsMaterial } from '../config/radsec-material.ts';
import type { ListenAddress } from '../receive/udp-server.ts';

/** ALPN names (RFC 9765 section 3.1). */
export const alpnNames: Readonly<Record<RadiusVersion, string>> = {
  '1.0': 'radius/1.0',
  '1.1': 'radius/1.1',
};

/** What can change while the listener runs. */
export type RadsecPolicy = {
  readonly material: TlsMaterial;
  /** Address blocks connections may come from; absent: any. */
  readonly sources?: readonly string[];
};

export type RadsecStart = RadsecPolicy & {
  readonly listen: readonly ListenAddress[];
  readonly versions: readonly RadiusVersion[];
  readonly limits: RadsecLimits;
  /** Only TLS 1.3 with approved algorithms. */
  readonly isFips: boolean;
};

/** Why a connection did not come about, or ended by us. A closed list: it is a metric's label. */
export const connectionEnds = {
  'unknown-source': 'no gateway has the source address',
  'too-many-handshakes': 'the source, or all together, open connections too fast',
  'too-many-connections': 'the source, or all together, hold too many connections',
  'handshake-failed': 'no TLS: another protocol, no common version or algorithm, or given up',
  'handshake-timeout': 'TLS was not set up within 10 s',
  'no-certificate': 'the gateway sent no certificate',
  'untrusted-certificate': 'the certificate is not signed by "caFile", revoked, or not for clients',
  'expired-certificate': 'the certificate has expired or is not valid yet',
  'no-common-version': 'none of the RADIUS versions it offers (ALPN) is offered here',
  'unknown-gateway': 'certificate and source address are no configured gateway',
  'bad-packet': 'malformed or forged octets in the stream',
  'slow-packet': 'a packet that was begun did not end within 10 s',
  idle: 'no packet for as long as "idleSeconds"',
  'no-answers-read': 'the gateway did not read its answers for 10 s',
  'closed-by-gateway': 'the gateway ended it',
  'closed-by-relay': 'the relay stops, or its configuration no longer knows the gateway',
} as const;

export type ConnectionEnd = keyof typeof connectionEnds;

/** Bounds that are not configured. */
export const radsecBounds = {
  handshakeMs: 10_000,
  packetMs: 10_000,
  drainMs: 10_000,
  /** Handshakes under way at once: each holds some 30 KB. */
  handshakesAtOnceMax: 128,
  /** New connections a second of all sources that had no good connection yet. */
  unknownClientHandshakesPerSecondMax: 50,
  /** Packets of one connection that wait for the disk: further ones are not read meanwhile. */
  unansweredPerConnectionMax: 256,
  /** Octets of all of them. */
  unansweredOctetsMax: 16 * 1024 * 1024,
} as const;

/** From the RadSec thread. */
export type ThreadMessage =
  | { readonly kind: 'listening'; readonly addresses: readonly ListenAddress[] }
  | { readonly kind: 'unusable'; readonly address: ListenAddress; readonly code: string }
  | {
      readonly kind: 'opened';
      readonly connection: number;
      readonly address: string;
      readonly port: number;
      readonly version: RadiusVersion;
      /** The gateway's certificate, DER. */
      readonly certificate: Uint8Array;
    }
  /** Whole packets, one behind the other. */
  | { readonly kind: 'packets'; readonly connection: number; readonly octets: Uint8Array }
  /** What follows in the stream is no packet. */
  | { readonly kind: 'broken'; readonly connection: number }
  | { readonly kind: 'closed'; readonly connection: number }
  /** Ends since the last such message, and the source of one of them where it is of interest. */
  | { readonly kind: 'ends'; readonly counts: Readonly<Partial<Record<ConnectionEnd, number>>> }
  | { readonly kind: 'refused'; readonly address: string; readonly end: ConnectionEnd }
  /** Everything that was read has been handed over; nothing more will come. */
  | { readonly kind: 'paused' };

/** To the RadSec thread. */
export type MainMessage =
  | { readonly kind: 'policy'; readonly policy: RadsecPolicy }
  | {
      readonly kind: 'answers';
      readonly connection: number;
      readonly octets: Uint8Array;
      /** How many packets, and how many octets of them, are dealt with. */
      readonly settled: { readonly packets: number; readonly octets: number };
    }
  /** A request of ours; its answer comes among the packets. */
  | { readonly kind: 'request'; readonly connection: number; readonly octets: Uint8Array }
  /** Sends what was given, then ends it. */
  | { readonly kind: 'close'; readonly connection: number; readonly end: ConnectionEnd }
  /** Accept and read nothing more; answers can still be sent. */
  | { readonly kind: 'pause' }
  /** End all connections and the thread. */
  | { readonly kind: 'stop' };
