// Live sessions of Debian's strongSwan, ended by an order and confirmed by their own Stop, and ways
// in which that fails; what hostapd refuses. The relay and the cloud are as they are.

import { encodeDisconnectRequest } from '../../../../relay/disconnect/disconnect-request.ts';
import { makeExchange } from '../../../../relay/disconnect/exchange.ts';
import { markAttribute } from '../../../../relay/disconnect/session-marks.ts';
import {
  accountingSecret,
  type CutGateway,
  type CutSite,
  cutSecret,
  type SessionEnd,
  startCutSite,
} from '../../../support/cut-site.ts';
import { freePort } from '../../../support/free-port.ts';
import { stopAll, temporaryFolder } from '../../../support/running-relay.ts';
import { until } from '../../../support/until.ts';
import {
  gatewayAddress,
  makeNamespaces,
  namespacesTrouble,
  relayAddress,
  type StrongSwan,
  startHostapd,
  startStrongSwan,
} from '../../../support/vpn-namespaces.ts';

const trouble = namespacesTrouble();
const suite = trouble === undefined ? describe : describe.skip;
if (trouble !== undefined) process.stderr.write(`real gateways are skipped: ${trouble}\n`);

jest.setTimeout(120_000);
afterAll(stopAll);

const entry = (form: string, changes: Partial<CutGateway> = {}): CutGateway => ({
  name: 'vpn-1',
  address: gatewayAddress,
  port: 3799,
  form,
  ...changes,
});

async function startSite(form: string, radiusPort: number): Promise<CutSite> {
  return startCutSite({
    listen: { address: relayAddress, port: radiusPort },
    sources: [{ name: 'vpn-1', address: gatewayAddress }],
    gateways: [entry(form)],
  });
}

async function openOf(site: CutSite, user: string): Promise<string> {
  const why = (): string => `${user} is connected: ${site.log().slice(-1_500)}`;
  const found = await until(() => site.openActivity(user), why);
  return found.id;
}

async function ended(site: CutSite, user: string, ...states: string[]): Promise<SessionEnd> {
  const last = { order: undefined as SessionEnd | undefined };
  const why = (): string => `${states}: ${JSON.stringify(last.order)} ${site.log().slice(-900)}`;
  return until(
    async () => {
      last.order = await site.newest(user);
      return last.order && states.includes(last.order.state) ? last.order : undefined;
    },
    why,
    90_000,
    50,
  );
}

const statesOf = ({ steps }: SessionEnd): string[] => steps.map(({ state }) => state);

suite('strongSwan with live sessions', () => {
  let site: CutSite;
  let swan: StrongSwan;

  beforeAll(async () => {
    makeNamespaces();
    const radiusPort = await freePort();
    site = await startSite('strongswan', radiusPort);
    swan = await startStrongSwan({
      folder: temporaryFolder(),
      radiusPort,
      accountingSecret,
      cutSecret,
      users: { alice: 'alice', bob: 'bob', carol: 'carol' },
    });
  });

  it('ends a session, is confirmed by its Stop, and says who came back', async () => {
    await swan.connect('alice');
    const session = await openOf(site, 'alice');
    const { status, body } = await site.order('alice', session);
    expect([status, body.form]).toEqual([201, 'strongswan']);
    const order = await ended(site, 'alice', 'confirmed');
    await swan.connect('alice');
    const back = await ended(site, 'alice', 'came-back');

    expect(statesOf(order)).toEqual(expect.arrayContaining(['sent', 'confirmed']));
    expect(back.steps.at(-1)?.session?.clientAddress).toBe('10.77.1.2');
    expect(swan.log()).toContain('received RADIUS DAE Disconnect-Request for alice');
  });

  it('is silent with a wrong secret and on a wrong port, and says what it can mean', async () => {
    await swan.connect('bob');
    const session = await openOf(site, 'bob');
    await site.allow([entry('strongswan', { secret: 'another-secret-of-disconnects' })]);
    await site.order('bob', session);
    const wrongSecret = await ended(site, 'bob', 'silent');
    await site.allow([entry('strongswan', { port: 3798 })]);
    await site.order('bob', session);
    await until(async () => (await site.newest('bob'))?.id !== wrongSecret.id, 'another order');
    const wrongPort = await ended(site, 'bob', 'silent');
    await site.allow([entry('strongswan')]);

    const detail = (order: SessionEnd): unknown =>
      order.steps.find(({ state }) => state === 'silent');
    expect(detail(wrongSecret)).toMatchObject({ detail: expect.stringMatching(/other secret/) });
    expect(detail(wrongPort)).toMatchObject({ detail: expect.stringMatching(/nobody listens/) });
    expect(await site.openActivity('bob')).toBeDefined();
  });

  it('refuses a session that it does not have', async () => {
    const secret = Buffer.from(cutSecret);
    const packet = encodeDisconnectRequest({
      identifier: 1,
      secret,
      timestampSeconds: Math.floor(Date.now() / 1000),
      attributes: [markAttribute('userName', Buffer.from('nobody'))],
    });
    const end = await makeExchange()({ packet, secret, address: gatewayAddress, port: 3799 });

    expect(end).toEqual({ kind: 'answered', answer: { kind: 'refused' } });
  });

  it('that does not answer at all is silent, then unconfirmed', async () => {
    await swan.connect('carol');
    const session = await openOf(site, 'carol');
    swan.freeze(true);
    await site.order('carol', session);
    const order = await ended(site, 'carol', 'unconfirmed');
    swan.freeze(false);

    expect(statesOf(order)).toEqual(['requested', 'sent', 'silent', 'unconfirmed']);
  });
});

suite('hostapd, its strict options on', () => {
  it('drops a stale request and refuses an unknown session with a cause', async () => {
    await stopAll();
    makeNamespaces();
    const radiusPort = await freePort();
    await startHostapd({ folder: temporaryFolder(), radiusPort, accountingSecret, cutSecret });
    const secret = Buffer.from(cutSecret);
    const ask = (ageSeconds: number) =>
      makeExchange(undefined, { copiesAtMs: [0], untilMs: 1_500 })({
        packet: encodeDisconnectRequest({
          identifier: 1,
          secret,
          timestampSeconds: Math.floor(Date.now() / 1000) - ageSeconds,
          attributes: [markAttribute('sessionId', Buffer.from('nonesuch'))],
        }),
        secret,
        address: gatewayAddress,
        port: 3799,
      });

    // A clock that is off by ten minutes looks like a gateway that is not there.
    expect(await ask(600)).toMatchObject({ kind: 'silent', isPortClosed: false });
    expect(await ask(0)).toEqual({
      kind: 'answered',
      answer: { kind: 'refused', cause: 'Session-Context-Not-Found' },
    });
  });
});
