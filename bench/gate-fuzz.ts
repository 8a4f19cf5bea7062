// A million hostile datagrams and more: random octets and mutated valid packets through the whole
// receiver. `npm run fuzz:relay -- [cases] [seed]` prints a table and exits 1 when one throws,
// when a forged one is answered, when counters do not add up, or when memory grows.

import { AuthenticatorMemory } from '../relay/receive/authenticator-memory.ts';
import { GatewayClocks } from '../relay/receive/gateway-clocks.ts';
import { makeGatewayTable } from '../relay/receive/gateway-table.ts';
import { OutcomeCounters } from '../relay/receive/outcome-counters.ts';
import { makeReceiver } from '../relay/receive/receiver.ts';
import { ReplyCache } from '../relay/receive/response-cache.ts';
import { SessionNames } from '../relay/receive/session-names.ts';
import { accounting, attribute, statusServer } from '../test/support/radius-packets.ts';

const [cases = 1_000_000, seed = 1] = process.argv.slice(2).map(Number);
const secret = 'a-secret-of-the-fuzzed-gateway';
const source = { address: '192.0.2.1', port: 1024 };
const heapGrowthBytesMax = 16 * 1024 * 1024;

/** Mulberry32: the same cases for the same seed, everywhere. */
function makeRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = makeRandom(seed);
const below = (bound: number): number => Math.floor(random() * bound);
const octetsOf = (length: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, () => below(256)));

const start = [attribute(40, [0, 0, 0, 1]), attribute(1, 'alice'), attribute(44, 'session')];
const valid = [
  accounting(secret, start),
  accounting(secret, [...start, attribute(33, 'proxy'), attribute(26, 'no vendor')]),
  accounting(secret, start, { hmacSecret: secret }),
  accounting(
    secret,
    Array.from({ length: 200 }, () => attribute(1, 'many attributes')),
  ),
  statusServer(secret, [attribute(33, 'proxy')]),
];
const authentic = new Set(valid.map((packet) => packet.toString('latin1')));

/** Random octets behind a header whose Length is right: they reach the attributes. */
function framed(): Buffer {
  const datagram = octetsOf(20 + below(400));
  datagram[0] = below(8) === 0 ? 12 : 4;
  datagram.writeUInt16BE(datagram.length, 2);
  return datagram;
}

function mutated(): Buffer {
  const packet = valid[below(valid.length)] ?? Buffer.alloc(0);
  const copy = Buffer.from(packet);
  for (let i = below(4); i >= 0; i--) copy[below(copy.length)] = below(256);
  if (below(4) === 0) return Buffer.concat([copy, octetsOf(below(40))]);
  return below(4) === 0 ? copy.subarray(0, below(copy.length)) : copy;
}

const makers = [() => octetsOf(below(600)), framed, mutated, mutated];

const book = new OutcomeCounters();
const table = makeGatewayTable([
  { name: 'fuzzed', addresses: [source.address], secrets: [Buffer.from(secret)] },
]);
let now = 0;
let answersToForged = 0;
let faults = 0;
let isForged = false;
const receiver = makeReceiver({
  journal: { isWritable: true, append: (_, done) => done(undefined, 1) },
  book,
  gateways: () => table,
  replies: new ReplyCache(),
  memory: new AuthenticatorMemory(1000),
  clocks: new GatewayClocks(),
  names: new SessionNames(),
  now: () => now,
  monotonicMs: () => now,
  onDrop: () => undefined,
  onAcknowledged: () => undefined,
  onFault: () => {
    faults += 1;
  },
});

/** Without padding: what the signature covers. */
function signedPart(datagram: Buffer): string {
  const length = datagram.length < 4 ? 0 : datagram.readUInt16BE(2);
  return datagram.toString('latin1', 0, length);
}

function run(count: number): void {
  for (let i = 0; i < count; i++) {
    const datagram = makers[i % makers.length]?.() ?? Buffer.alloc(0);
    isForged = !authentic.has(signedPart(datagram));
    now += 1;
    receiver.receive(datagram, source, () => {
      if (isForged) answersToForged += 1;
    });
  }
}

run(Math.min(cases, 50_000));
const heapBefore = process.memoryUsage().heapUsed;
const startedMs = performance.now();
run(cases);
const seconds = (performance.now() - startedMs) / 1000;
const heapGrowth = process.memoryUsage().heapUsed - heapBefore;

const { received, outcomes } = book.snapshot();
const counted = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
const isGood =
  answersToForged === 0 && faults === 0 && counted === received && heapGrowth < heapGrowthBytesMax;
console.table({ cases, seed, seconds, received, counted, faults, answersToForged, heapGrowth });
console.table(outcomes);
process.exitCode = isGood ? 0 : 1;
