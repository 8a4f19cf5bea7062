// Builds the Accounting-Response (RFC 2866 section 4.2): header, every Proxy-State of the request
// in its order and unaltered, and a Response Authenticator.
// An answer to a Status-Server carries a Message-Authenticator (RFC 5997 section 3). One to an
// Accounting-Request does not, whatever the request had: clients disagree on whether it is computed
// over the request's authenticator or over zeros, and would discard the other form.

import type { Accept } from './gate.ts';
import { authenticatorAt, headerOctets, messageAuthenticator, proxyState } from './gate.ts';
import { hmacMd5, type MessageBuffer, md5, md5Octets } from './md5.ts';

const accountingResponse = 5;

/**
 * The answer to an accepted packet, in memory of its own.
 *
 * @param message work space for at least a packet and a secret
 */
export function makeResponse(accept: Accept, message: MessageBuffer): Buffer {
  const { packet, secret, proxyStateOctets } = accept;
  const hmacAt = accept.kind === 'status' ? headerOctets + 2 : 0;
  const attributesAt = headerOctets + (hmacAt > 0 ? md5Octets + 2 : 0);
  const length = attributesAt + proxyStateOctets;
  const { bytes } = message;
  bytes[0] = accountingResponse;
  bytes[1] = packet[1] as number;
  bytes.writeUInt16BE(length, 2);
  for (let at = authenticatorAt; at < headerOctets; at += 1) bytes[at] = packet[at] as number;
  if (proxyStateOctets > 0) copyProxyStates(packet, bytes, attributesAt);
  if (hmacAt > 0) {
    bytes[headerOctets] = messageAuthenticator;
    bytes[headerOctets + 1] = md5Octets + 2;
    bytes.fill(0, hmacAt, hmacAt + md5Octets);
    const hmac = Buffer.alloc(md5Octets);
    hmacMd5(secret.hmacKey, message, length, hmac);
    bytes.set(hmac, hmacAt);
  }
  const response = Buffer.allocUnsafe(length);
  // Octet by octet: for twenty of them a copy() costs more than it saves.
  for (let at = 0; at < length; at += 1) response[at] = bytes[at] as number;
  bytes.set(secret.octets, length);
  md5(message, length + secret.octets.length, response, authenticatorAt);
  return response;
}

function copyProxyStates(packet: Buffer, target: Buffer, at: number): void {
  let to = at;
  for (let from = headerOctets; from < packet.length; from += packet[from + 1] as number) {
    if (packet[from] !== proxyState) continue;
    const octets = packet[from + 1] as number;
    packet.copy(target, to, from, from + octets);
    to += octets;
  }
}
