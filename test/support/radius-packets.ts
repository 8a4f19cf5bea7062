// Builds RADIUS packets for tests with node:crypto, independently of the relay's own code.

import { createHash, createHmac, randomBytes } from 'node:crypto';

/** One attribute: type, length, value. */
export function attribute(type: number, value: string | Uint8Array | readonly number[]): Buffer {
  const octets = Buffer.from(value as Uint8Array);
  return Buffer.concat([Buffer.from([type, octets.length + 2]), octets]);
}

function assemble(code: number, identifier: number, attributes: readonly Buffer[]): Buffer {
  const packet = Buffer.concat([Buffer.alloc(20), ...attributes]);
  packet[0] = code;
  packet[1] = identifier;
  packet.writeUInt16BE(packet.length, 2);
  return packet;
}

const hmac = (secret: string, packet: Buffer): Buffer =>
  createHmac('md5', secret).update(packet).digest();

/** An Accounting-Request; with `hmacSecret` it carries a Message-Authenticator at its end. */
export function accounting(
  secret: string,
  attributes: readonly Buffer[],
  options: { identifier?: number; code?: number; hmacSecret?: string } = {},
): Buffer {
  const { identifier = 9, code = 4, hmacSecret } = options;
  const own = hmacSecret === undefined ? [] : [attribute(80, Buffer.alloc(16))];
  const packet = assemble(code, identifier, [...attributes, ...own]);
  if (hmacSecret !== undefined) hmac(hmacSecret, packet).copy(packet, packet.length - 16);
  createHash('md5').update(packet).update(secret).digest().copy(packet, 4);
  return packet;
}

/** A Status-Server (RFC 5997) with a right Message-Authenticator at its end. */
export function statusServer(secret: string, attributes: readonly Buffer[]): Buffer {
  const packet = assemble(12, 77, [...attributes, attribute(80, Buffer.alloc(16))]);
  randomBytes(16).copy(packet, 4);
  hmac(secret, packet).copy(packet, packet.length - 16);
  return packet;
}
