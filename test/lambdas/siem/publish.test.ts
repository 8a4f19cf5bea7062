// Detections on their way to other systems, over the real tables: each once, again when it rises,
// none lost when something is killed or the bus refuses, none of imported history.

import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import type { BusEvent } from '../../../lambdas/siem/publish.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { eventOf, hourMs, minuteMs, morning } from '../../support/events.ts';
import { ocsfViolations } from '../../support/ocsf.ts';

const london = '81.2.69.142';
const tokyo = '126.0.0.1';
let cloud: TestCloud;

beforeEach(async () => {
  cloud = await startTestCloud(morning + 4 * hourMs);
});
afterEach(() => cloud.stop());

const thief = (flags: AccountingEvent['flags'] = []): AccountingEvent =>
  eventOf({ address: tokyo, sessionId: 's2', at: morning + 50 * minuteMs, flags });
const home = eventOf({ address: london });
const told = (): readonly BusEvent[] => cloud.sent;

it('tells of a new detection as a valid OCSF event, and of a redelivery not again', async () => {
  await cloud.deliver([[home, thief()]]);
  await cloud.deliver([[thief()]]);

  expect(told()).toHaveLength(1);
  expect(told()[0]).toMatchObject({
    detailType: 'Detection Finding Created',
    detail: { class_uid: 2004, activity_id: 1, status: 'New' },
  });
  expect(ocsfViolations('detection_finding', told()[0]?.detail)).toEqual([]);
});

it('loses none when the bus refuses: the events come back and tell it then', async () => {
  cloud.setBus(() => Promise.reject(Object.assign(new Error('busy'), { code: 'Throttled' })));
  const refused = await cloud.deliver([[home, thief()]]);
  expect(refused.batchItemFailures).toHaveLength(1);
  expect(told()).toEqual([]);

  cloud.setBus(undefined);
  const again = await cloud.deliver([[home, thief()]], 2);

  expect(again.batchItemFailures).toEqual([]);
  expect(told()).toHaveLength(1);
});

it('tells nothing of imported history, and marks what our own backlog held up', async () => {
  await cloud.deliver([[eventOf({ address: london, flags: ['imported'] }), thief(['imported'])]]);
  expect(told()).toEqual([]);
  const list = await cloud.get('GET /v1/users/{user}/detections', { params: { user: 'alice' } });
  expect(list.body.items).toMatchObject([{ isImported: true }]);

  const bob = { user: 'bob', flags: ['late' as const] };
  const late = { ...bob, address: tokyo, sessionId: 's2', at: morning + 50 * minuteMs };
  await cloud.deliver([[eventOf({ ...bob, address: london }), eventOf(late)]]);

  expect(told()).toMatchObject([{ detail: { unmapped: { is_late: true } } }]);
});

it('loses none when killed at any write, and what comes twice is the same', async () => {
  let writes = 0;
  let failAt = Number.POSITIVE_INFINITY;
  cloud.dynamo.client.middlewareStack.add(
    (next, context) => (args) => {
      const isWrite = /^(Put|Update|BatchWrite)/.test(String(context['commandName']));
      writes += isWrite ? 1 : 0;
      if (isWrite && writes === failAt) {
        const fault = Object.assign(new Error('killed'), { name: 'TimeoutError', code: 'KILLED' });
        return Promise.reject(fault);
      }
      return next(args);
    },
    { step: 'initialize' },
  );
  const day = (user: string) => [
    eventOf({ user, address: london }),
    eventOf({ user, address: tokyo, sessionId: 's2', at: morning + 50 * minuteMs }),
  ];
  await cloud.deliver([day('measured')]);
  const writesOfADay = writes;

  for (let at = 1; at <= writesOfADay; at += 1) {
    const user = `user${at}`;
    [writes, failAt] = [0, at];
    const before = told().length;
    for (let receive = 1; receive <= 3; receive += 1) await cloud.deliver([day(user)], receive);
    failAt = Number.POSITIVE_INFINITY;

    // Beside each person's own one, so many from one address are an alert of the organisation.
    const list = await cloud.get('GET /v1/users/{user}/detections', { params: { user } });
    const own = list.body.items.filter(
      ({ kind }: { kind: string }) => kind === 'abnormal-vpn-connection',
    );
    const uids = told()
      .slice(before)
      .map(({ detail }) => (detail['metadata'] as { uid: string }).uid)
      .filter((uid) => uid.startsWith(own[0]?.id));
    expect([at, own.length, new Set(uids).size]).toEqual([at, 1, 1]);
  }
  expect(writesOfADay).toBeGreaterThan(5);
}, 60_000);
