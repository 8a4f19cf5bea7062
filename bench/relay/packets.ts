// Accounting-Requests as a Cisco ASA sends them, about 400 octets each, made before a measurement.
// Promise: the same seed gives the same packets; each is signed, unlike every other one, and its
// number can be told from the event that it becomes. Real kinds: Start 1 : Interim 2 : Stop 1.

import { beginMd5, finishMd5, makeMessageBuffer } from '../../relay/receive/md5.ts';

/** Sockets that a load leaves from; packet n belongs to socket n modulo this. */
export const loadPorts = 8;
/** Values of the identifier octet. */
export const identifiers = 256;
/** Packets of a session: Start, Interim, Interim, Stop. */
const stepsPerSession = 4;
/** Sessions that run at the same time: all their Starts come first, then their Interims. */
const sessionsPerBlock = 1000;
const interimSeconds = 600;
const packetBytesMax = 512;
const authenticatorAt = 4;
const headerOctets = 20;

export type PacketOptions = {
  readonly count: number;
  /** 0 to 255: packets of different seeds have different session ids. */
  readonly seed: number;
  readonly secret: string;
  /** When the first sessions began. */
  readonly baseTime: number;
  /** People that the sessions belong to. */
  readonly users?: number;
};

/** What identifies a packet, and the event it becomes. */
export type PacketName = { readonly sessionId: string; readonly step: number };

/**
 * Identifier of packet n. Neighbouring sockets use distant ones, so that requests that wait for a
 * lost answer never hold the same identifier on all sockets, which would stop the load.
 */
export function identifierOf(n: number): number {
  const distance = identifiers / loadPorts;
  return (Math.floor(n / loadPorts) + (n % loadPorts) * distance) % identifiers;
}

/** Packet number n: which session of the seed, and which of its packets. */
function nameOf(n: number, seed: number): PacketName & { readonly session: number } {
  const perBlock = sessionsPerBlock * stepsPerSession;
  const inBlock = n % perBlock;
  const session = Math.floor(n / perBlock) * sessionsPerBlock + (inBlock % sessionsPerBlock);
  const step = Math.floor(inBlock / sessionsPerBlock);
  const sessionId = (seed * 2 ** 24 + session).toString(16).toUpperCase().padStart(8, '0');
  return { session, step, sessionId };
}

/** Sessions of which at least one packet is among the first `count`. */
export function sessionsAmong(count: number): number {
  const perBlock = sessionsPerBlock * stepsPerSession;
  const begun = Math.min(count % perBlock, sessionsPerBlock);
  return Math.floor(count / perBlock) * sessionsPerBlock + begun;
}

/** The seed and the number of the packet that became an event; undefined for a stranger's. */
export function numberOf(
  sessionId: string,
  kind: string,
  seconds: number | undefined,
): { readonly seed: number; readonly number: number } | undefined {
  if (!/^[0-9A-F]{8}$/.test(sessionId)) return undefined;
  const id = Number.parseInt(sessionId, 16);
  const session = id % 2 ** 24;
  const step = kind === 'start' ? 0 : (seconds ?? 0) / interimSeconds;
  const block = Math.floor(session / sessionsPerBlock);
  const number =
    block * sessionsPerBlock * stepsPerSession +
    step * sessionsPerBlock +
    (session % sessionsPerBlock);
  return { seed: Math.floor(id / 2 ** 24), number };
}

/** All packets of a measurement in one piece of memory. */
export class PacketPool {
  readonly count: number;
  readonly secret: Buffer;
  readonly #octets: Buffer;
  readonly #ends: Uint32Array;

