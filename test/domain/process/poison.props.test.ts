// An event that cannot be written stands alone: whatever is beside it, and wherever, is written.

import fc from 'fast-check';
import { processEvents } from '../../../domain/process/process-events.ts';
import { eventOf, hash, locate, minuteMs, morning, settings } from '../../support/events.ts';
import { makeMemoryStore } from '../../support/memory-store.ts';
import { runs } from '../../support/property-runs.ts';

const poisoned = 'poison';

/** A store that cannot write a session of that id, as a bug of packing or a refused item would. */
function refusingPorts() {
  const store = makeMemoryStore();
  const users: typeof store.users = {
    ...store.users,
    mergeSession: async (userKey, session, version) => {
      if (session.sessionId.startsWith(poisoned)) throw new RangeError('cannot be packed');
      await store.users.mergeSession(userKey, session, version);
    },
  };
  const isOutage = (error: unknown): boolean => !(error instanceof RangeError);
  return { store, ports: { users, gateways: store.gateways, locate, settings, hash, isOutage } };
}

const user = fc.constantFrom('alice', 'bob');
const events = fc
  .array(fc.record({ user, isPoison: fc.boolean() }), { minLength: 1, maxLength: 24 })
  .map((list) =>
    list.map(({ isPoison, ...rest }, at) =>
      eventOf({
        ...rest,
        sessionId: `${isPoison ? poisoned : 'good'}-${at}`,
        at: morning + at * minuteMs,
      }),
    ),
  );

describe('events that cannot be written', () => {
  it(`end alone; every neighbour is written, once (${runs(200)} mixtures)`, async () => {
    await fc.assert(
      fc.asyncProperty(events, async (list) => {
        const { store, ports } = refusingPorts();

        const done = await processEvents(ports, list);

        expect(done).toHaveLength(list.length);
        for (const { event, outcome } of done) {
          const isPoison = event.session.id?.startsWith(poisoned) === true;
          expect([event.session.id, outcome === 'retried']).toEqual([event.session.id, isPoison]);
        }
        for (const name of ['alice', 'bob']) {
          const good = list.filter(
            (event) => event.user.account === name && event.session.id?.startsWith('good'),
          );
          expect(store.sessions.get(name)?.size ?? 0).toBe(good.length);
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it('are not looked for while a table is away', async () => {
    const { store, ports } = refusingPorts();
    let loads = 0;
    const away = {
      ...ports,
      users: {
        ...store.users,
        load: async () => {
          loads += 1;
          throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
        },
      },
    };

    const done = await processEvents(away, [eventOf({}), eventOf({ sessionId: 's2' })]);

    expect(done.map(({ outcome }) => outcome)).toEqual(['retried', 'retried']);
    expect(loads).toBe(1);
  });
});
