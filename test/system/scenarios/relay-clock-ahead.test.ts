// A relay whose clock runs ten years ahead takes packets; then the clock is put right. What status,
// health and profile say at each step: nothing is lost, nothing is dated in the future, no session
// stays open. RELAY_CLOCK_WALK=print prints the steps.

import { ConditionBook } from '../../../relay/control/conditions.ts';
import { startAdmittingCloud } from '../../support/admitting-cloud.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import { runCommand, writeConfigFile } from '../../support/command.ts';
import { accounting, attribute } from '../../support/radius-packets.ts';
import {
  configIn,
  gatewaySecret,
  onStop,
  type RunningRelay,
  runRelay,
  stopAll,
  temporaryFolder,
} from '../../support/running-relay.ts';
import { until } from '../../support/until.ts';

afterEach(stopAll);

const tenYearsMs = 3653 * 86_400_000;
const user = 'walk@example.org';

/** A record of one session, sent at once by a gateway whose clock is right. */
function record(status: number, seconds: number): Buffer {
  const stamp = Buffer.alloc(4);
  stamp.writeUInt32BE(Math.floor(Date.now() / 1000));
  return accounting(gatewaySecret, [
    attribute(40, [0, 0, 0, status]),
    attribute(44, 'walk-1'),
    attribute(1, user),
    attribute(31, '198.51.100.7'),
    attribute(61, [0, 0, 0, 5]),
    attribute(41, [0, 0, 0, 0]),
    attribute(46, [0, 0, 0, seconds]),
    attribute(55, stamp),
  ]);
}

type Step = { readonly status: string; readonly health: string[]; readonly activity: unknown };

it('ships nothing while it is ahead, then loses nothing and dates nothing ahead', async () => {
  const folder = temporaryFolder();
  const cloud = await startAdmittingCloud();
  onStop(() => cloud.stop());
  const tables: TestCloud = await startTestCloud(Date.now());
  onStop(() => tables.stop());
  let aheadMs = tenYearsMs;
  const config = configIn(folder, cloud.cloud);
  const relay: RunningRelay = await runRelay(config, () => Date.now() + aheadMs);
  const configFile = writeConfigFile(folder);
  const conditions = new ConditionBook();

  const look = async (name: string): Promise<Step> => {
    for (const body of cloud.queued.splice(0)) {
      tables.setNow(Date.now());
      await tables.deliverBodies([body], Date.now());
    }
    const { stdout } = await runCommand('status', '--config', configFile);
    const status = relay.relay.status();
    const { clockAheadMs } = status.uploads ?? {};
    const facts = { startedTime: Date.now(), ...(clockAheadMs !== undefined && { clockAheadMs }) };
    conditions.update(status, { now: Date.now() + aheadMs, ...facts });
    const health = conditions.list().map(({ code, detail }) => `${code}: ${detail}`);
    const answer = await tables.get('GET /v1/users/{user}/activities', { params: { user } });
    const activity = answer.status === 200 ? answer.body.items : answer.status;
    if (process.env['RELAY_CLOCK_WALK'] === 'print') {
      process.stderr.write(`== ${name}\n${stdout}${health.join('\n')}\n`);
      process.stderr.write(`${JSON.stringify(activity, null, 1)}\n`);
    }
    return { status: stdout, health, activity };
  };

  relay.send(record(1, 0));
  await until(() => relay.answers.length === 1, 'the Start is answered');
  await until(() => relay.relay.status().shipping?.trouble !== undefined, 'the cloud refuses it');
  const ahead = await look('ahead by ten years: a Start is taken');
  expect(ahead.status).toMatch(/our clock is 3652 d \d\d h ahead \(!\)|our clock is 3653 d/);
  expect(ahead.health.join()).toMatch(/clock: 3156\d+ s ahead of the cloud's clock/);
  expect(ahead.activity).toBe(404);

  aheadMs = 0;
  await relay.allShipped();
  const right = await look('put right');
  expect(right.status).toContain('healthy');
  expect(right.health.filter((one) => one.startsWith('clock'))).toEqual([]);
  const [open] = right.activity as { startedAt: string; state: string; flags: string[] }[];
  expect(open).toMatchObject({ state: 'open', flags: ['clock-suspect'] });
  expect(Math.abs(Date.parse(open?.startedAt ?? '') - Date.now())).toBeLessThan(300_000);

  relay.send(record(2, 1));
  await until(() => relay.answers.length === 2, 'the Stop is answered');
  await relay.allShipped();
  const ended = await look('a Stop, by the right clock');
  expect(ended.activity).toMatchObject([{ state: 'ended', sessionId: 'walk-1' }]);
  const profile = await tables.get('GET /v1/users/{user}', { params: { user } });
  expect(Date.parse(profile.body.lastSeen)).toBeLessThan(Date.now() + 300_000);
  expect([...relay.relay.status().clocks]).toEqual([]);
});