  constructor(options: PacketOptions) {
    this.count = options.count;
    this.secret = Buffer.from(options.secret);
    this.#octets = Buffer.allocUnsafe(options.count * packetBytesMax);
    this.#ends = new Uint32Array(options.count + 1);
    const message = makeMessageBuffer(packetBytesMax + this.secret.length);
    const state = new Int32Array(4);
    for (let n = 0; n < options.count; n += 1) {
      const start = this.#ends[n] ?? 0;
      const end = writePacket(this.#octets, start, n, options);
      this.#ends[n + 1] = end;
      const length = end - start;
      this.#octets.copy(message.bytes, 0, start, end);
      message.bytes.set(this.secret, length);
      const octets = length + this.secret.length;
      const from = beginMd5(state, message, octets);
      const digest = this.#octets.subarray(start + authenticatorAt, start + headerOctets);
      finishMd5(state, message, { start: from, end: octets, octetsBefore: 0 }, digest);
    }
  }

  /** Packet number n; shares memory with the pool. */
  packet(n: number): Buffer {
    return this.#octets.subarray(this.#ends[n], this.#ends[n + 1]);
  }

  /** Mean size, octets. */
  get bytesMean(): number {
    return (this.#ends[this.count] ?? 0) / this.count;
  }
}

const cisco = 9;
const ciscoVpn3000 = 3076;

/** Writes packet number n with a zero authenticator; returns where it ends. */
function writePacket(target: Buffer, start: number, n: number, options: PacketOptions): number {
  const { sessionId, session, step } = nameOf(n, options.seed);
  const user = session % (options.users ?? 10_000);
  const address = `5.80.${user >> 8}.${user & 255}`;
  const writer = new AttributeWriter(target, start + headerOctets);
  const statusType = step === 0 ? 1 : step === stepsPerSession - 1 ? 2 : 3;
  writer.text(1, `user${String(user).padStart(5, '0')}@contoso.com`);
  writer.number(5, session);
  writer.number(6, 2);
  writer.number(7, 1);
  writer.number(8, 0x0a_20_00_00 + user);
  writer.text(30, '198.51.100.7');
  writer.text(31, address);
  writer.number(40, statusType);
  writer.number(41, 0);
  if (step > 0) {
    const seconds = step * interimSeconds;
    for (const type of [42, 43]) writer.number(type, seconds * (1_000 + user) * (type - 41));
    writer.number(46, seconds);
    for (const type of [47, 48]) writer.number(type, seconds * (type - 46));
  }
  writer.text(44, sessionId);
  writer.number(45, 1);
  writer.number(55, Math.floor(options.baseTime / 1000) + step * interimSeconds);
  writer.number(61, 5);
  writer.text(66, address);
  writer.number(4, 0xc0_00_02_01);
  writer.pair(cisco, 1, 'mdm-tlv=device-platform=win');
  writer.pair(cisco, 1, `mdm-tlv=device-mac=00-15-5d-00-${hexOctets(user)}`);
  writer.pair(cisco, 1, 'mdm-tlv=device-platform-version=10.0.26100 ');
  writer.pair(cisco, 1, 'mdm-tlv=ac-user-agent=AnyConnect Windows 5.1.8.122');
  writer.pair(cisco, 1, `audit-session-id=0a700e19${sessionId.toLowerCase()}`);
  writer.pair(ciscoVpn3000, 146, 'STAFF');
  if (statusType === 2) writer.number(49, 1);
  const length = writer.at - start;
  target[start] = 4;
  target[start + 1] = identifierOf(n);
  target.writeUInt16BE(length, start + 2);
  target.fill(0, start + authenticatorAt, start + headerOctets);
  return writer.at;
}

function hexOctets(value: number): string {
  const hex = (octet: number): string => octet.toString(16).padStart(2, '0');
  return `${hex((value >> 8) & 255)}-${hex(value & 255)}`;
}

class AttributeWriter {
  readonly #target: Buffer;
  at: number;

  constructor(target: Buffer, at: number) {
    this.#target = target;
    this.at = at;
  }

  number(type: number, value: number): void {
    this.#target[this.at] = type;
    this.#target[this.at + 1] = 6;
    this.at = this.#target.writeUInt32BE(value % 2 ** 32, this.at + 2);
  }

  text(type: number, value: string): void {
    const octets = this.#target.write(value, this.at + 2, 'latin1');
    this.#target[this.at] = type;
    this.#target[this.at + 1] = octets + 2;
    this.at += octets + 2;
  }

  /** Vendor-Specific (RFC 2865 section 5.26) with one text in it. */
  pair(vendor: number, type: number, value: string): void {
    const octets = this.#target.write(value, this.at + 8, 'latin1');
    this.#target[this.at] = 26;
    this.#target[this.at + 1] = octets + 8;
    this.#target.writeUInt32BE(vendor, this.at + 2);
    this.#target[this.at + 6] = type;
    this.#target[this.at + 7] = octets + 2;
    this.at += octets + 8;
  }
}
