import { randomBytes } from 'node:crypto';
import { AuthenticatorMemory } from '../../../relay/receive/authenticator-memory.ts';
import { GatewayClocks } from '../../../relay/receive/gateway-clocks.ts';
import type { Drop } from '../../../relay/receive/gateway-table.ts';
import { makeGatewayTable } from '../../../relay/receive/gateway-table.ts';
import { OutcomeCounters } from '../../../relay/receive/outcome-counters.ts';
import { makeReceiver, type PacketSource } from '../../../relay/receive/receiver.ts';
import { ReplyCache } from '../../../relay/receive/response-cache.ts';
import { SessionNames } from '../../../relay/receive/session-names.ts';
import { accounting, attribute, statusServer } from '../../support/radius-packets.ts';
import { HandReleasedJournal } from '../../support/strict-journal.ts';

const secret = 'a-secret-of-the-test-gateway';
const asa: PacketSource = { address: '192.0.2.1', port: 40000 };

function setUp() {
  const journal = new HandReleasedJournal();
  const book = new OutcomeCounters();
  const clock = { ms: 1_000_000 };
  const table = makeGatewayTable([
    { name: 'asa', addresses: [asa.address], secrets: [Buffer.from(secret)] },
  ]);
  const faults: unknown[] = [];
  const drops: Drop[] = [];
  const answers: { port: number; identifier: number | undefined }[] = [];
  const receiver = makeReceiver({
    journal,
    book,
    gateways: () => table,
    replies: new ReplyCache(),
    memory: new AuthenticatorMemory(1000),
    clocks: new GatewayClocks(),
    names: new SessionNames(),
    now: () => clock.ms,
    monotonicMs: () => clock.ms,
    onDrop: (drop) => drops.push(drop),
    onAcknowledged: () => undefined,
    onFault: (error) => faults.push(error),
  });
  const receive = (datagram: Buffer, source = asa): void =>
    receiver.receive(datagram, source, (response) => {
      answers.push({ port: source.port, identifier: response[1] });
    });
  return { journal, book, clock, faults, drops, answers, receive, receiver };
}

const start = (session: string, identifier = 9): Buffer =>
  accounting(secret, [attribute(40, [0, 0, 0, 1]), attribute(44, session)], { identifier });

describe('an Accounting-Request', () => {
  it('is answered only after the journal has it on disk', () => {
    const { journal, receive, answers, book } = setUp();

    receive(start('s1', 42));
    expect(answers).toEqual([]);
    expect(book.inFlight).toBe(1);
    journal.release();

    expect(answers).toEqual([{ port: asa.port, identifier: 42 }]);
    expect(book.snapshot()).toMatchObject({ inFlight: 0, outcomes: { acknowledged: 1 } });
  });

  it('is journalled as it came, with arrival time and source, without padding', () => {
    const { journal, receive } = setUp();
    const packet = start('s1');

    receive(Buffer.concat([packet, Buffer.alloc(7)]));
    journal.release();

    expect(journal.records).toEqual([
      {
        type: 'datagram',
        receivedTime: 1_000_000,
        source: asa,
        gatewayId: 'asa',
        isRepeated: false,
        payload: packet,
      },
    ]);
  });

  it('meets silence when it cannot be written, and its retransmission is tried again', () => {
    const { journal, receive, answers, book } = setUp();

    receive(start('s1'));
    journal.fail();
    expect(answers).toEqual([]);
    receive(start('s1'));
    journal.release();

    expect(answers).toHaveLength(1);
    expect(journal.records[0]?.isRepeated).toBe(false);
    expect(book.snapshot().outcomes).toEqual({ 'not-recorded': 1, acknowledged: 1 });
  });
});

describe('a retransmission', () => {
  it('is answered again within 30 s and recorded once', () => {
    const { journal, receive, answers, clock, book } = setUp();
    receive(start('s1'));
    journal.release();

    clock.ms += 29_000;
    receive(start('s1'), { ...asa, port: 50_000 });

    expect(answers.map(({ port }) => port)).toEqual([asa.port, 50_000]);
    expect(journal.records).toHaveLength(1);
    expect(journal.waiting).toHaveLength(0);
    expect(book.snapshot().outcomes).toEqual({ acknowledged: 1, 'acknowledged-repeat': 1 });
  });

  it('that overtakes the write is answered when the write is done, once per port', () => {
    const { journal, receive, answers, book } = setUp();
    receive(start('s1'));
    receive(start('s1'));
    receive(start('s1'), { ...asa, port: 50_000 });
    expect(answers).toEqual([]);

    journal.release();

    expect(new Set(answers.map(({ port }) => port))).toEqual(new Set([asa.port, 50_000]));
    expect(answers).toHaveLength(2);
    expect(journal.records).toHaveLength(1);
    expect(book.snapshot().outcomes).toEqual({ acknowledged: 1, 'in-flight-repeat': 2 });
  });

  it('after more than 30 s is recorded and marked as repeated', () => {
    const { journal, receive, answers, clock } = setUp();
    receive(start('s1'));
    journal.release();

    clock.ms += 31_000;
    receive(start('s1'));
    journal.release();

    expect(journal.records.map(({ isRepeated }) => isRepeated)).toEqual([false, true]);
    expect(answers).toHaveLength(2);
  });

  it('with a new identifier is another packet, told apart from the first downstream', () => {
    const { journal, receive, answers } = setUp();
    receive(start('s1', 1));
    receive(start('s1', 2));
    journal.release();

    expect(journal.records.map(({ isRepeated }) => isRepeated)).toEqual([false, false]);
    expect(answers.map(({ identifier }) => identifier)).toEqual([1, 2]);
  });
});

