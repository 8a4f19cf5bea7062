// Orders to end sessions over the real tables: who may give one, what it holds, which relay gets
// it, and what its reports and the session's own records make of it.

import { readAudit } from '../../../lambdas/aws/dynamodb/audit-book.ts';
import { makeOrderBook } from '../../../lambdas/aws/dynamodb/order-book.ts';
import { makeUserStore } from '../../../lambdas/aws/dynamodb/user-store.ts';
import { cutDetailType } from '../../../lambdas/control/order-progress.ts';
import { openCutOrders } from '../../../wire/relay-control.ts';
import type { PublicJwk } from '../../../wire/signature.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import {
  type ControlAnswer,
  enrol,
  healthRequest,
  makeRelayKeys,
  makeTestControl,
  orderReports,
  ordersRequest,
  type RelayKeys,
  type TestControl,
} from '../../support/control-in-test.ts';
import { lyon } from '../../support/detections.ts';
import { eventViolations } from '../../support/event-schemas.ts';
import { eventOf, hourMs, minuteMs, morning } from '../../support/events.ts';

const now = morning + hourMs;
const list = 'GET /v1/users/{user}/session-ends';
const give = 'POST /v1/users/{user}/session-ends';
const planRoute = 'POST /v1/users/{user}/session-ends/plan';
const fetchRoute = 'GET /v1/relay/orders';
const reportRoute = 'POST /v1/relay/orders';
const activities = 'GET /v1/users/{user}/activities';

let cloud: TestCloud;
let control: TestControl;
let cloudKey: PublicJwk;
const keys = { one: makeRelayKeys(), two: makeRelayKeys() };
/** A user's only session, by its id in the API. */
const ids = new Map<string, string>();

const optIn = (form: string, ends: 'session' | 'name' = 'session', heardAgoMs = 1_000) => ({
  disconnect: [{ gateway: 'asa-lyon', form, ends, perHour: 5 }],
  gateways: [{ name: 'asa-lyon', lastPacketAt: now - heardAgoMs }],
});

beforeEach(async () => {
  cloud = await startTestCloud(now);
  control = makeTestControl({ dynamo: cloud.dynamo, tables: cloud.tables, now });
  cloudKey = await enrol(control, 'relay-1', keys.one, now);
  await enrol(control, 'relay-2', keys.two, now);
  const users = ['alice', 'bob'];
  await cloud.deliver([
    users.map((user) => eventOf({ user, sessionId: `s-${user}`, at: now - 10 * minuteMs })),
  ]);
  for (const user of users) {
    const { body } = await cloud.get(activities, { params: { user } });
    ids.set(user, body.items[0].id);
  }
  await control.ask('POST /v1/relay/health', healthRequest(keys.one, now, optIn('rfc5176')));
});

afterEach(() => cloud.stop());

const order = (user: string, more: object = {}, groups?: string): Promise<ControlAnswer> =>
  control.ask(give, {
    params: { user },
    json: { session: ids.get(user), reason: 'not the person', ...more },
    ...(groups !== undefined && { groups }),
  });

async function ordersOf(relay: RelayKeys, at = now) {
  const { text } = await control.ask(fetchRoute, ordersRequest(relay, at));
  return openCutOrders(text, cloudKey);
}

const reportAt = (at: number, relay: RelayKeys, ...reports: object[]) =>
  control.ask(reportRoute, orderReports(relay, at, reports));
const report = (relay: RelayKeys, ...reports: object[]) => reportAt(now, relay, ...reports);

async function newest(user: string) {
  const { body } = await control.ask(list, { params: { user } });
  return body.items[0];
}

const states = (view: { steps: { state: string; cause?: string }[] }): string[] =>
  view.steps.map(({ state, cause }) => (cause ? `${state} ${cause}` : state));

