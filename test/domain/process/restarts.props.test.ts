// A restart ends the sessions of its own service that are not heard of again, and no others: 400
// generated gateways with an Accounting-On or -Off of some service among the records of a session.

import fc from 'fast-check';
import type { AccountingEvent, EventKind } from '../../../domain/accounting-event.ts';
import { processEvents } from '../../../domain/process/process-events.ts';
import { sessionState } from '../../../domain/session/session-state.ts';
import { eventOf, hash, locate, minuteMs, morning, settings } from '../../support/events.ts';
import { makeMemoryStore } from '../../support/memory-store.ts';
import { runs } from '../../support/property-runs.ts';

/** What a record says of its service; absent: nothing. */
const services = fc.record(
  {
    name: fc.constantFrom('vpn', 'portal'),
    portType: fc.constantFrom(5, 15),
    serviceType: fc.constantFrom(2, 5),
  },
  { requiredKeys: [] },
);
type Service = { name?: string; portType?: number; serviceType?: number };

const isOther = (one: Service, other: Service): boolean =>
  (['name', 'portType', 'serviceType'] as const).some(
    (key) => one[key] !== undefined && other[key] !== undefined && one[key] !== other[key],
  );

const days = fc
  .record({
    service: services,
    restarted: services,
    kind: fc.constantFrom<EventKind>('gateway-on', 'gateway-off'),
    /** Minutes after the Start. */
    restart: fc.integer({ min: 1, max: 100 }),
    interims: fc.uniqueArray(fc.integer({ min: 1, max: 110 }), { maxLength: 4 }),
    isStopped: fc.boolean(),
  })
  // In the very same second nobody can say what was first.
  .filter(({ restart, interims }) => !interims.includes(restart));

function record(kind: EventKind, minute: number, service: Service): AccountingEvent {
  const event = eventOf({ kind, sessionId: 's', address: '81.2.69.142', at: morning });
  const time = morning + minute * minuteMs;
  const gateway = { ...event.gateway, ...service };
  const eventId = hash(`${kind} ${minute}`);
  const user = kind.startsWith('gateway') ? { raw: '', account: '', form: 'none' as const } : null;
  return { ...event, eventId, time, receivedTime: time, gateway, ...(user && { user }) };
}

/** Interims are kept one for two hours: the next one after the restart is known opens again. */
function newestInterimLast(events: readonly AccountingEvent[]): readonly AccountingEvent[] {
  const interims = events.filter(({ kind }) => kind === 'interim');
  const newest = interims.reduce<AccountingEvent | undefined>(
    (latest, event) => (latest && latest.time > event.time ? latest : event),
    undefined,
  );
  return newest ? [...events.filter((event) => event !== newest), newest] : events;
}

it('ends its own service where nothing is heard of it again (400 gateways)', async () => {
  const scenario = days.chain((day) => {
    const records = [
      record('start', 0, day.service),
      ...day.interims.map((minute) => record('interim', minute, day.service)),
      ...(day.isStopped ? [record('stop', 115, day.service)] : []),
      record(day.kind, day.restart, day.restarted),
    ];
    const order = fc
      .shuffledSubarray(records, { minLength: records.length })
      .map((shuffled) => newestInterimLast(shuffled));
    return fc.tuple(fc.constant(day), order, fc.integer({ min: 1, max: 6 }));
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ([day, order, size]) => {
      const store = makeMemoryStore();
      const ports = { users: store.users, gateways: store.gateways, locate, settings, hash };
      for (let from = 0; from < order.length; from += size) {
        await processEvents(ports, order.slice(from, from + size));
      }
      const now = morning + 118 * minuteMs;
      const rows = [...(store.sessions.get('alice')?.values() ?? [])];
      const gatewayId = order[0]?.gateway.id ?? '';
      const restarts = (await store.gateways.watermarks([gatewayId])).get(gatewayId);

      expect(rows).toHaveLength(1);
      const { state } = sessionState(rows[0]?.session ?? fail(), now, restarts);
      const isOver = !isOther(day.service, day.restarted);
      const isHeard = day.interims.some((minute) => minute > day.restart);
      if (day.isStopped) expect(state).toBe('ended');
      else if (isOver && !isHeard) expect(state).toBe('gateway-restarted');
      else expect(['open', 'silent']).toContain(state);
    }),
    { numRuns: runs(400) },
  );
});

function fail(): never {
  throw new Error('no session');
}
