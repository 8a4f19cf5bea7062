// Names of enumerated values (Acct-Terminate-Cause 1 is `User-Request`), from the dictionaries of
// the npm package `radius`.
// The package decodes each distinct value once, as a packet of that single attribute; the answer is
// kept. Decoding whole packets with it costs some 11 us each for names that hardly vary, and its
// other values come in shapes that depend on the packet. It never sees a secret.

import radius from 'radius';
import { attributeFacts } from './attributes.ts';

declare module 'radius' {
  /** Missing in the package's types: reads its dictionary files, synchronously. */
  export function load_dictionaries(): void;
}

// 2 ms at start instead of with the first packet.
radius.load_dictionaries();

/** Values remembered. Real traffic has a few dozen; unknown numbers must not grow the map. */
const namesMax = 1024;

const names = new Map<number, string>();

/** A packet that holds one attribute with a 32-bit value. */
function packetWith(type: number, value: number): Buffer {
  const packet = Buffer.alloc(26);
  packet[0] = 4;
  packet.writeUInt16BE(packet.length, 2);
  packet[20] = type;
  packet[21] = 6;
  packet.writeUInt32BE(value, 22);
  return packet;
}

function askPackage(type: number, value: number): string {
  const decoded = radius.decode_without_secret({ packet: packetWith(type, value) });
  const answer: unknown = decoded.attributes[attributeFacts.get(type)?.name ?? ''];
  // A tagged attribute comes as [tag, value]; a value without a name stays a number.
  const named: unknown = Array.isArray(answer) ? answer.at(-1) : answer;
  return typeof named === 'string' ? named : String(value);
}

/**
 * The RFC name of a value, or its decimal number when it has none.
 *
 * @param type number of an RFC attribute with enumerated values
 * @param value 32-bit number; tagged attributes without their tag octet
 */
export function valueName(type: number, value: number): string {
  const key = type * 0x1_0000_0000 + value;
  const known = names.get(key);
  if (known !== undefined) return known;
  const name = askPackage(type, value);
  if (names.size < namesMax) names.set(key, name);
  return name;
}
