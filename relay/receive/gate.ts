// The gate decides whether a datagram is from a configured gateway and unaltered: nothing behind it
// sees a packet it has not accepted. Our gate decides authenticity, alone.
// Promise: bounded work and nothing kept for a datagram that is dropped; it never throws.
// It reads lengths and two attributes; what the packet says is the decoder's business.

import { timingSafeEqual } from 'node:crypto';
import { radiusPacketBytesMax } from '../../domain/limits.ts';
import {
  type Drop,
  type GatewayMatch,
  type GatewayTable,
  type KnownGateway,
  type SecretKey,
  secretOctetsMax,
} from './gateway-table.ts';
import { beginMd5, finishMd5, hmacMd5, makeMessageBuffer, md5Octets } from './md5.ts';

/** Packet codes (RFC 2866 section 3, RFC 5997 section 2). */
export const accountingRequest = 4;
export const statusServer = 12;
/** Octets before the attributes, and where the authenticator lies among them. */
export const headerOctets = 20;
export const authenticatorAt = 4;
/** Attributes the ack path knows (RFC 2865 section 5.33, RFC 2869 section 5.14). */
export const proxyState = 33;
export const messageAuthenticator = 80;

/** An authentic packet: an Accounting-Request (`accept`) or a Status-Server (`status`). */
export type Accept = {
  readonly kind: 'accept' | 'status';
  /** The packet without padding; shares memory with the datagram. */
  readonly packet: Buffer;
  readonly gateway: KnownGateway;
  /** Identity of the sender: the configured name, or `name/source` inside a block. */
  readonly gatewayId: string;
  /** The secret it is signed with, and so the one to answer with. */
  readonly secret: SecretKey;
  /** Octets of all Proxy-State attributes, headers included: what the answer must echo. */
  readonly proxyStateOctets: number;
};

export type Admission = Drop | Accept;

/** Work space of one gate: reused for every datagram. */
export type GateScratch = ReturnType<typeof makeGateScratch>;

export function makeGateScratch() {
  return {
    message: makeMessageBuffer(radiusPacketBytesMax + secretOctetsMax),
    prefix: new Int32Array(4),
    computed: Buffer.alloc(md5Octets),
    received: Buffer.alloc(md5Octets),
    /** What the walk over the attributes found. */
    layout: { messageAuthenticatorAt: 0, messageAuthenticators: 0, proxyStateOctets: 0 },
  };
}

/**
 * Judges one datagram.
 *
 * @param source canonical address the datagram came from
 */
export function judgeDatagram(
  datagram: Buffer,
  source: string,
  gateways: GatewayTable,
  scratch: GateScratch,
): Admission {
  const match = gateways.find(source);
  const drops = match?.gateway.drops ?? gateways.unknownClientDrops;
  const form = judgeForm(datagram, scratch.layout);
  if (typeof form === 'string' && form !== 'unexpected-code') return drops[form];
  if (match === undefined) return drops['unknown-gateway'];
  if (typeof form === 'string') return drops[form];
  return judgeSigned(datagram, form, source, match, scratch);
}

/**
 * Judges a packet whose sender is known: over TLS, by its certificate.
 *
 * @param match the sender, with the secrets to try
 */
export function judgePacket(
  packet: Buffer,
  source: string,
  match: GatewayMatch,
  scratch: GateScratch,
): Admission {
  const form = judgeForm(packet, scratch.layout);
  if (typeof form === 'string') return match.gateway.drops[form];
  return judgeSigned(packet, form, source, match, scratch);
}

/** What needs no secret: the packet's length, or why it is none that we take. */
export function judgeForm(
  datagram: Buffer,
  layout: GateScratch['layout'],
): number | 'bad-length' | 'bad-framing' | 'unexpected-code' {
  const length = lengthOf(datagram);
  if (length === 0) return 'bad-length';
  if (!walkAttributes(datagram, length, layout)) return 'bad-framing';
  const code = datagram[0];
  return code === accountingRequest || code === statusServer ? length : 'unexpected-code';
}

function judgeSigned(
  datagram: Buffer,
  length: number,
  source: string,
  match: GatewayMatch,
  scratch: GateScratch,
): Admission {
  const { drops } = match.gateway;
  const code = datagram[0];
  const needsMessageAuthenticator =
    code === statusServer || match.gateway.config.requireMessageAuthenticator === true;
  if (!hasUsableMessageAuthenticator(datagram, scratch, needsMessageAuthenticator)) {
    return drops['bad-message-authenticator'];
  }
  return judgeSignature(datagram, length, source, match, scratch);
}

/** The Length field if it is sane and the datagram holds that many octets, else 0. */
function lengthOf(datagram: Buffer): number {
  if (datagram.length < headerOctets) return 0;
  const length = ((datagram[2] as number) << 8) | (datagram[3] as number);
  const isSane = length >= headerOctets && length <= radiusPacketBytesMax;
  // Octets behind Length are padding (RFC 2866 section 3) and are ignored.
  return isSane && length <= datagram.length ? length : 0;
}