describe('an order to end a session', () => {
  it('names a session, goes to the relay that may ask, signed, until it was heard of', async () => {
    const { status, body } = await order('alice');
    const document = await ordersOf(keys.one);

    expect([status, body.state, body.relay]).toEqual([201, 'requested', 'relay-1']);
    expect(document?.relayId).toBe('relay-1');
    expect(document?.orders).toEqual([
      {
        orderId: body.id,
        gatewayId: 'asa-lyon',
        sessionId: 's-alice',
        account: 'alice',
        startedAt: now - 10 * minuteMs,
        form: 'rfc5176',
        alsoEnds: [],
        issuedAt: now,
        expiresAt: now + 5 * minuteMs,
      },
    ]);
    expect((await ordersOf(keys.two))?.orders).toEqual([]);
    expect((await ordersOf(keys.one))?.orders).toHaveLength(1);
    await report(keys.one, { orderId: body.id, state: 'sent', at: now });
    expect((await ordersOf(keys.one))?.orders).toEqual([]);
  });

  it('is told on health reports and batches while it waits', async () => {
    const told = async () =>
      (await control.ask('POST /v1/relay/health', healthRequest(keys.one, now, optIn('rfc5176'))))
        .body.isOrderWaiting;
    expect(await told()).toBeUndefined();
    const { body } = await order('alice');
    expect(await told()).toBe(true);
    await report(keys.one, { orderId: body.id, state: 'void', at: now, cause: 'spent' });
    expect(await told()).toBeUndefined();
  });

  it('keeps its relay asking every second while the dialog is open', async () => {
    await control.ask(planRoute, {
      params: { user: 'alice' },
      json: { session: ids.get('alice') },
    });

    expect((await ordersOf(keys.one))?.isAwaited).toBe(true);
    expect((await ordersOf(keys.two))?.isAwaited).toBe(false);
    control.setNow(now + 2 * minuteMs);
    expect((await ordersOf(keys.one, now + 2 * minuteMs))?.isAwaited).toBe(false);
  });

  it('takes the group responder and a reason in words', async () => {
    const closed = makeTestControl({
      dynamo: cloud.dynamo,
      tables: cloud.tables,
      now,
      isOpen: false,
      secrets: control.stored,
    });
    const asked = (groups: string) =>
      closed.ask(give, {
        params: { user: 'alice' },
        json: { session: ids.get('alice'), reason: 'stolen' },
        groups,
      });
    const answers = await Promise.all(['[analyst]', '[staff]'].map(asked));

    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    expect((await asked('[responder]')).status).toBe(201);
    expect((await asked('[admin]')).status).toBe(201);
    expect((await order('alice', { reason: '  ' })).status).toBe(422);
    expect((await order('alice', { attributes: {} })).status).toBe(422);
  });

  it('is of an open session of that user, and of no other', async () => {
    expect((await order('alice', { session: ids.get('bob') })).status).toBe(404);
    expect((await order('alice', { session: '../x' })).status).toBe(404);
    const stop = { kind: 'stop', user: 'bob', sessionId: 's-bob', at: now - minuteMs } as const;
    await cloud.deliver([[eventOf(stop)]]);
    expect((await order('bob')).body.code).toBe('not-possible');
    expect((await ordersOf(keys.one))?.orders).toEqual([]);
  });

  it('cannot be given where no relay’s file allows it, or the kill switch is on', async () => {
    const health = (more: object) =>
      control.ask('POST /v1/relay/health', healthRequest(keys.one, now, more));
    const ask = async () => {
      const asked = { params: { user: 'alice' }, json: { session: ids.get('alice') } };
      const { body } = await control.ask(planRoute, asked);
      return [body.canEnd, body.why];
    };
    await health({});
    expect(await ask()).toEqual([false, 'not-opted-in']);
    const asked = { params: { user: 'alice' }, json: { session: ids.get('alice') } };
    const { commands } = (await control.ask(planRoute, asked)).body;
    expect(commands.map(({ lines }: { lines: string }) => lines)).toContain(
      'vpn-sessiondb logoff name alice noconfirm',
    );
    await health({ ...optIn('rfc5176'), isDisconnectOff: true });
    expect(await ask()).toEqual([false, 'switched-off']);
    await health(optIn('rfc5176'));
    expect(await ask()).toEqual([true, undefined]);
    control.setNow(now + 10 * minuteMs);
    expect(await ask()).toEqual([false, 'not-opted-in']);
  });

  it('by name lists what else ends, and is refused when more is open than was told', async () => {
    await control.ask(
      'POST /v1/relay/health',
      healthRequest(keys.one, now, optIn('strongswan', 'name')),
    );
    await cloud.deliver([[eventOf({ sessionId: 's-alice-2', at: now - 5 * minuteMs })]]);
    const asked = { params: { user: 'alice' }, json: { session: ids.get('alice') } };
    const { body: plan } = await control.ask(planRoute, asked);
    const others: { id: string; sessionId: string }[] = plan.alsoEnds;

    expect([plan.ends, others.map(({ sessionId }) => sessionId)]).toEqual(['name', ['s-alice-2']]);
    expect((await order('alice')).status).toBe(412);
    const { status } = await order('alice', { alsoEnds: others.map(({ id }) => id) });
    expect(status).toBe(201);
    expect((await ordersOf(keys.one))?.orders[0]?.alsoEnds).toEqual(['s-alice-2']);
  });
});

