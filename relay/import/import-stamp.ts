// The stamp of an imported record: its file and its number in that file. It takes the place of the
// authenticator, which an imported record does not need. The journal itself therefore records how
// far an import came, whatever was lost in a crash. The stamp is no part of the event.

import { authenticatorAt } from '../receive/gate.ts';

/** 80 bits of a hash over the file, as hexadecimal digits: also a file name. */
export type ImportId = string;

export const importIdPattern = /^[0-9a-f]{20}$/;

const idOctets = 10;
const ordinalOctets = 6;

/** Writes the stamp into a packet. `ordinal`: number of the record in its file, from 0. */
export function stampPacket(packet: Buffer, id: ImportId, ordinal: number): void {
  packet.write(id, authenticatorAt, idOctets, 'hex');
  packet.writeUIntBE(ordinal, authenticatorAt + idOctets, ordinalOctets);
}

/** The ordinal of a packet that carries this id; undefined for any other. */
export function stampedOrdinal(packet: Buffer, id: Buffer): number | undefined {
  const end = authenticatorAt + idOctets;
  if (packet.length < end + ordinalOctets) return undefined;
  if (id.compare(packet, authenticatorAt, end) !== 0) return undefined;
  return packet.readUIntBE(end, ordinalOctets);
}
