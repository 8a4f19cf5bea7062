// RADIUS/1.1 (RFC 9765): the packet format of a TLS connection that negotiated `radius/1.1`. TLS
// vouches for the packet, so there is no secret, no authenticator and no MD5 here.
// Octet 1 and octets 8 to 20 are reserved: zero when sent, ignored when received (section 4.1).

import {
  accountingRequest,
  headerOctets,
  judgeForm,
  makeGateScratch,
  proxyState,
} from '../receive/gate.ts';
import type { Drop, GatewayMatch, KnownGateway } from '../receive/gateway-table.ts';

const accountingResponse = 5;
const tokenAt = 4;
const tokenOctets = 4;

/** A packet that a gateway sent over RADIUS/1.1. */
export type Accept11 = {
  readonly kind: 'accept' | 'status';
  readonly packet: Buffer;
  readonly gateway: KnownGateway;
  readonly gatewayId: string;
  readonly proxyStateOctets: number;
};

/** Makes a judge of the packets of connections; it has work space of its own. */
export function makeJudge11() {
  const { layout } = makeGateScratch();
  return (packet: Buffer, source: string, match: GatewayMatch): Drop | Accept11 => {
    const { gateway, isBlock } = match;
    const form = judgeForm(packet, layout);
    if (typeof form === 'string') return gateway.drops[form];
    // A Message-Authenticator is no concern of RADIUS/1.1: neither required nor verified (5.2).
    return {
      kind: packet[0] === accountingRequest ? 'accept' : 'status',
      packet,
      gateway,
      gatewayId: isBlock ? `${gateway.config.name}/${source}` : gateway.config.name,
      proxyStateOctets: layout.proxyStateOctets,
    };
  };
}

/** The Accounting-Response: the request's Token, and its Proxy-States in their order. */
export function makeResponse11({ packet, proxyStateOctets }: Accept11): Buffer {
  const response = Buffer.alloc(headerOctets + proxyStateOctets);
  response[0] = accountingResponse;
  response.writeUInt16BE(response.length, 2);
  packet.copy(response, tokenAt, tokenAt, tokenAt + tokenOctets);
  let to = headerOctets;
  for (let from = headerOctets; from < packet.length; from += packet[from + 1] as number) {
    if (packet[from] !== proxyState) continue;
    to += packet.copy(response, to, from, from + (packet[from + 1] as number));
  }
  return response;
}

/** Protocol-Error (RFC 7930 section 4) and two of its attributes. */
const protocolError = 52;
const replyMessage = 18;
const errorCause = 101;
const unsupportedExtension = 406;

/**
 * What a gateway without ALPN receives before the connection ends where RADIUS/1.1 is required (RFC
 * 9765 section 3.3.1): for its administrator's log. Authenticator zero: it answers no request.
 */
export function versionRequired(): Buffer {
  const text = Buffer.from('RADIUS/1.1 (RFC 9765) is required here: offer ALPN radius/1.1');
  const packet = Buffer.alloc(headerOctets + 2 + text.length + 6);
  packet[0] = protocolError;
  packet.writeUInt16BE(packet.length, 2);
  packet.set([replyMessage, text.length + 2], headerOctets);
  text.copy(packet, headerOctets + 2);
  packet.set([errorCause, 6], headerOctets + 2 + text.length);
  packet.writeUInt32BE(unsupportedExtension, packet.length - 4);
  return packet;
}
