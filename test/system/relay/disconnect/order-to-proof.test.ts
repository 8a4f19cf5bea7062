// From the order of a person to the Stop, through the embedded cloud and a relay as they are. The
// gateway is scripted: strongSwan and hostapd are in the tests beside this one.

import { type CutSite, type SessionEnd, startCutSite } from '../../../support/cut-site.ts';
import { freePort } from '../../../support/free-port.ts';
import { stopAll } from '../../../support/running-relay.ts';
import { type ScriptedGateway, startScriptedGateway } from '../../../support/scripted-gateway.ts';
import { until } from '../../../support/until.ts';

let site: CutSite;
let gateway: ScriptedGateway;

beforeAll(async () => {
  const radiusPort = await freePort();
  gateway = await startScriptedGateway(radiusPort);
  site = await startCutSite({
    listen: { address: '127.0.0.1', port: radiusPort },
    sources: [{ name: 'vpn-1', address: '127.0.0.1' }],
    gateways: [{ name: 'vpn-1', address: '127.0.0.1', port: gateway.port, form: 'rfc5176' }],
  });
}, 60_000);

afterAll(stopAll);

/** Connects a user and waits until the cloud shows it. */
async function connect(user: string, session: string): Promise<string> {
  await gateway.send(1, user, session);
  let id: string | undefined;
  await until(async () => {
    id = (await site.openActivity(user))?.id;
    return id !== undefined;
  }, 'the session is open in the API');
  return id ?? '';
}

const statesOf = (order: SessionEnd | undefined): string[] =>
  (order?.steps ?? []).map(({ state, cause }) => (cause ? `${state} ${cause}` : state));

async function reached(user: string, state: string): Promise<SessionEnd | undefined> {
  let order: SessionEnd | undefined;
  await until(
    async () => {
      order = await site.newest(user);
      return order?.state === state;
    },
    () => `the order is ${state}: ${JSON.stringify(order)} ${site.log().slice(-2_000)}`,
  );
  return order;
}

describe('an order to end a session', () => {
  it('ends it, is confirmed by its Stop, and says who came back from where', async () => {
    const session = await connect('alice', 'a-1');
    const { status, body } = await site.order('alice', session, { detection: 'd-1' });

    expect([status, body.state]).toEqual([201, 'requested']);
    // A relay that ships hears of it on the answer to its batch.
    await gateway.send(1, 'zoe', 'z-1');
    await reached('alice', 'confirmed');
    await gateway.send(1, 'alice', 'a-2', '203.0.113.9');
    const order = await reached('alice', 'came-back');
    expect(statesOf(order)).toEqual(
      expect.arrayContaining(['requested', 'sent', 'confirmed stop', 'came-back']),
    );
    expect(order?.steps.at(-1)?.session).toEqual({
      gatewayId: 'vpn-1',
      sessionId: 'a-2',
      clientAddress: '203.0.113.9',
    });
    expect(site.log()).not.toMatch(/alice|198\.51\.100\.7|203\.0\.113\.9/);
  });

  it('is refused where the gateway refuses', async () => {
    gateway.answer = 42;
    const session = await connect('bob', 'b-1');
    await site.order('bob', session);

    expect(statesOf(await reached('bob', 'refused'))).toEqual(['requested', 'sent', 'refused']);
    gateway.answer = 41;
  });

  it('is not sent for a session that has ended meanwhile, and the API gives no order', async () => {
    const session = await connect('carol', 'c-1');
    await gateway.send(2, 'carol', 'c-1');
    const before = gateway.requests.length;
    await until(
      async () => (await site.openActivity('carol')) === undefined,
      'the cloud knows of the Stop',
    );
    const { status, body } = await site.order('carol', session);

    expect([status, body.code]).toEqual([409, 'not-possible']);
    expect(gateway.requests).toHaveLength(before);
  });

  it('needs a reason, and a session that is the user’s', async () => {
    const session = await connect('dora', 'd-1');

    expect(await site.order('dora', session, { reason: ' ' })).toMatchObject({ status: 422 });
    expect(await site.order('alice', session)).toMatchObject({ status: 404 });
    expect(await site.newest('dora')).toBeUndefined();
  });

  it('waits for its Stop over a reload, also of a file without the gateway', async () => {
    gateway.isHonest = false;
    const entry = { name: 'vpn-1', address: '127.0.0.1', port: gateway.port, form: 'rfc5176' };
    for (const [user, list] of [
      ['fred', [entry]],
      ['gina', []],
    ] as const) {
      const session = await connect(user, `${user}-1`);
      const { body } = await site.order(user, session);
      await site.askNow();
      await reached(user, 'acknowledged');
      await site.allow(list);
      await gateway.send(2, user, `${user}-1`);

      // The cloud sees the Stop by itself as well: what counts is what the relay says.
      await until(
        () => site.log().includes(`order ${body.id} at vpn-1: confirmed (stop)`),
        () => `the relay has seen the Stop: ${site.log().slice(-2_000)}`,
      );
    }
    gateway.isHonest = true;
    await site.allow([entry]);
  });

  it('stops at the kill switch of the relay’s file, whatever the cloud believes', async () => {
    const session = await connect('erin', 'e-1');
    const entry = { name: 'vpn-1', address: '127.0.0.1', port: gateway.port, form: 'rfc5176' };
    await site.allow([entry], { disconnectEnabled: false });
    const before = gateway.requests.length;
    await site.order('erin', session);

    expect(statesOf(await reached('erin', 'void'))).toEqual(['requested', 'void switched-off']);
    expect(gateway.requests).toHaveLength(before);
    await site.allow([entry]);
  });
});
