// Whether somebody waits for what an accounting packet says. A Start may be an abnormal connection
// and an Accounting-On ends sessions; an interim update or a Stop tells of a session that is known.

import { attribute } from './attributes.ts';

/** Acct-Status-Type (RFC 2866 section 5.1). */
const stop = 2;
const interimUpdate = 3;

const headerOctets = 20;
const integerOctets = 6;

/**
 * Looks for the status of a packet whose framing the gate has checked.
 * @returns false for an interim update and a Stop; true for all else, also what cannot be read
 */
export function isAwaited(packet: Uint8Array): boolean {
  for (let at = headerOctets; at + 1 < packet.length; ) {
    const length = packet[at + 1] ?? 0;
    if (length < 2) return true;
    if (packet[at] === attribute.statusType && length === integerOctets) {
      const isSmall = packet[at + 2] === 0 && packet[at + 3] === 0 && packet[at + 4] === 0;
      const status = packet[at + 5];
      return !(isSmall && (status === stop || status === interimUpdate));
    }
    at += length;
  }
  return true;
}
