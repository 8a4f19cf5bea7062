// Asks a gateway to end a session, by whichever way the relay's own file says: over UDP
// (exchange.ts), or back over the TLS connection that the gateway opened to this relay, as
// RADIUS/1.0 or RADIUS/1.1, whichever it speaks (RFC 5176 in RFC 6614 and RFC 9765).
// Promise: it ends within its time; over TLS one copy is sent, for TLS loses none, and RADIUS/1.1
// computes no MD5, so that FIPS mode can use it.

import { randomInt } from 'node:crypto';
import type { UnixMs } from '../../domain/accounting-event.ts';
import type { After } from '../timers.ts';
import { readDisconnectAnswer, readDisconnectAnswer11 } from './disconnect-answer.ts';
import { encodeDisconnectRequest, encodeDisconnectRequest11 } from './disconnect-request.ts';
import { type Exchange, type ExchangeEnd, exchangeTimes } from './exchange.ts';
import type { DisconnectTarget, RadsecTarget } from './target.ts';

/** @returns what came of it; never rejects for what the gateway or the network does */
export type AskGateway = (
  target: DisconnectTarget,
  attributes: readonly Buffer[],
  now: UnixMs,
) => Promise<ExchangeEnd>;

/** What a TLS connection speaks: RFC 6614 or RFC 9765. */
type RadiusVersion = '1.0' | '1.1';

/** A request of ours on a connection of a gateway. */
export type ReverseRequest = {
  /** The octets, in the version that the connection speaks. */
  encode(version: RadiusVersion): Buffer;
  /** Sees an answer; true: it is the one. Its memory is the caller's. */
  take(packet: Buffer, version: RadiusVersion): boolean;
  /** The connection has ended. */
  closed(): void;
};

/** The TLS connections of gateways, as far as requests need them. */
export type RadsecLine = {
  isConnected(gateway: string, address: string): boolean;
  /** @returns ends the waiting for an answer; undefined: there is no connection */
  ask(gateway: string, address: string, request: ReverseRequest): (() => void) | undefined;
};

/** RFC 6614 section 2.3. It protects nothing; TLS does. */
const radsecSecret = Buffer.from('radsec');

/** @param line absent: this relay takes no RadSec */
export function askOver(exchange: Exchange, after: After, line?: RadsecLine): AskGateway {
  return (target, attributes, now) => {
    const timestampSeconds = Math.floor(now / 1000);
    if (target.via === 'radsec') {
      return askOverTls(target, { attributes, timestampSeconds }, after, line);
    }
    const { secret, address, port } = target;
    const identifier = randomInt(256);
    const packet = encodeDisconnectRequest({ identifier, attributes, secret, timestampSeconds });
    return exchange({ packet, secret, address, port });
  };
}

function askOverTls(
  { gateway, address }: RadsecTarget,
  said: { readonly attributes: readonly Buffer[]; readonly timestampSeconds: number },
  after: After,
  line: RadsecLine | undefined,
): Promise<ExchangeEnd> {
  return new Promise((resolve) => {
    let sent: Buffer = Buffer.alloc(0);
    let ignored = 0;
    let cancel = (): void => undefined;
    const silent = (fault?: string): void => {
      cancel();
      resolve({ kind: 'silent', ignored, isPortClosed: false, ...(fault && { fault }) });
    };
    const forget = line?.ask(gateway, address, {
      encode(version) {
        sent =
          version === '1.1'
            ? encodeDisconnectRequest11({ ...said, token: randomInt(2 ** 32) })
            : encodeDisconnectRequest({
                ...said,
                identifier: randomInt(256),
                secret: radsecSecret,
              });
        return sent;
      },
      take(packet, version) {
        const answer =
          version === '1.1'
            ? readDisconnectAnswer11(packet, sent)
            : readDisconnectAnswer(packet, sent, radsecSecret);
        if ('ignored' in answer) {
          ignored += 1;
          return false;
        }
        cancel();
        resolve({ kind: 'answered', answer });
        return true;
      },
      closed: () => silent('the gateway ended its RadSec connection'),
    });
    if (!forget) return silent('the gateway has no RadSec connection to this relay');
    cancel = after(exchangeTimes.untilMs, () => {
      forget();
      silent();
    });
  });
}
