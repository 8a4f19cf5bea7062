// Live 802.1X sessions of Debian's hostapd, its strict options on, ended by an order and confirmed
// by their own Stop, and each way in which that fails there. Relay and cloud are as they are.

import { encodeDisconnectRequest } from '../../../../relay/disconnect/disconnect-request.ts';
import { makeExchange } from '../../../../relay/disconnect/exchange.ts';
import { type MarkName, markAttribute } from '../../../../relay/disconnect/session-marks.ts';
import { accountingSecret, cutSecret } from '../../../support/cut-site.ts';
import {
  endAndSee,
  entryOf,
  openOf,
  reached,
  startSite,
  statesOf,
  stepOf,
  type WalkSite,
} from '../../../support/cut-walk.ts';
import { freePort } from '../../../support/free-port.ts';
import { type Hostapd, hostapdPrograms, startHostapd } from '../../../support/hostapd.ts';
import { stopAll, temporaryFolder } from '../../../support/running-relay.ts';
import { until } from '../../../support/until.ts';
import { type Line, makeLine, namespacesTrouble } from '../../../support/vpn-namespaces.ts';

const trouble = namespacesTrouble(...hostapdPrograms);
const suite = trouble === undefined ? describe : describe.skip;
if (trouble !== undefined) process.stderr.write(`hostapd is skipped: ${trouble}\n`);

jest.setTimeout(120_000);

let line: Line;
let site: WalkSite;
let hostapd: Hostapd;

async function start(clockOffSeconds: number): Promise<void> {
  line = makeLine('hostapd');
  const radiusPort = await freePort();
  site = await startSite(line, 'hostapd', radiusPort);
  const secrets = { accountingSecret, cutSecret };
  const folder = temporaryFolder();
  hostapd = await startHostapd({ line, folder, radiusPort, ...secrets, clockOffSeconds });
}

/** Asks hostapd past the relay, by these attributes. */
function ask(marks: Partial<Record<MarkName, string>>) {
  const secret = Buffer.from(cutSecret);
  const packet = encodeDisconnectRequest({
    identifier: 1,
    secret,
    timestampSeconds: Math.floor(Date.now() / 1000),
    attributes: Object.entries(marks).map(([name, text]) =>
      markAttribute(name as MarkName, Buffer.from(text)),
    ),
  });
  return makeExchange()({ packet, secret, address: line.gatewayAddress, port: 3799 });
}

const refusedAs = (cause: string) => ({ kind: 'answered', answer: { kind: 'refused', cause } });

