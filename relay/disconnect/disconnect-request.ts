// The octets of a Disconnect-Request (RFC 5176). Ours encodes, over the relay's own MD5.
// Promise: Event-Timestamp and Message-Authenticator are always there (RFC 5176 sections 6.3 and
// 3.4), so that a gateway that looks can tell a replay and a forgery; over RADIUS/1.1 TLS does the
// latter. It sends nothing.

import { radiusPacketBytesMax } from '../../domain/limits.ts';
import { attribute } from '../radius/attributes.ts';
import { secretOctetsMax } from '../receive/gateway-table.ts';
import { hmacMd5, makeHmacKey, makeMessageBuffer, md5, md5Octets } from '../receive/md5.ts';
import { attributeOf } from './session-marks.ts';

/** Packet codes (RFC 5176 section 2.3). */
export const disconnectCodes = { request: 40, ack: 41, nak: 42 } as const;
export const packetHeaderOctets = 20;
export const packetAuthenticatorAt = 4;

export type DisconnectRequest = {
  /** 0 to 255; answers carry it. */
  readonly identifier: number;
  /** Encoded attributes that identify the session. */
  readonly attributes: readonly Buffer[];
  readonly secret: Buffer;
  /** Seconds since 1970: Event-Timestamp. */
  readonly timestampSeconds: number;
};

/**
 * Encodes a request. The Message-Authenticator is an HMAC over the packet with zeros for both
 * authenticators; then the Request Authenticator is MD5 over the packet with zeros in its place and
 * the secret behind (RFC 5176 sections 2.3 and 3.4; as in accounting, RFC 2866 section 3).
 *
 * @throws RangeError for more attributes than a packet holds
 */
export function encodeDisconnectRequest(request: DisconnectRequest): Buffer {
  // Message-Authenticator first: a reader that stops at it has verified before it reads on.
  const body = Buffer.concat([
    attributeOf(attribute.messageAuthenticator, Buffer.alloc(md5Octets)),
    ...request.attributes,
    timestampOf(request),
  ]);
  const packet = packetOf(body);
  packet[1] = request.identifier;
  hmacOf(packet, request.secret).copy(packet, packetHeaderOctets + 2);
  md5Of(packet, request.secret).copy(packet, packetAuthenticatorAt);
  return packet;
}

/**
 * Encodes a request for RADIUS/1.1 (RFC 9765): TLS vouches for it, so it has a Token instead of
 * authenticators and no Message-Authenticator (section 5.2); reserved octets are zero (4.1).
 *
 * @param request `token`: 32 bits; the answer carries it
 * @throws RangeError for more attributes than a packet holds
 */
export function encodeDisconnectRequest11(
  request: Omit<DisconnectRequest, 'identifier' | 'secret'> & { readonly token: number },
): Buffer {
  const body = Buffer.concat([...request.attributes, timestampOf(request)]);
  const packet = packetOf(body);
  packet.writeUInt32BE(request.token, packetAuthenticatorAt);
  return packet;
}

function packetOf(body: Buffer): Buffer {
  const length = packetHeaderOctets + body.length;
  if (length > radiusPacketBytesMax) throw new RangeError('too many attributes for one packet');
  const packet = Buffer.alloc(length);
  packet[0] = disconnectCodes.request;
  packet.writeUInt16BE(length, 2);
  body.copy(packet, packetHeaderOctets);
  return packet;
}

function timestampOf({ timestampSeconds }: Pick<DisconnectRequest, 'timestampSeconds'>): Buffer {
  const timestamp = Buffer.alloc(4);
  timestamp.writeUInt32BE(timestampSeconds);
  return attributeOf(attribute.eventTimestamp, timestamp);
}

/** HMAC-MD5 of a packet under a secret. */
export function hmacOf(packet: Buffer, secret: Buffer): Buffer {
  const digest = Buffer.alloc(md5Octets);
  const message = makeMessageBuffer(packet.length);
  message.bytes.set(packet);
  hmacMd5(makeHmacKey(secret), message, packet.length, digest);
  return digest;
}

/** MD5 of a packet with a secret behind it. */
export function md5Of(packet: Buffer, secret: Buffer): Buffer {
  const digest = Buffer.alloc(md5Octets);
  const message = makeMessageBuffer(radiusPacketBytesMax + secretOctetsMax);
  message.bytes.set(packet);
  message.bytes.set(secret, packet.length);
  md5(message, packet.length + secret.length, digest);
  return digest;
}
