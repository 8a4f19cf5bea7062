// Reads what comes back for a Disconnect-Request: Disconnect-ACK or -NAK (RFC 5176 section 2.3).
// Promise: any octets give an answer or a reason why they are none; authenticators are compared in
// constant time; whatever is not authentic is as if it had not come. An ACK proves nothing.

import { timingSafeEqual } from 'node:crypto';
import { attribute } from '../radius/attributes.ts';
import { md5Octets } from '../receive/md5.ts';
import {
  disconnectCodes,
  hmacOf,
  md5Of,
  packetAuthenticatorAt,
  packetHeaderOctets,
} from './disconnect-request.ts';

export type DisconnectAnswer = {
  readonly kind: 'acknowledged' | 'refused';
  /** Error-Cause (RFC 5176 section 3.5), by name where it has one. */
  readonly cause?: string;
};

export type IgnoredAnswer = { readonly ignored: IgnoredReason };
export type IgnoredReason =
  | 'bad-length'
  | 'bad-framing'
  | 'unexpected-code'
  | 'other-identifier'
  | 'bad-authenticator'
  | 'bad-message-authenticator';

const errorCause = 101;

/** RFC 5176 section 3.5. */
const errorCauses: ReadonlyMap<number, string> = new Map([
  [201, 'Residual-Session-Context-Removed'],
  [202, 'Invalid-EAP-Packet'],
  [401, 'Unsupported-Attribute'],
  [402, 'Missing-Attribute'],
  [403, 'NAS-Identification-Mismatch'],
  [404, 'Invalid-Request'],
  [405, 'Unsupported-Service'],
  [406, 'Unsupported-Extension'],
  [407, 'Invalid-Attribute-Value'],
  [501, 'Administratively-Prohibited'],
  [502, 'Request-Not-Routable'],
  [503, 'Session-Context-Not-Found'],
  [504, 'Session-Context-Not-Removable'],
  [505, 'Other-Proxy-Processing-Error'],
  [506, 'Resources-Unavailable'],
  [507, 'Request-Initiated'],
  [508, 'Multiple-Session-Selection-Unsupported'],
]);

/**
 * @param datagram what came
 * @param request the octets that were sent
 */
export function readDisconnectAnswer(
  datagram: Buffer,
  request: Buffer,
  secret: Buffer,
): DisconnectAnswer | IgnoredAnswer {
  const length = datagram.length < packetHeaderOctets ? 0 : datagram.readUInt16BE(2);
  if (length < packetHeaderOctets || length > datagram.length) return { ignored: 'bad-length' };
  const packet = Buffer.from(datagram.subarray(0, length));
  const places = placesOf(packet);
  if (!places) return { ignored: 'bad-framing' };
  if (!isAnswerCode(packet)) return { ignored: 'unexpected-code' };
  if (packet[1] !== request[1]) return { ignored: 'other-identifier' };
  if (!isAuthentic(packet, request, secret)) return { ignored: 'bad-authenticator' };
  if (!isMessageAuthentic(packet, places, request, secret)) {
    return { ignored: 'bad-message-authenticator' };
  }
  return answerIn(packet, places);
}

/**
 * Reads an answer over RADIUS/1.1: its Token is the request's (RFC 9765 section 4.1), the rest is
 * TLS's word.
 */
export function readDisconnectAnswer11(
  packet: Buffer,
  request: Buffer,
): DisconnectAnswer | IgnoredAnswer {
  if (packet.length < packetHeaderOctets || packet.readUInt16BE(2) !== packet.length) {
    return { ignored: 'bad-length' };
  }
  const places = placesOf(packet);
  if (!places) return { ignored: 'bad-framing' };
  const tokenOf = (one: Buffer): number => one.readUInt32BE(packetAuthenticatorAt);
  if (!isAnswerCode(packet)) return { ignored: 'unexpected-code' };
  return tokenOf(packet) === tokenOf(request)
    ? answerIn(packet, places)
    : { ignored: 'other-identifier' };
}

/** Whether a packet is an answer to a Disconnect-Request, by its code. */
export const isAnswerCode = (packet: Buffer): boolean =>
  packet[0] === disconnectCodes.ack || packet[0] === disconnectCodes.nak;

function answerIn(packet: Buffer, places: readonly Place[]): DisconnectAnswer {
  if (packet[0] === disconnectCodes.ack) return { kind: 'acknowledged' };
  const cause = causeIn(packet, places);
  return { kind: 'refused', ...(cause !== undefined && { cause }) };
}

/** Response Authenticator: MD5 over the answer with the request's authenticator, and the secret. */
function isAuthentic(packet: Buffer, request: Buffer, secret: Buffer): boolean {
  const received = Buffer.from(authenticatorOf(packet));
  authenticatorOf(request).copy(packet, packetAuthenticatorAt);
  // The request's authenticator stays in its place: the HMAC below is over the same octets.
  return timingSafeEqual(md5Of(packet, secret), received);
}

/** Absent passes: the Response Authenticator holds, and an answer decides nothing by itself. */
function isMessageAuthentic(
  packet: Buffer,
  places: readonly Place[],
  request: Buffer,
  secret: Buffer,
): boolean {
  const found = places.filter(({ type }) => type === attribute.messageAuthenticator);
  const [only] = found;
  if (!only) return true;
  if (found.length > 1 || only.end - only.start !== md5Octets) return false;
  const received = Buffer.from(packet.subarray(only.start, only.end));
  authenticatorOf(request).copy(packet, packetAuthenticatorAt);
  packet.fill(0, only.start, only.end);
  return timingSafeEqual(hmacOf(packet, secret), received);
}

const authenticatorOf = (packet: Buffer): Buffer =>
  packet.subarray(packetAuthenticatorAt, packetHeaderOctets);

function causeIn(packet: Buffer, places: readonly Place[]): string | undefined {
  const place = places.find(({ type, start, end }) => type === errorCause && end - start === 4);
  if (!place) return undefined;
  const code = packet.readUInt32BE(place.start);
  return errorCauses.get(code) ?? `Error-Cause ${code}`;
}

/** An attribute and where its value lies. */
type Place = { readonly type: number; readonly start: number; readonly end: number };

/** Undefined when the attributes do not fill the packet. */
function placesOf(packet: Buffer): readonly Place[] | undefined {
  const places: Place[] = [];
  let at = packetHeaderOctets;
  while (at < packet.length) {
    const octets = packet[at + 1] ?? 0;
    if (octets < 2 || at + octets > packet.length) return undefined;
    places.push({ type: packet[at] as number, start: at + 2, end: at + octets });
    at += octets;
  }
  return places;
}
