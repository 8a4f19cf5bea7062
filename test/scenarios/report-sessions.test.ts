// Cases from public reports (test/fixtures/reports/sessions.json): the packets as a gateway sends
// them, through decode, border, fold and tables, to what the API says. Kinds: time, counters,
// restarts.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import radius from 'radius';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { toEvent } from '../../relay/radius/to-event.ts';
import { SessionNames } from '../../relay/receive/session-names.ts';
import { startTestCloud, type TestCloud } from '../support/cloud-in-test.ts';
import { hourMs, morning } from '../support/events.ts';

type Packet = { readonly at: number; readonly attributes: readonly [string, string | number][] };
type Case = { readonly id: string; readonly packets: readonly Packet[] };

const cases: readonly Case[] = JSON.parse(
  readFileSync(join(__dirname, '..', 'fixtures', 'reports', 'sessions.json'), 'utf8'),
);
const now = morning;
const secret = 'a-secret-of-the-reported-gateway';

/** The events of a case, sent now with their own Event-Timestamps. `ageHours`: how old T is. */
function eventsOf(id: string, ageHours = 6): AccountingEvent[] {
  const found = cases.find((one) => one.id.startsWith(id));
  if (!found) throw new Error(`no case ${id}`);
  const base = now - ageHours * hourMs;
  const names = new SessionNames();
  return found.packets.map(({ attributes }, index) => {
    const encoded = attributes.map(([name, value]): [string, string | number | Date] => {
      const at = /^T([+-]\d+)$/.exec(String(value))?.[1];
      return at === undefined ? [name, value] : [name, new Date(base + Number(at) * 1000)];
    });
    const payload = radius.encode({
      code: 'Accounting-Request',
      identifier: index,
      secret,
      attributes: encoded,
    });
    const source = { address: '192.0.2.1', port: 1813 };
    const record = { type: 'datagram', receivedTime: now, gatewayId: 'G1' } as const;
    const name = names.nameOf('G1', payload);
    const ofSession = name === undefined ? {} : { sessionUserName: name };
    const event = toEvent(
      { ...record, ...ofSession, source, isRepeated: false, payload, position: index + 1 },
      undefined,
    );
    if ('undecodable' in event) throw new Error(event.undecodable);
    return event;
  });
}

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud(now);
});
afterEach(() => cloud.stop());

async function activitiesOf(user: string) {
  const answer = await cloud.get('GET /v1/users/{user}/activities', {
    params: { user },
    query: { from: new Date(now - 170 * 24 * hourMs).toISOString() },
  });
  return answer.status === 200 ? [...answer.body.items].reverse() : [];
}

/** Each packet in a batch of its own, or all in one. */
const ways: readonly [string, (events: readonly AccountingEvent[]) => Promise<void>][] = [
  [
    'one by one',
    async (events) => {
      for (const event of events) await cloud.deliverAt(now, [event]);
    },
  ],
  ['in one batch', async (events) => void (await cloud.deliverAt(now, events))],
];

describe.each(ways)('reported records, sent %s', (_, send) => {
  it('H01: an impossible session time is left out, and no Start vanishes', async () => {
    await send(eventsOf('H01'));

    const sessions = await activitiesOf('u1@ex.com');
    expect(sessions.map(({ sessionId }) => sessionId)).toEqual(['pre0', 'pre1', 'poison', 'post0']);
    const poison = sessions[2];
    expect(poison.startedAt).toBe(new Date(now - 6 * hourMs - 50_000).toISOString());
    expect(poison.flags).toEqual(['invalid-attributes']);
  });

  it('H02: interims of 0 s are of one session, 70 minutes long', async () => {
    await send(eventsOf('H02'));

    const sessions = await activitiesOf('u2@ex.com');
    expect(sessions).toHaveLength(1);
    expect(sessions[0]).toMatchObject({ state: 'ended', durationSeconds: 4200 });
  });

  it('H07: a clock days behind, in a record sent at once, is not believed', async () => {
    await send(eventsOf('H07', 0));

    const [session] = await activitiesOf('u7@ex.com');
    expect(session).toMatchObject({ state: 'open', flags: ['clock-suspect'] });
    expect(session.startedAt).toBe(new Date(now).toISOString());
  });

  it('H19: a Stop of 0 octets takes nothing from what an interim showed', async () => {
    await send(eventsOf('H19'));

    const [session] = await activitiesOf('u19@ex.com');
    expect(BigInt(session.octetsIn)).toBeGreaterThanOrEqual(5_000_000n);
    expect(session).toMatchObject({ state: 'ended', durationSeconds: 900 });
  });

  it('H21: a Stop of 0 s ends its session after five hours', async () => {
    await send(eventsOf('H21'));

    const sessions = await activitiesOf('u21@ex.com');
    expect(sessions).toHaveLength(1);
    expect(sessions[0]).toMatchObject({ state: 'ended', durationSeconds: 18_000 });
  });

  it('H05: a Stop without User-Name ends the session of its gateway and id', async () => {
    await send(eventsOf('H05'));

    const sessions = await activitiesOf('u5@ex.com');
    expect(sessions).toHaveLength(1);
    expect(sessions[0]).toMatchObject({ state: 'ended', durationSeconds: 3600 });
  });

  it('H06: a session that goes on after an On is open again', async () => {
    await send(eventsOf('H06', 22));

    const [session] = await activitiesOf('u6@ex.com');
    expect(session.state).toBe('open');
    const lastSeen = Date.parse(session.lastSeen);
    expect(lastSeen).toBeGreaterThan(now - 2 * hourMs);
  });
});

it('H05: a Stop without User-Name that overtakes its Start is found beside it', async () => {
  const [start, stop] = eventsOf('H05');
  if (!start || !stop) throw new Error('no records');
  const nameless = { ...stop, user: { raw: '', account: '', form: 'none' as const } };

  await cloud.deliverAt(now, [nameless, start]);

  const sessions = await activitiesOf('u5@ex.com');
  expect(sessions).toMatchObject([{ state: 'ended', durationSeconds: 3600 }]);
});
