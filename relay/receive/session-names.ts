// Whose session it is, by gateway and Acct-Session-Id, for records without User-Name (RFC 2866
// section 5.13 allows them). Promise: bounded by count, the longest unheard goes first; a name is
// only ever one that this gateway sent for this session. Price: decision 0026.

import { attribute } from '../radius/attributes.ts';
import { walkAttributes } from '../radius/decode.ts';

const sessionsMax = 100_000;
const stop = 2;

type Said = {
  userName: string | undefined;
  sessionId: string | undefined;
  status: number | undefined;
};

export class SessionNames {
  readonly #names = new Map<string, string>();

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
    const { userName, sessionId, status } = saidBy(packet);
    if (sessionId === undefined) return undefined;
    const key = `${gatewayId}\n${sessionId}`;
    const known = this.#names.get(key);
    this.#names.delete(key);
    const name = userName ?? known;
    if (name !== undefined && status !== stop) this.#remember(key, name);
    return userName === undefined ? known : undefined;
  }

  #remember(key: string, name: string): void {
    this.#names.set(key, name);
    if (this.#names.size <= sessionsMax) return;
    // Steps over what was deleted before it: for every packet that would cost more than the rest.
    const [oldest] = this.#names.keys();
    if (oldest !== undefined) this.#names.delete(oldest);
  }
}

/** Walks the packet once; of an attribute that comes twice the first counts. */
function saidBy(packet: Buffer): Said {
  const said: Said = { userName: undefined, sessionId: undefined, status: undefined };
  walkAttributes(packet, (type, start, end) => {
    if (end - start <= 2) return;
    const text = (): string => packet.toString('latin1', start + 2, end);
    if (type === attribute.userName) said.userName ??= text();
    else if (type === attribute.sessionId) said.sessionId ??= text();
    else if (type === attribute.statusType) said.status ??= packet[end - 1];
  });
  return said;
}