describe('what becomes of an order', () => {
  it('is what its relay reports, in order and once, and nothing another relay says', async () => {
    const { body } = await order('alice');
    const { id: orderId } = body;
    const steps = [
      { orderId, state: 'sent', at: now },
      { orderId, state: 'acknowledged', at: now },
    ];
    const foreign = await report(keys.two, { orderId, state: 'confirmed', at: now, cause: 'stop' });
    await report(keys.one, ...steps);
    await report(keys.one, ...steps);
    await report(keys.one, { orderId, state: 'confirmed', at: now, cause: 'stop' });
    await report(keys.one, { orderId, state: 'unconfirmed', at: now });

    expect(foreign.body).toEqual({ taken: 0 });
    expect(states(await newest('alice'))).toEqual([
      'requested',
      'sent',
      'acknowledged',
      'confirmed stop',
    ]);
  });

  it('is confirmed by the session’s own Stop when its relay says no more', async () => {
    const { body } = await order('alice');
    await report(keys.one, { orderId: body.id, state: 'sent', at: now });
    expect((await newest('alice')).state).toBe('sent');
    await cloud.deliver([[eventOf({ kind: 'stop', sessionId: 's-alice', at: now + 2_000 })]]);
    control.setNow(now + minuteMs);

    expect(states(await newest('alice'))).toEqual(['requested', 'sent', 'confirmed stop']);
  });

  it('is unconfirmed when nothing more is heard, and void when nobody fetched it', async () => {
    const { body } = await order('alice');
    await report(keys.one, { orderId: body.id, state: 'sent', at: now });
    await order('bob');
    control.setNow(now + 6 * minuteMs);

    expect(states(await newest('alice'))).toEqual(['requested', 'sent', 'unconfirmed']);
    expect(states(await newest('bob'))).toEqual(['requested', 'void expired']);
  });

  it('is never void once fetched: its relay may have sent it, and says so late', async () => {
    const { body } = await order('alice');
    await ordersOf(keys.one);
    control.setNow(now + 6 * minuteMs);
    expect(states(await newest('alice'))).toEqual(['requested', 'unconfirmed']);
    await reportAt(
      now + 6 * minuteMs,
      keys.one,
      { orderId: body.id, state: 'sent', at: now + 1_000 },
      { orderId: body.id, state: 'acknowledged', at: now + 1_000 },
    );

    expect(states(await newest('alice'))).toEqual([
      'requested',
      'unconfirmed',
      'sent',
      'acknowledged',
    ]);
  });

  it('once fetched is confirmed by the Stop, and void when its relay says so late', async () => {
    const ids = { alice: (await order('alice')).body.id, bob: (await order('bob')).body.id };
    await ordersOf(keys.one);
    await cloud.deliver([[eventOf({ kind: 'stop', sessionId: 's-alice', at: now + 2_000 })]]);
    control.setNow(now + 6 * minuteMs);
    expect(states(await newest('alice'))).toEqual(['requested', 'confirmed stop']);
    expect(states(await newest('bob'))).toEqual(['requested', 'unconfirmed']);
    const late = { at: now, state: 'void', cause: 'other-address' };
    const both = [ids.alice, ids.bob].map((orderId) => ({ orderId, ...late }));
    await reportAt(now + 6 * minuteMs, keys.one, ...both);

    expect((await newest('alice')).state).toBe('confirmed');
    expect(states(await newest('bob'))).toEqual(['requested', 'unconfirmed', 'void other-address']);
  });

  it('that its relay carried out before a restart counts as sent', async () => {
    const { body } = await order('alice');
    await report(keys.one, { orderId: body.id, state: 'void', at: now, cause: 'spent' });

    expect(states(await newest('alice'))).toEqual(['requested', 'sent']);
  });

  it('is told again when the event bus fails, and kept only then', async () => {
    const bus: { isDown: boolean } = { isDown: false };
    control = makeTestControl({
      dynamo: cloud.dynamo,
      tables: cloud.tables,
      now,
      secrets: control.stored as Map<string, string>,
      onSend() {
        if (bus.isDown) throw new Error('no bus');
      },
    });
    const { body } = await order('alice');
    const said = { orderId: body.id, state: 'sent', at: now };
    bus.isDown = true;
    await expect(report(keys.one, said)).rejects.toThrow('a fault inside');
    expect(states(await newest('alice'))).toEqual(['requested']);
    bus.isDown = false;
    await report(keys.one, said);

    expect(states(await newest('alice'))).toEqual(['requested', 'sent']);
    expect(control.sent.map(({ detail }) => detail['status'])).toEqual(['requested', 'sent']);
  });

  it('goes to the next relay where the first does not know the session', async () => {
    const health = healthRequest(keys.two, now, optIn('rfc5176', 'session', 30_000));
    await control.ask('POST /v1/relay/health', health);
    const { body } = await order('alice');
    expect(body.relay).toBe('relay-1');
    await report(keys.one, { orderId: body.id, state: 'void', at: now, cause: 'unknown-session' });
    const passed = await ordersOf(keys.two);
    await report(keys.two, { orderId: body.id, state: 'sent', at: now });
    await report(keys.one, { orderId: body.id, state: 'confirmed', at: now, cause: 'stop' });

    expect(passed?.orders).toMatchObject([{ orderId: body.id }]);
    expect(states(await newest('alice'))).toEqual(['requested', 'sent']);
  });

  it('has an audit row without names and an event by its schema, for each state', async () => {
    const { body } = await order('alice', { detection: 'd-1' });
    const came = { gatewayId: 'asa-lyon', sessionId: 's-9', clientAddress: '203.0.113.9' };
    for (const more of [
      { state: 'sent' },
      { state: 'refused', cause: 'Session-Context-Not-Found' },
      { state: 'confirmed', cause: 'stop' },
      { state: 'came-back', session: came },
    ]) {
      await report(keys.one, { orderId: body.id, at: now, ...more });
    }
    const table = { client: cloud.dynamo.client, tableName: cloud.tables.control, now: () => now };
    const audit = await readAudit(table, '2026-11');
    const rows = audit.filter(({ action }) => action.startsWith('session-end'));
    const events = control.sent.map(({ detailType, detail }) => ({
      Source: 'wherefrom.detections',
      DetailType: detailType,
      Detail: JSON.stringify(detail),
    }));

    expect(rows.map(({ subject }) => subject.replace(/^.*: /, '')).sort()).toEqual([
      'came-back',
      'confirmed (stop)',
      'refused (Session-Context-Not-Found)',
      'requested',
      'sent',
    ]);
    expect(JSON.stringify(rows)).not.toContain('alice');
    expect(events).toHaveLength(5);
    expect(events.every(({ DetailType }) => DetailType === cutDetailType)).toBe(true);
    expect(events.flatMap((entry) => eventViolations('session-end', entry))).toEqual([]);
  });

  it('is erased with its user', async () => {
    const { body } = await order('alice');
    const erased = await control.ask('DELETE /v1/users/{user}', { params: { user: 'alice' } });
    await report(keys.one, { orderId: body.id, state: 'sent', at: now });
    const book = makeOrderBook({
      client: cloud.dynamo.client,
      profilesTable: cloud.tables.profiles,
      controlTable: cloud.tables.control,
      now: () => now,
    });

    expect(erased.status).toBe(200);
    expect(await book.orders('alice', 10)).toEqual([]);
  });
});

