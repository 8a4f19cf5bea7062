// The packets of `try`: a Start and a Stop of a test user, and the check of their answers. MD5
// comes from our own code, as on the ack path, so that it works where the system's library refuses
// it.

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { makeMessageBuffer, md5, md5Octets } from '../../receive/md5.ts';

/** User, NAS-Identifier and gateway of every try: whoever meets it knows what it is. */
export const trialName = 'wherefrom-try';
/** An address of documentation (RFC 5737): it is nowhere. */
const trialAddress = '192.0.2.1';

const code = { request: 4, response: 5 } as const;
const statusTypes = { start: 1, stop: 2 } as const;
/** RFC 2865 section 5.6: a login of an administrator, which is kept out of profiles. */
const nasPrompt = 7;
const headerOctets = 20;
const authenticatorAt = 4;
const packetOctetsMax = 4096 + 256;

export type TrialPacket = {
  readonly kind: keyof typeof statusTypes;
  readonly sessionId: string;
  /** False: marked as no VPN connection. */
  readonly isVpn: boolean;
};

/** An Accounting-Request, signed (RFC 2866 section 3). */
export function trialPacket({ kind, sessionId, isVpn }: TrialPacket, secret: Buffer): Buffer {
  const attributes = [
    attribute(40, number(statusTypes[kind])),
    attribute(44, Buffer.from(sessionId)),
    attribute(1, Buffer.from(trialName)),
    attribute(32, Buffer.from(trialName)),
    attribute(31, Buffer.from(trialAddress)),
    ...(kind === 'stop' ? [attribute(46, number(1)), attribute(49, number(1))] : []),
    ...(isVpn ? [] : [attribute(6, number(nasPrompt))]),
  ];
  const packet = Buffer.concat([Buffer.alloc(headerOctets), ...attributes]);
  packet[0] = code.request;
  packet[1] = randomBytes(1)[0] ?? 0;
  packet.writeUInt16BE(packet.length, 2);
  digestOf(packet, secret).copy(packet, authenticatorAt);
  return packet;
}

/** Whether a datagram is the answer to that request, signed with that secret. */
export function isAnswerTo(request: Buffer, answer: Buffer, secret: Buffer): boolean {
  if (answer.length < headerOctets || answer[0] !== code.response) return false;
  if (answer[1] !== request[1] || answer.readUInt16BE(2) !== answer.length) return false;
  const signed = Buffer.from(answer);
  request.copy(signed, authenticatorAt, authenticatorAt, headerOctets);
  const received = answer.subarray(authenticatorAt, headerOctets);
  return timingSafeEqual(digestOf(signed, secret), received);
}

function digestOf(packet: Buffer, secret: Buffer): Buffer {
  const message = makeMessageBuffer(packetOctetsMax);
  packet.copy(message.bytes);
  secret.copy(message.bytes, packet.length);
  const digest = Buffer.alloc(md5Octets);
  md5(message, packet.length + secret.length, digest);
  return digest;
}

function attribute(type: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type, value.length + 2]), value]);
}

function number(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value);
  return octets;
}