describe('a Status-Server', () => {
  it('is answered while the journal can be written and met with silence while it cannot', () => {
    const { journal, receive, answers, book } = setUp();

    receive(statusServer(secret, []));
    journal.isWritable = false;
    receive(statusServer(secret, []));

    expect(answers).toHaveLength(1);
    expect(journal.waiting).toHaveLength(0);
    expect(book.snapshot().outcomes).toEqual({ 'status-answered': 1, 'not-recorded': 1 });
  });
});

describe('a flood of Status-Server', () => {
  it('is answered 50 times a second at most, a burst of 100 first, and all are counted', () => {
    const { receive, clock, answers, book } = setUp();
    const ask = statusServer(secret, []);

    for (let i = 0; i < 1000; i++) receive(ask);
    expect(answers).toHaveLength(100);
    clock.ms += 1000;
    for (let i = 0; i < 1000; i++) receive(ask);

    expect(answers).toHaveLength(150);
    expect(book.snapshot()).toMatchObject({
      received: 2000,
      outcomes: { 'status-answered': 150, 'status-limited': 1850 },
    });
  });

  it('takes nothing from accounting', () => {
    const { receive, journal, answers } = setUp();
    for (let i = 0; i < 200; i++) receive(statusServer(secret, []));

    receive(start('s1'));
    journal.release();

    expect(answers).toHaveLength(101);
  });
});

describe('the rate of a gateway', () => {
  it('counts the packets of the last minute and forgets older ones', () => {
    const { receive, clock, book } = setUp();
    clock.ms = 1_800_000_000_000;
    for (let i = 0; i < 30; i++) receive(start(`s${i}`));
    clock.ms += 30_000;
    for (let i = 0; i < 12; i++) receive(start(`t${i}`));

    expect(book.perMinute('asa', clock.ms)).toBe(42);
    expect(book.perMinute('asa', clock.ms + 35_000)).toBe(12);
    expect(book.perMinute('asa', clock.ms + 3_600_000)).toBe(0);
    expect(book.perMinute('nobody', clock.ms)).toBe(0);
  });
});

describe('the counters', () => {
  it('sum to what was received, per gateway, whatever comes in', () => {
    const { journal, receive, book } = setUp();
    const forged = start('s1').fill(0, 4, 20);
    const stranger = { address: '198.51.100.7', port: 1 };

    for (let i = 0; i < 200; i++) receive(randomBytes(i), i % 2 === 0 ? asa : stranger);
    for (let i = 0; i < 20; i++) receive(start(`s${i % 10}`));
    receive(forged);
    receive(forged, stranger);
    journal.release();

    const { received, inFlight, outcomes, gateways } = book.snapshot();
    const sum = (counts: Readonly<Record<string, number>>): number =>
      Object.values(counts).reduce((total, count) => total + count, 0);
    expect(inFlight).toBe(0);
    expect(sum(outcomes)).toBe(received);
    expect(gateways).toMatchObject({
      asa: { outcomes: { acknowledged: 10, 'bad-authenticator': 1 } },
      '': { outcomes: { 'unknown-gateway': 1 } },
    });
    expect(new Set(Object.keys(gateways))).toEqual(new Set(['', 'asa']));
  });

  it('count a datagram once even when the way back is broken', () => {
    const { receiver, journal, faults, book } = setUp();
    const broken = (): void => {
      throw new Error('socket is gone');
    };

    receiver.receive(statusServer(secret, []), asa, broken);
    receiver.receive(start('s1'), asa, broken);
    journal.release();
    receiver.receive(start('s1'), asa, broken);

    expect(faults).toHaveLength(3);
    expect(book.snapshot()).toMatchObject({
      received: 3,
      inFlight: 0,
      outcomes: { 'status-answered': 1, acknowledged: 1, 'acknowledged-repeat': 1 },
    });
  });

  it('count a journal that throws as silence', () => {
    const { journal, receive, book, faults } = setUp();
    journal.append = () => {
      throw new Error('bug');
    };

    receive(start('s1'));

    expect(faults).toHaveLength(1);
    expect(book.snapshot()).toMatchObject({ inFlight: 0, outcomes: { 'not-recorded': 1 } });
  });
});