/** Steps over the attributes; false when they do not fill the packet exactly. */
function walkAttributes(datagram: Buffer, length: number, layout: GateScratch['layout']): boolean {
  let [count, lastAt, echoed] = [0, 0, 0];
  let offset = headerOctets;
  while (offset < length) {
    // A tail of one octet reads the padding, or nothing, as its length: it overruns either way.
    const octets = datagram[offset + 1] as number;
    if (!(octets >= 2) || offset + octets > length) return false;
    const type = datagram[offset];
    if (type === proxyState) echoed += octets;
    else if (type === messageAuthenticator) {
      count += 1;
      lastAt = offset + 2;
    }
    offset += octets;
  }
  layout.messageAuthenticators = count;
  layout.messageAuthenticatorAt = lastAt;
  layout.proxyStateOctets = echoed;
  return true;
}

/** At most one is allowed, of 16 octets (RFC 3579 section 3.2); none is fine unless required. */
function hasUsableMessageAuthenticator(
  datagram: Buffer,
  { layout }: GateScratch,
  isRequired: boolean,
): boolean {
  if (layout.messageAuthenticators === 0) return !isRequired;
  const octets = datagram[layout.messageAuthenticatorAt - 1];
  return layout.messageAuthenticators === 1 && octets === md5Octets + 2;
}

/** Tries the gateway's secrets: Message-Authenticator when present, then Request Authenticator. */
function judgeSignature(
  datagram: Buffer,
  length: number,
  source: string,
  match: GatewayMatch,
  scratch: GateScratch,
): Admission {
  const { gateway } = match;
  const isStatus = datagram[0] === statusServer;
  const candidates =
    scratch.layout.messageAuthenticators === 0
      ? gateway.secrets
      : gateway.secrets.filter((secret) => matchesHmac(datagram, length, secret, scratch));
  if (candidates.length === 0) return gateway.drops['bad-message-authenticator'];
  // A Status-Server has a random Request Authenticator (RFC 5997 section 3): nothing to compare.
  const secret = isStatus
    ? candidates[0]
    : findSigningSecret(datagram, length, candidates, scratch);
  if (secret === undefined) return gateway.drops['bad-authenticator'];
  return {
    kind: isStatus ? 'status' : 'accept',
    packet: datagram.length === length ? datagram : datagram.subarray(0, length),
    gateway,
    gatewayId: match.isBlock ? `${gateway.config.name}/${source}` : gateway.config.name,
    secret,
    proxyStateOctets: scratch.layout.proxyStateOctets,
  };
}

/**
 * Is the Message-Authenticator made with this secret? Over the packet with the attribute zeroed; in
 * an Accounting-Request the Request Authenticator is zero as well, because it is computed later
 * (RFC 5176 section 3.4 has the rule; accounting clients follow it).
 */
function matchesHmac(
  datagram: Buffer,
  length: number,
  secret: SecretKey,
  { message, layout, computed, received }: GateScratch,
): boolean {
  const at = layout.messageAuthenticatorAt;
  datagram.copy(message.bytes, 0, 0, length);
  if (datagram[0] === accountingRequest) zeroAuthenticator(message.bytes);
  message.bytes.fill(0, at, at + md5Octets);
  hmacMd5(secret.hmacKey, message, length, computed);
  datagram.copy(received, 0, at, at + md5Octets);
  return timingSafeEqual(computed, received);
}

/**
 * The first secret that makes MD5(packet with zero authenticator + secret) equal the Request
 * Authenticator (RFC 2866 section 3). The packet is hashed once, whatever the number of secrets.
 */
function findSigningSecret(
  datagram: Buffer,
  length: number,
  secrets: readonly SecretKey[],
  { message, prefix, computed, received }: GateScratch,
): SecretKey | undefined {
  datagram.copy(message.bytes, 0, 0, length);
  zeroAuthenticator(message.bytes);
  for (let at = 0; at < md5Octets; at += 1) received[at] = datagram[authenticatorAt + at] as number;
  const start = beginMd5(prefix, message, length);
  // The tail is kept aside: padding and a secret overwrite only what lies behind the packet.
  return secrets.find(({ octets }) => {
    message.bytes.set(octets, length);
    finishMd5(prefix, message, { start, end: length + octets.length, octetsBefore: 0 }, computed);
    return timingSafeEqual(computed, received);
  });
}

/**
 * Which of these secrets is a packet signed with? For diagnosis, off the ack path: a Status-Server
 * is tried by its Message-Authenticator, anything else by its Request Authenticator.
 *
 * @param datagram any octets; undefined for what is no packet
 */
export function findSecretOf(
  datagram: Buffer,
  secrets: readonly SecretKey[],
  scratch: GateScratch,
): SecretKey | undefined {
  const length = lengthOf(datagram);
  if (length === 0 || !walkAttributes(datagram, length, scratch.layout)) return undefined;
  if (datagram[0] !== statusServer) return findSigningSecret(datagram, length, secrets, scratch);
  if (!hasUsableMessageAuthenticator(datagram, scratch, true)) return undefined;
  return secrets.find((secret) => matchesHmac(datagram, length, secret, scratch));
}

function zeroAuthenticator(packet: Buffer): void {
  for (let at = authenticatorAt; at < headerOctets; at += 1) packet[at] = 0;
}
