// Whose session it is, by gateway and Acct-Session-Id, for records without User-Name (RFC 2866
// section 5.13 allows them). Promise: bounded by count, the longest unheard goes first; a name is
// only ever one that this gateway sent for this session. Price: decision 0026.

import { attribute } from '../radius/attributes.ts';
import { headerOctets } from '../radius/decode.ts';

const sessionsMax = 100_000;
const stop = 2;

/** Where attributes lie whose value is not empty; 0: there is none. */
type Said = { userNameAt: number; sessionIdAt: number; statusAt: number };

export class SessionNames {
  readonly #names = new Map<string, string>();
  readonly #said: Said = { userNameAt: 0, sessionIdAt: 0, statusAt: 0 };

  /** Sessions whose user is known. */
  get size(): number {
    return this.#names.size;
  }

  /**
   * Takes note of a packet.
   * @returns for a packet of a session without User-Name the one its session came with, its octets
   *   as Latin-1; undefined when it has one or none is known
   */
  nameOf(gatewayId: string, packet: Buffer): string | undefined {
    const { userNameAt, sessionIdAt, statusAt } = readSaid(packet, this.#said);
    if (sessionIdAt === 0) return undefined;
    const key = `${gatewayId}\n${textAt(packet, sessionIdAt)}`;
    const known = this.#names.get(key);
    const hasName = userNameAt !== 0;
    const isStop = statusAt !== 0 && lastOctetOf(packet, statusAt) === stop;
    this.#names.delete(key);
    if (!isStop && (hasName || known !== undefined)) {
      this.#remember(key, hasName ? textAt(packet, userNameAt) : (known ?? ''));
    }
    return hasName ? undefined : known;
  }

  #remember(key: string, name: string): void {
    this.#names.set(key, name);
    if (this.#names.size <= sessionsMax) return;
    // Steps over what was deleted before it: for every packet that would cost more than the rest.
    const [oldest] = this.#names.keys();
    if (oldest !== undefined) this.#names.delete(oldest);
  }
}

/**
 * Walks the packet once; of an attribute that comes twice the first counts. It makes no closure and
 * no text: this runs before every answer.
 */
function readSaid(packet: Buffer, said: Said): Said {
  said.userNameAt = 0;
  said.sessionIdAt = 0;
  said.statusAt = 0;
  let octets = 0;
  for (let at = headerOctets; at < packet.length; at += octets) {
    octets = packet[at + 1] ?? 0;
    if (octets < 2 || at + octets > packet.length) break;
    const type = packet[at];
    if (octets === 2) continue;
    if (type === attribute.userName) said.userNameAt ||= at;
    else if (type === attribute.sessionId) said.sessionIdAt ||= at;
    else if (type === attribute.statusType) said.statusAt ||= at;
  }
  return said;
}

const textAt = (packet: Buffer, at: number): string =>
  packet.toString('latin1', at + 2, at + (packet[at + 1] as number));

const lastOctetOf = (packet: Buffer, at: number): number =>
  packet[at + (packet[at + 1] as number) - 1] as number;
