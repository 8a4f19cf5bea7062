import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { AuthenticatorMemory } from '../../../relay/receive/authenticator-memory.ts';
import { AuthenticatorRing } from '../../../relay/receive/authenticator-ring.ts';
import { ReplyCache, unseen } from '../../../relay/receive/response-cache.ts';

const packetWith = (authenticator: Buffer): Buffer =>
  Buffer.concat([Buffer.alloc(4), authenticator]);

/** A packet with an authenticator of its own for each letter. */
const packetOf = (letter: string): Buffer => packetWith(Buffer.alloc(16, letter));
const here = '192.0.2.1';

describe('the reply cache', () => {
  const stateOf = (cache: ReplyCache, letter: string, nowMs: number, source = here): string => {
    const entry = cache.look(packetOf(letter), source, nowMs);
    if (entry === unseen) return 'unseen';
    return cache.isRecorded(entry) ? 'recorded' : 'in-flight';
  };

  it('knows a packet as in flight, then as recorded for 30 s, then no more', () => {
    const cache = new ReplyCache();

    expect(stateOf(cache, 'a', 0)).toBe('unseen');
    const entry = cache.begin(packetOf('a'), here, 1000, 0);
    expect(stateOf(cache, 'a', 5)).toBe('in-flight');
    cache.recorded(entry, 10);
    expect(stateOf(cache, 'a', 30_010)).toBe('recorded');
    expect(stateOf(cache, 'a', 30_011)).toBe('unseen');
  });

  it('takes the same packet from another address as a new one', () => {
    const cache = new ReplyCache();
    cache.recorded(cache.begin(packetOf('a'), here, 1000, 0), 0);

    expect(stateOf(cache, 'a', 1, '192.0.2.2')).toBe('unseen');
  });

  it('takes the retransmission of a packet that could not be written as a new packet', () => {
    const cache = new ReplyCache();
    const entry = cache.begin(packetOf('a'), here, 1000, 0);

    cache.failed(entry);

    expect(stateOf(cache, 'a', 1)).toBe('unseen');
    cache.recorded(cache.begin(packetOf('a'), here, 1000, 2), 3);
    expect(stateOf(cache, 'a', 4)).toBe('recorded');
  });

  it('answers a retransmission from another port after the write, the same port once', () => {
    const cache = new ReplyCache();
    const answered: number[] = [];
    const entry = cache.begin(packetOf('a'), here, 1000, 0);
    for (const port of [1000, 2000, 2000, 3000]) {
      cache.wait(entry, { port, send: () => answered.push(port) });
    }
    expect(answered).toEqual([]);

    cache.recorded(entry, 10);

    expect(answered).toEqual([2000, 3000]);
  });

  it('holds at most as many packets as it may and drops the oldest first', () => {
    const cache = new ReplyCache({ entriesMax: 3 });
    const letters = ['a', 'b', 'c', 'd', 'e'];
    for (const letter of letters) cache.recorded(cache.begin(packetOf(letter), here, 1, 0), 0);

    expect(cache.size).toBe(3);
    expect(letters.map((letter) => stateOf(cache, letter, 1))).toEqual([
      'unseen',
      'unseen',
      'recorded',
      'recorded',
      'recorded',
    ]);
  });

  it('still answers who waits for a packet that was dropped while it was being written', () => {
    const cache = new ReplyCache({ entriesMax: 1 });
    const answered: number[] = [];
    const entry = cache.begin(packetOf('a'), here, 1000, 0);
    cache.wait(entry, { port: 2000, send: () => answered.push(2000) });

    const next = cache.begin(packetOf('b'), here, 1000, 1);
    cache.recorded(entry, 2);

    expect(answered).toEqual([2000]);
    expect(stateOf(cache, 'b', 3)).toBe('in-flight');
    cache.recorded(next, 4);
    expect(stateOf(cache, 'b', 5)).toBe('recorded');
  });

  it('forgets what is older than 30 s when something new arrives, failed ones too', () => {
    const cache = new ReplyCache();
    cache.failed(cache.begin(packetOf('a'), here, 1, 0));
    cache.recorded(cache.begin(packetOf('b'), here, 1, 0), 0);

    cache.begin(packetOf('c'), here, 1, 40_000);

    expect(cache.size).toBe(1);
  });
});

describe('the ring of authenticators', () => {
  it('looks at as many slots for a packet when it is full as when it is half empty', () => {
    const entriesMax = 65_536;
    const ring = new AuthenticatorRing(entriesMax);
    const packet = packetWith(Buffer.alloc(16));
    let numbered = 0;
    const slotsFor = (count: number): number => {
      const before = ring.slotsSeen;
      for (let index = 0; index < count; index += 1) {
        packet.writeUInt32LE(Math.imul(numbered, 0x9e3779b1) >>> 0, 4);
        packet.writeUInt32LE(numbered, 8);
        numbered += 1;
        if (ring.find(packet, here) === 0) ring.add(packet, here);
      }
      return (ring.slotsSeen - before) / count;
    };
    slotsFor(entriesMax / 2);
    const whileFilling = slotsFor(entriesMax / 2);
    slotsFor(2 * entriesMax);

    const whenFull = slotsFor(entriesMax / 2);

    expect(whenFull).toBeLessThan(2 * whileFilling);
    expect(ring.newest - ring.oldest + 1).toBe(entriesMax);
  });
});

describe('the memory of authenticators', () => {
  it('knows exactly what it was told, per gateway', () => {
    const memory = new AuthenticatorMemory(10);
    const packet = packetWith(randomBytes(16));

    memory.add(packet, 'asa-lyon');

    expect(memory.has(packet, 'asa-lyon')).toBe(true);
    expect(memory.has(packet, 'asa-paris')).toBe(false);
    expect(memory.has(packetWith(randomBytes(16)), 'asa-lyon')).toBe(false);
  });

  it('behaves like a queue of bounded length, however crowded its table', () => {
    // Few distinct first octets make long probe runs, where deletion could lose entries.
    const seed = fc.tuple(fc.nat(3), fc.nat(40));
    const packetOf = ([first, last]: readonly [number, number]): Buffer => {
      const authenticator = Buffer.alloc(16);
      authenticator[0] = first;
      authenticator[15] = last;
      return packetWith(authenticator);
    };
    fc.assert(
      fc.property(
        fc.array(seed, { maxLength: 200 }),
        fc.integer({ min: 1, max: 20 }),
        (seeds, n) => {
          const memory = new AuthenticatorMemory(n);
          const queue: string[] = [];
          for (const one of seeds) {
            const name = one.join();
            if (memory.has(packetOf(one), 'g') !== queue.includes(name)) return false;
            memory.add(packetOf(one), 'g');
            if (!queue.includes(name)) queue.push(name);
            if (queue.length > n) queue.shift();
          }
          return memory.size === queue.length;
        },
      ),
    );
  });

  it('says how many it had to drop', () => {
    const memory = new AuthenticatorMemory(2);
    for (let i = 0; i < 5; i++) memory.add(packetWith(randomBytes(16)), 'g');

    expect([memory.size, memory.dropped]).toEqual([2, 3]);
  });
});
