// Names of enumerated values (Acct-Terminate-Cause 1 is `User-Request`), from a table made of the
// dictionaries of the npm package `radius` (build/value-table.ts).
// What the table does not have is asked of the package, once for each value, as a packet of that
// single attribute. It is loaded only then, and never sees a secret.

import { attributeFacts } from './attributes.ts';
import { radiusPackage } from './radius-package.cjs';
import { valueTables } from './value-table.ts';

/** Values remembered. Real traffic has a few dozen; unknown numbers must not grow the map. */
const namesMax = 4096;

const keyOf = (type: number, value: number): number => type * 0x1_0000_0000 + value;

/** Of two names of a number the later one stands, as with the package. */
const names = new Map<number, string>(
  valueTables.flatMap(({ attribute, values }) =>
    values.map(([name, value]): [number, string] => [keyOf(attribute, value), name]),
  ),
);

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
  const decoded = radiusPackage().decode_without_secret({ packet: packetWith(type, value) });
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
  const key = keyOf(type, value);
  const known = names.get(key);
  if (known !== undefined) return known;
  const name = askPackage(type, value);
  if (names.size < namesMax) names.set(key, name);
  return name;
}