describe('an order for a detection', () => {
  const detection = { ...lyon, userKey: 'alice', firstSeen: now - 10 * minuteMs };
  const { id } = detection;
  const list = async () =>
    (await cloud.get('GET /v1/detections', { query: { sort: 'severity' } })).body.items[0];
  const read = () => cloud.get('GET /v1/detections/{id}', { params: { id } });

  beforeEach(async () => {
    const { client } = cloud.dynamo;
    const users = makeUserStore({ client, tableName: cloud.tables.profiles, now: () => now });
    const sessions = [ids.get('alice')?.replace('-', '/') ?? ''];
    await users.mergeDetection({ ...detection, sessions });
  });

  it('is said with it in each state: list, detection, its user and the file', async () => {
    expect((await list()).sessionEnd).toBeUndefined();
    const { body } = await order('alice', { detection: id });
    const seen: string[] = [];
    const said: [string, object][] = [
      ['requested', {}],
      ['sent', {}],
      ['acknowledged', {}],
      ['confirmed', { cause: 'stop' }],
      ['came-back', { session: { gatewayId: 'asa-lyon', sessionId: 's-9' } }],
    ];
    for (const [state, more] of said) {
      if (state !== 'requested') {
        await report(keys.one, { orderId: body.id, state, at: now, ...more });
      }
      const listed = await list();
      const { body: own, headers } = await read();
      const user = await cloud.get('GET /v1/users/{user}', { params: { user: 'alice' } });
      expect(own.sessionEnd).toEqual({ state, orderedAt: new Date(now).toISOString() });
      expect(listed.sessionEnd).toEqual(own.sessionEnd);
      expect(user.body.detections[0].sessionEnd).toEqual(own.sessionEnd);
      expect(listed.etag).toBe(headers['etag']);
      seen.push(listed.etag);
    }
    const file = await cloud.get('GET /v1/detections', { query: { format: 'csv' } });
    const [head = '', row = ''] = file.text.split('\r\n');

    expect(new Set(seen).size).toBe(seen.length);
    expect(head.split(',').slice(-2)).toEqual(['sessionEnd', 'sessionEndOrderedAt']);
    expect(row.endsWith(`,came-back,${new Date(now).toISOString()}`)).toBe(true);
  });

  it('is found by its session, and by the newest order whatever is heard of an older', async () => {
    const first = await order('alice');
    control.setNow(now + 1_000);
    const second = await order('alice');
    await reportAt(now + 1_000, keys.one, {
      orderId: second.body.id,
      state: 'refused',
      at: now + 1_000,
    });
    await reportAt(now + 1_000, keys.one, {
      orderId: first.body.id,
      state: 'silent',
      at: now + 1_000,
    });

    expect([first.body.detection, second.body.detection]).toEqual([id, id]);
    expect((await read()).body.sessionEnd.state).toBe('refused');
  });

  it('is no reason to refuse a decision that was made before its newest state', async () => {
    const patch = (etag: unknown, json: object) =>
      control.ask('PATCH /v1/detections/{id}', {
        params: { id },
        json,
        headers: { 'if-match': String(etag) },
      });
    const { body } = await order('alice', { detection: id });
    const { headers } = await read();
    await report(keys.one, { orderId: body.id, state: 'sent', at: now });
    const decided = await patch(headers['etag'], { classification: 'malicious' });
    const late = await patch(headers['etag'], { classification: 'benign' });

    expect([decided.status, late.status]).toEqual([200, 412]);
    expect(decided.body.sessionEnd.state).toBe('sent');
    const fresh = await cloud.get('GET /v1/detections/{id}', {
      params: { id },
      headers: { 'if-none-match': String(decided.headers['etag']) },
    });
    expect(fresh.status).toBe(304);
  });

  it('makes no row for a detection that is erased', async () => {
    const { body } = await order('alice', { detection: id });
    await control.ask('DELETE /v1/users/{user}', { params: { user: 'alice' } });
    await report(keys.one, { orderId: body.id, state: 'sent', at: now });

    expect(await list()).toBeUndefined();
  });
});