suite('hostapd with live sessions', () => {
  beforeAll(() => start(0));
  afterAll(stopAll);

  it('ends a session, is confirmed by its Stop, and says who came back', async () => {
    await hostapd.connect('alice');
    const session = await openOf(site, 'alice');
    const order = await endAndSee(site, 'alice', session, 'confirmed');
    await hostapd.connect('alice');
    const back = await reached(site, 'alice', order.id, 'came-back');

    expect(statesOf(order)).toEqual(expect.arrayContaining(['sent', 'confirmed stop']));
    expect(hostapd.log()).toContain('stopped accounting session');
    expect(back.steps.at(-1)?.session?.sessionId).toMatch(/^[0-9A-F]{16}$/);
    await hostapd.leave();
  });

  it('is silent with a wrong secret and on a wrong port, and says what it can mean', async () => {
    await hostapd.connect('bob');
    const session = await openOf(site, 'bob');
    await site.allow([entryOf(line, 'hostapd', { secret: 'another-secret-of-disconnects' })]);
    const wrongSecret = await endAndSee(site, 'bob', session, 'silent');
    await site.allow([entryOf(line, 'hostapd', { port: 3798 })]);
    const wrongPort = await endAndSee(site, 'bob', session, 'silent');
    await site.allow([entryOf(line, 'hostapd')]);

    expect(stepOf(wrongSecret, 'silent')?.detail).toMatch(/other secret/);
    expect(stepOf(wrongPort, 'silent')?.detail).toMatch(/nobody listens/);
    expect(await site.openActivity('bob')).toBeDefined();
  });

  it('takes no session for another: each mark has to fit', async () => {
    const { sessionId } = (await site.plan('bob', await openOf(site, 'bob'))).body.session;
    const answers = [
      await ask({ sessionId, userName: 'alice' }),
      await ask({ sessionId: 'nonesuch', userName: 'bob' }),
      await ask({ sessionId, framedIpAddress: 'abcd' }),
    ];

    expect(answers).toEqual([
      refusedAs('Session-Context-Not-Found'),
      refusedAs('Session-Context-Not-Found'),
      refusedAs('Unsupported-Attribute'),
    ]);
    expect(await site.openActivity('bob')).toBeDefined();
  });

  it('refuses to choose by name alone, and the order ends the one session', async () => {
    hostapd.addPort('eth1');
    const { sessionId } = (await site.plan('bob', await openOf(site, 'bob'))).body.session;
    await hostapd.connect('bob', 'eth1');
    const others = async (): Promise<{ id: string; sessionId: string }[]> => {
      const { body } = await site.api('GET', '/v1/users/bob/activities');
      const items: { id: string; state: string; sessionId: string }[] = body?.items ?? [];
      return items.filter((one) => one.state === 'open' && one.sessionId !== sessionId);
    };
    const [second] = await until(async () => {
      const found = await others();
      return found.length === 1 ? found : undefined;
    }, 'both are open');
    const byName = await ask({ userName: 'bob' });
    const plan = await site.plan('bob', second?.id ?? '');
    const order = await endAndSee(site, 'bob', second?.id ?? '', 'confirmed');

    expect(byName).toMatchObject({ kind: 'answered', answer: { kind: 'refused' } });
    expect([plan.body.ends, plan.body.alsoEnds]).toEqual(['session', []]);
    expect(order.state).toBe('confirmed');
    // The other one goes on.
    await until(async () => (await others()).length === 0, 'the cloud has its Stop');
    expect((await site.plan('bob', await openOf(site, 'bob'))).body.session.sessionId).toBe(
      sessionId,
    );
  });

  it('says yes without a proof, then refuses with its cause; the late Stop confirms', async () => {
    const session = await openOf(site, 'bob');
    hostapd.mute(true);
    const first = await endAndSee(site, 'bob', session, 'acknowledged');
    // It forgets the session within seconds, while its Stop has not come through.
    const second = await until(async () => {
      const again = await endAndSee(site, 'bob', session, 'acknowledged', 'refused');
      return again.state === 'refused' ? again : undefined;
    }, 'hostapd has forgotten the session');
    hostapd.mute(false);
    const end = await reached(site, 'bob', second.id, 'confirmed');

    expect(statesOf(first)).not.toContain('confirmed stop');
    expect(statesOf(second)).toContain('refused Session-Context-Not-Found');
    expect(statesOf(end)).toContain('confirmed stop');
    // It has sent its Stop again, however long that took.
    expect(hostapd.log()).not.toContain('Send failed');
  });

  it('that does not answer at all is silent, then unconfirmed', async () => {
    await hostapd.connect('alice');
    const session = await openOf(site, 'alice');
    hostapd.freeze(true);
    const silent = await endAndSee(site, 'alice', session, 'silent');
    site.passMinute();
    const order = await reached(site, 'alice', silent.id, 'unconfirmed');
    hostapd.freeze(false);

    expect(statesOf(order)).toEqual(['requested', 'sent', 'silent', 'unconfirmed']);
  });
});

suite('hostapd whose clock is off by ten minutes', () => {
  beforeAll(() => start(-600));
  afterAll(stopAll);

  it('drops the request: silent, with the clock among its causes, and nobody is cut', async () => {
    await hostapd.connect('alice');
    const session = await openOf(site, 'alice');
    const order = await endAndSee(site, 'alice', session, 'silent');

    expect(stepOf(order, 'silent')?.detail).toMatch(/clock off/);
    expect(hostapd.log()).not.toContain('stopped accounting session');
    expect(await site.openActivity('alice')).toBeDefined();
  });
});
