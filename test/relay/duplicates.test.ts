import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { AuthenticatorMemory } from '../../relay/authenticator-memory.ts';
import { ReplyCache } from '../../relay/duplicates.ts';

describe('the reply cache', () => {
  it('knows a packet as in flight, then as recorded for 30 s, then no more', () => {
    const cache = new ReplyCache();

    expect(cache.look('a', 0)).toBe('unseen');
    cache.begin('a', 1000, 0);
    expect(cache.look('a', 5)).toBe('in-flight');
    cache.recorded('a', 10);
    expect(cache.look('a', 30_010)).toBe('recorded');
    expect(cache.look('a', 30_011)).toBe('unseen');
  });

  it('takes the retransmission of a packet that could not be written as a new packet', () => {
    const cache = new ReplyCache();
    cache.begin('a', 1000, 0);

    cache.failed('a');

    expect(cache.look('a', 1)).toBe('unseen');
  });

  it('answers a retransmission from another port after the write, the same port once', () => {
    const cache = new ReplyCache();
    const answered: number[] = [];
    cache.begin('a', 1000, 0);
    for (const port of [1000, 2000, 2000, 3000]) {
      cache.wait('a', { port, send: () => answered.push(port) });
    }
    expect(answered).toEqual([]);

    cache.recorded('a', 10);

    expect(answered).toEqual([2000, 3000]);
  });

  it('holds at most as many packets as it may and drops the oldest first', () => {
    const cache = new ReplyCache({ entriesMax: 3 });
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      cache.begin(key, 1, 0);
      cache.recorded(key, 0);
    }

    expect(cache.size).toBe(3);
    expect(['a', 'b', 'c', 'd', 'e'].map((key) => cache.look(key, 1))).toEqual([
      'unseen',
      'unseen',
      'recorded',
      'recorded',
      'recorded',
    ]);
  });

  it('forgets what is older than 30 s when something new arrives', () => {
    const cache = new ReplyCache();
    cache.begin('a', 1, 0);
    cache.recorded('a', 0);

    cache.begin('b', 1, 40_000);

    expect(cache.size).toBe(1);
  });
});

const packetWith = (authenticator: Buffer): Buffer =>
  Buffer.concat([Buffer.alloc(4), authenticator]);

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
