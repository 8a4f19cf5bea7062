// The promise of the whole house, tested by kill -9: an answered packet is in the API, once.

import { endPipelines, gone, newFolder, sessionsOf, start } from '../support/killed-pipelines.ts';
import {
  type Attribute,
  getJson,
  type Pipeline,
  stopPipeline,
  TestGateway,
} from '../support/pipeline.ts';
import { until } from '../support/until.ts';

// The pipeline is started twice and a backlog waited for: long on a busy machine.
jest.setTimeout(120_000);

endPipelines();

describe('kill -9 in the middle of 2,000 packets', () => {
  const users = Array.from({ length: 40 }, (_, index) => `user${index}@contoso.com`);
  const packetsPerUser = 50;
  const now = Date.now();
  const packets = Array.from({ length: users.length * packetsPerUser }, (_, index) => ({
    user: users[index % users.length] ?? '',
    sessionId: `s${index}`,
    time: now - 3_600_000 + index * 100,
  }));

  const attributesOf = ({ user, sessionId, time }: (typeof packets)[number]): Attribute[] => [
    ['User-Name', user],
    ['Acct-Status-Type', 'Start'],
    ['Acct-Session-Id', sessionId],
    ['Calling-Station-Id', '5.80.19.135'],
    ['NAS-Port-Type', 'Virtual'],
    ['Event-Timestamp', new Date(time)],
  ];

  /** Sends with a window of 32, as 32 busy gateways would; returns what was answered. */
  async function sendAll(
    pipeline: Pipeline,
    todo: readonly (typeof packets)[number][],
    onAnswer: (answered: number) => void,
  ): Promise<Set<string>> {
    const gateway = new TestGateway(pipeline.ready);
    const answered = new Set<string>();
    const queue = todo.values();
    const worker = async (): Promise<void> => {
      for (const packet of queue) {
        if (!(await gateway.send(attributesOf(packet)))) return;
        answered.add(packet.sessionId);
        onAnswer(answered.size);
      }
    };
    const workers = Array.from({ length: 32 }, worker);
    void pipeline.exited.then(() => gateway.close());
    await Promise.all(workers);
    return answered;
  }

  it('loses no answered packet and doubles none', async () => {
    const folder = newFolder();
    const first = await start(folder);
    const before = await sendAll(first, packets, (count) => {
      if (count === 1_000) first.child.kill('SIGKILL');
    });
    await gone(first);
    expect(before.size).toBeGreaterThanOrEqual(1_000);
    expect(before.size).toBeLessThan(packets.length);

    const second = await start(folder);
    const rest = packets.filter((packet) => !before.has(packet.sessionId));
    const after = await sendAll(second, rest, () => undefined);
    expect(after.size).toBe(rest.length);

    for (const user of users) {
      const path = `/v1/users/${encodeURIComponent(user)}`;
      const sent = packets.filter((packet) => packet.user === user).map((p) => p.sessionId);
      const stored = await until(
        async () => {
          const ids = await sessionsOf(second, user);
          return ids.length >= sent.length ? ids : undefined;
        },
        `all sessions of ${user}`,
        60_000,
      );
      expect(stored).toEqual(sent.sort());
      const profile = await getJson<{ sessions: number }>(second.ready, path);
      expect(profile?.sessions).toBe(sent.length);
    }
    await stopPipeline(second);
  });
});
