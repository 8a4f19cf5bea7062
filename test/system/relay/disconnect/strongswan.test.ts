// Live sessions of Debian's strongSwan, ended by an order and confirmed by their own Stop, and each
// way in which that fails there. The relay and the cloud are as they are.

import { encodeDisconnectRequest } from '../../../../relay/disconnect/disconnect-request.ts';
import { makeExchange } from '../../../../relay/disconnect/exchange.ts';
import { markAttribute } from '../../../../relay/disconnect/session-marks.ts';
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
import { stopAll, temporaryFolder } from '../../../support/running-relay.ts';
import {
  type StrongSwan,
  startStrongSwan,
  strongSwanPrograms,
} from '../../../support/strongswan.ts';
import { until } from '../../../support/until.ts';
import { type Line, makeLine, namespacesTrouble } from '../../../support/vpn-namespaces.ts';

const trouble = namespacesTrouble(...strongSwanPrograms, 'faketime');
const suite = trouble === undefined ? describe : describe.skip;
if (trouble !== undefined) process.stderr.write(`strongSwan is skipped: ${trouble}\n`);

jest.setTimeout(120_000);

let line: Line;
let site: WalkSite;
let swan: StrongSwan;

async function start(clockOffSeconds: number): Promise<void> {
  line = makeLine('swan');
  const radiusPort = await freePort();
  site = await startSite(line, 'strongswan', radiusPort);
  swan = await startStrongSwan({
    line,
    folder: temporaryFolder(),
    radiusPort,
    accountingSecret,
    cutSecret,
    users: { alice: 'alice', bob: 'bob', carol: 'carol', dora1: 'dora', dora2: 'dora' },
    clockOffSeconds,
  });
}

suite('strongSwan with live sessions', () => {
  beforeAll(() => start(0));
  afterAll(stopAll);

  it('ends a session, is confirmed by its Stop, and says who came back', async () => {
    await swan.connect('alice');
    const session = await openOf(site, 'alice');
    const order = await endAndSee(site, 'alice', session, 'confirmed');
    await swan.connect('alice');
    const back = await reached(site, 'alice', order.id, 'came-back');

    expect(statesOf(order)).toEqual(expect.arrayContaining(['sent', 'confirmed stop']));
    expect(back.steps.at(-1)?.session?.clientAddress).toBe(line.clientAddress);
    expect(swan.log()).toContain('received RADIUS DAE Disconnect-Request for alice');
  });

  it('ends every session of a name, says so beforehand, and lists them', async () => {
    await swan.connect('dora1');
    await openOf(site, 'dora');
    await swan.connect('dora2');
    const sessions = async (state: string): Promise<string[]> => {
      const { body } = await site.api('GET', '/v1/users/dora/activities');
      const items: { id: string; state: string }[] = body?.items ?? [];
      return items.filter((one) => one.state === state).map(({ id }) => id);
    };
    const open = await until(async () => {
      const found = await sessions('open');
      return found.length === 2 ? found : undefined;
    }, 'both are open');
    const [first = '', second = ''] = open;
    const { body: plan } = await site.plan('dora', first);
    const { status } = await site.api('POST', '/v1/users/dora/session-ends', {
      session: first,
      reason: 'not the person',
    });
    const order = await endAndSee(site, 'dora', first, 'confirmed');

    expect([plan.ends, plan.alsoEnds.map((one: { id: string }) => one.id)]).toEqual([
      'name',
      [second],
    ]);
    // Whoever was not told of the second gives no order.
    expect(status).toBe(412);
    expect(order.state).toBe('confirmed');
    await until(async () => (await sessions('open')).length === 0, 'both have ended');
  });

  it('is silent with a wrong secret and on a wrong port, and says what it can mean', async () => {
    await swan.connect('bob');
    const session = await openOf(site, 'bob');
    await site.allow([entryOf(line, 'strongswan', { secret: 'another-secret-of-disconnects' })]);
    const wrongSecret = await endAndSee(site, 'bob', session, 'silent');
    await site.allow([entryOf(line, 'strongswan', { port: 3798 })]);
    const wrongPort = await endAndSee(site, 'bob', session, 'silent');
    await site.allow([entryOf(line, 'strongswan')]);

    expect(stepOf(wrongSecret, 'silent')?.detail).toMatch(/other secret/);
    expect(stepOf(wrongPort, 'silent')?.detail).toMatch(/nobody listens/);
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
    const address = line.gatewayAddress;
    const end = await makeExchange()({ packet, secret, address, port: 3799 });

    expect(end).toEqual({ kind: 'answered', answer: { kind: 'refused' } });
  });

  it('that does not answer at all is silent, then unconfirmed', async () => {
    await swan.connect('carol');
    const session = await openOf(site, 'carol');
    swan.freeze(true);
    const silent = await endAndSee(site, 'carol', session, 'silent');
    site.passMinute();
    const order = await reached(site, 'carol', silent.id, 'unconfirmed');
    swan.freeze(false);

    expect(statesOf(order)).toEqual(['requested', 'sent', 'silent', 'unconfirmed']);
  });
});

suite('strongSwan whose clock is off by ten minutes', () => {
  beforeAll(() => start(-600));
  afterAll(stopAll);

  it('ends the session all the same: it looks at no Event-Timestamp', async () => {
    await swan.connect('alice');
    const session = await openOf(site, 'alice');
    const order = await endAndSee(site, 'alice', session, 'confirmed');

    expect(statesOf(order)).toEqual(expect.arrayContaining(['sent', 'confirmed stop']));
  });
});
