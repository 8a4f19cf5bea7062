// Explains what is wrong at the far end when a gateway cannot connect over TLS.
// Promise: one sentence per gateway, removed at its next good connection; names gateways and
// addresses of the configuration, nothing of a certificate but what was checked.

import { isWorthLogging, type Log } from '../log.ts';
import type { GatewayTable } from '../receive/gateway-table.ts';
import { type ConnectionEnd, connectionEnds } from './protocol.ts';

/** What the gateway's administrator can do about it. */
const advice: Readonly<Partial<Record<ConnectionEnd, string>>> = {
  'no-certificate': 'give it one that "caFile" has signed',
  'untrusted-certificate': 'compare its issuer with "radsec.caFile"',
  'expired-certificate': 'renew it, or set the clock',
  'no-common-version': 'compare its RADIUS versions with "radsec.versions"',
  'handshake-failed': 'it must speak TLS 1.2 or 1.3 and trust our certificate',
  'unknown-gateway': 'compare "radsec.names" and "radsec.fingerprints" of this gateway with it',
};

export class RadsecFindings {
  readonly #log: Log;
  readonly #gateways: () => GatewayTable;
  readonly #sentences = new Map<string, string>();
  readonly #logged = new Map<string, number>();
  /** Addresses of no gateway that were turned away after TLS. */
  #unknownClients = 0;

  constructor(gateways: () => GatewayTable, log: Log) {
    this.#gateways = gateways;
    this.#log = log;
  }

  /** By gateway name. */
  sentences(): ReadonlyMap<string, string> {
    return this.#sentences;
  }

  /** A connection from this address came to nothing. */
  refused(address: string, end: ConnectionEnd): void {
    const sentence = `RadSec: ${connectionEnds[end]}${advice[end] ? `; ${advice[end]}` : ''}`;
    const name = this.#gateways().find(address)?.gateway.config.name;
    if (name !== undefined) this.#say(name, sentence);
    else if (end === 'unknown-gateway') this.#sayUnknownClient();
  }

  /** A packet inside TLS is not signed with the secret of RFC 6614. */
  wrongSecret(name: string): void {
    this.#say(name, 'RadSec: its packets are signed with another secret than "radsec" (RFC 6614)');
  }

  /** All is well between them. */
  clear(name: string): void {
    this.#sentences.delete(name);
  }

  #say(name: string, sentence: string): void {
    this.#sentences.set(name, sentence);
    const key = `${name} ${sentence}`;
    const times = (this.#logged.get(key) ?? 0) + 1;
    this.#logged.set(key, times);
    if (!isWorthLogging(times)) return;
    this.#log('warn', 'radsec-refused', `${name}: ${sentence}`, { gateway: name, times });
  }

  #sayUnknownClient(): void {
    this.#unknownClients += 1;
    if (!isWorthLogging(this.#unknownClients)) return;
    const message = 'RadSec: a certificate of "caFile" was shown that is no configured gateway';
    this.#log('warn', 'radsec-stranger', message, { times: this.#unknownClients });
  }
}
