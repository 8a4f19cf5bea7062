// Any mixture of good, strange and hostile packets, in any pieces, with a disk that answers when it
// likes: what a gateway gets back is what a simple model says.

import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import type { RadiusVersion } from '../../../relay/config/radsec-material.ts';
import { Connections } from '../../../relay/radsec/connections.ts';
import { PacketStream, packetsIn } from '../../../relay/radsec/packet-stream.ts';
import type { MainMessage } from '../../../relay/radsec/protocol.ts';
import { makeRecordPacket } from '../../../relay/radsec/record-packet.ts';
import { AuthenticatorMemory } from '../../../relay/receive/authenticator-memory.ts';
import { GatewayClocks } from '../../../relay/receive/gateway-clocks.ts';
import { makeGatewayTable } from '../../../relay/receive/gateway-table.ts';
import { OutcomeCounters } from '../../../relay/receive/outcome-counters.ts';
import { SessionNames } from '../../../relay/receive/session-names.ts';
import { TestAuthority } from '../../support/certificates.ts';
import { accounting, attribute, statusServer } from '../../support/radius-packets.ts';
import { packet11 } from '../../support/radsec-client.ts';

const certificate = new Uint8Array(
  new X509Certificate(new TestAuthority().issue({ name: 'vpn1' }).certificate).raw,
);
const table = makeGatewayTable([{ name: 'asa', addresses: ['192.0.2.1'], secrets: [] }]);

const kinds = ['good', 'status', 'other-code', 'forged', 'bad-framing', 'bad-length'] as const;
type Kind = (typeof kinds)[number];
/** Hostile ones are rare, so that there is something to read before them. */
const kind: fc.Arbitrary<Kind> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Kind>('good') },
  { weight: 2, arbitrary: fc.constantFrom<Kind>('status', 'other-code') },
  { weight: 1, arbitrary: fc.constantFrom<Kind>('forged', 'bad-framing', 'bad-length') },
);

const start = (i: number): Buffer[] => [attribute(40, [0, 0, 0, 1]), attribute(44, `session-${i}`)];
const tooLong = Buffer.from([1, 200]);

function make(version: RadiusVersion, one: Kind, i: number): Buffer {
  if (one === 'bad-length') return Buffer.from([4, i, 0, 5, 1, 2, 3]);
  if (version === '1.1') {
    if (one === 'status') return packet11(12, i, []);
    if (one === 'other-code') return packet11(1, i, []);
    return packet11(4, i, one === 'bad-framing' ? [tooLong] : start(i));
  }
  if (one === 'status') return statusServer('radsec', []);
  if (one === 'other-code') return accounting('radsec', [], { code: 1, identifier: i });
  if (one === 'bad-framing') return accounting('radsec', [tooLong], { identifier: i });
  return accounting(one === 'forged' ? 'another' : 'radsec', start(i), { identifier: i });
}

/** What must come of it: nothing is forged where TLS alone vouches. */
function model(version: RadiusVersion, sent: readonly Kind[]) {
  const ends = (one: Kind): boolean =>
    one === 'bad-framing' || one === 'bad-length' || (one === 'forged' && version === '1.0');
  const end = sent.findIndex(ends);
  const read = end < 0 ? sent : sent.slice(0, end + 1);
  const isAnswered = (one: Kind): boolean => !ends(one) && one !== 'other-code';
  const recorded = read.filter((one) => isAnswered(one) && one !== 'status').length;
  return { isEnded: end >= 0, read, answers: read.filter(isAnswered).length, recorded };
}

/** Runs it: pieces through the stream, the disk settling `lag` records behind. */
function run(version: RadiusVersion, sent: readonly Kind[], cuts: readonly number[], lag: number) {
  const book = new OutcomeCounters();
  const told: MainMessage[] = [];
  const writing: ((error: undefined, position: number) => void)[] = [];
  const settle = (left: number): void => {
    while (writing.length > left) writing.shift()?.(undefined, 1);
  };
  const record = makeRecordPacket(
    {
      book,
      memory: new AuthenticatorMemory(100),
      clocks: new GatewayClocks(),
      names: new SessionNames(),
      now: () => 1e12,
      monotonicMs: () => 0,
      journal: { isWritable: true, append: (_, done) => writing.push(done) },
      onDrop: () => undefined,
      onAcknowledged: () => undefined,
      onFault(error) {
        throw error;
      },
    },
    ['1.0', '1.1'],
  );
  const connections = new Connections({
    gateways: () => table,
    record,
    tell: (message) => told.push(message),
    countBroken(name) {
      book.receive();
      book.count(name, 'bad-length');
    },
    onUnknownClient: () => undefined,
    onOpened: () => undefined,
  });
  const opened = { kind: 'opened', connection: 1, address: '192.0.2.1', port: 9 } as const;
  connections.opened({ ...opened, version, certificate });
  const stream = new PacketStream();
  const octets = Buffer.concat(sent.map((one, i) => make(version, one, i)));
  const ends = [...cuts.map((share) => Math.floor(share * octets.length)), octets.length];
  let at = 0;
  for (const end of ends.sort((a, b) => a - b)) {
    const cut = stream.push(octets.subarray(at, end));
    at = end;
    if (cut.packets > 0) connections.packets(1, cut.octets);
    if (cut.isBroken) connections.broken(1);
    settle(lag);
  }
  settle(0);
  const answers = told.flatMap((one) => (one.kind === 'answers' ? [...packetsIn(one.octets)] : []));
  const closes = told.filter(({ kind: one }) => one === 'close').length;
  return { answers, closes, counts: book.snapshot() };
}

describe('a connection', () => {
  it.each<RadiusVersion>(['1.0', '1.1'])('of RADIUS/%s does what the model says', (version) => {
    fc.assert(
      fc.property(
        fc.array(kind, { maxLength: 40 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 15 }),
        fc.integer({ min: 0, max: 10 }),
        (sent, cuts, lag) => {
          const expected = model(version, sent);

          const { answers, closes, counts } = run(version, sent, cuts, lag);

          expect(answers).toHaveLength(expected.answers);
          expect(closes).toBe(expected.isEnded ? 1 : 0);
          expect(counts.outcomes.acknowledged ?? 0).toBe(expected.recorded);
          // Every packet that was read ends in exactly one outcome.
          expect(counts).toMatchObject({ received: expected.read.length, inFlight: 0 });
          const total = Object.values(counts.outcomes).reduce((sum, one) => sum + one, 0);
          expect(total).toBe(expected.read.length);
        },
      ),
    );
  });

  it('of a gateway that is none is closed, and nothing it sent is read', () => {
    const told: MainMessage[] = [];
    const connections = new Connections({
      gateways: () => makeGatewayTable([]),
      record: () => {
        throw new Error('nothing is recorded');
      },
      countBroken: () => undefined,
      tell: (message) => told.push(message),
      onUnknownClient: () => undefined,
      onOpened: () => undefined,
    });
    connections.opened({
      kind: 'opened',
      connection: 1,
      address: '192.0.2.1',
      port: 9,
      version: '1.1',
      certificate,
    });
    connections.packets(1, new Uint8Array(packet11(4, 1, start(1))));
    connections.broken(1);

    expect(told).toEqual([{ kind: 'close', connection: 1, end: 'unknown-gateway' }]);
  });
});
