// The cloud, killed between the write of a profile and that of its detection: it comes, once.

import {
  endPipelines,
  gone,
  killHard,
  newFolder,
  sessionsOf,
  start,
} from '../support/killed-pipelines.ts';
import { type Attribute, getJson, stopPipeline, TestGateway } from '../support/pipeline.ts';
import { until } from '../support/until.ts';

// The pipeline is started twice and a backlog waited for: long on a busy machine.
jest.setTimeout(120_000);

endPipelines();

describe('kill -9 between the profile write and the detection write', () => {
  const user = 'jonas@contoso.com';
  const now = Date.now();
  const hamburg: Attribute[] = [
    ['User-Name', user],
    ['Acct-Status-Type', 'Start'],
    ['Acct-Session-Id', 'home'],
    ['Calling-Station-Id', '95.134.180.83'],
    ['Event-Timestamp', new Date(now - 1_200_000)],
  ];
  const buenosAires: Attribute[] = [
    ['User-Name', user],
    ['Acct-Status-Type', 'Start'],
    ['Acct-Session-Id', 'away'],
    ['Calling-Station-Id', '181.15.27.153'],
    ['Event-Timestamp', new Date(now - 900_000)],
  ];

  it('brings the detection after the restart, once, with both sessions', async () => {
    const folder = newFolder();
    const doomed = await start(folder, { program: 'test/support/killed-before-detection.ts' });
    const gateway = new TestGateway(doomed.ready);
    expect(await gateway.send(hamburg)).toBe(true);
    expect(await gateway.send(buenosAires)).toBe(true);
    await gone(doomed);
    gateway.close();
    expect(doomed.child.signalCode).toBe('SIGKILL');

    const revived = await start(folder);
    const detections = await until(
      async () => {
        const found = await getJson<{ items: { user: string }[] }>(revived.ready, '/v1/detections');
        return found && found.items.length > 0 ? found.items : undefined;
      },
      'the detection',
      10_000,
    );
    expect(detections.map((detection) => detection.user)).toEqual([user]);
    const sessions = await until(
      async () => {
        const found = await sessionsOf(revived, user);
        return found.length >= 2 ? found : undefined;
      },
      'both sessions',
      10_000,
    );
    expect(sessions).toEqual(['away', 'home']);
    await killHard(revived);

    const again = await start(folder);
    const after = await getJson<{ items: unknown[] }>(again.ready, '/v1/detections');
    expect(after?.items).toHaveLength(1);
    await stopPipeline(again);
  });
});
