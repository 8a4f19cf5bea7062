// The promise of the whole house, tested by kill -9: an answered packet is in the API, once.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planMorning } from '../../local/sample/day.ts';
import { planHistory } from '../../local/sample/history.ts';
import {
  type Attribute,
  getJson,
  type Pipeline,
  startPipeline,
  stopPipeline,
  TestGateway,
} from '../support/pipeline.ts';
import { until } from '../support/until.ts';

// Each test starts the pipeline twice and waits for a backlog: long on a busy machine.
jest.setTimeout(120_000);

const folders: string[] = [];
const running = new Set<Pipeline>();

afterEach(async () => {
  for (const pipeline of running) {
    pipeline.child.kill('SIGKILL');
    await pipeline.exited;
  }
  running.clear();
});

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wherefrom-kill-'));
  folders.push(folder);
  return folder;
}

async function start(folder: string, program?: string): Promise<Pipeline> {
  const ports = ['--radius-port', '0', '--api-port', '0'];
  const args = ['--sample', 'none', '--json', '--data', folder, ...ports];
  const pipeline = await startPipeline(args, program);
  running.add(pipeline);
  return pipeline;
}

async function killHard(pipeline: Pipeline): Promise<void> {
  pipeline.child.kill('SIGKILL');
  await pipeline.exited;
  running.delete(pipeline);
}

type Activities = { readonly items: readonly { readonly sessionId: string }[] };

async function sessionsOf(pipeline: Pipeline, user: string): Promise<readonly string[]> {
  const path = `/v1/users/${encodeURIComponent(user)}/activities?limit=100`;
  const found = await getJson<Activities>(pipeline.ready, path);
  return (found?.items ?? []).map((item) => item.sessionId).sort();
}

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
    await first.exited;
    running.delete(first);
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

describe('kill -9 in the middle of the sample', () => {
  type Line = {
    readonly summary?: {
      readonly users: readonly { readonly sessions: number }[];
      readonly detections: readonly unknown[];
    };
  };

  it('plays the same sample to its end after a restart, and then never again', async () => {
    const folder = newFolder();
    const ports = ['--radius-port', '0', '--api-port', '0'];
    const args = ['--once', '--json', '--data', folder, ...ports];
    const plan = [...planHistory(0), ...planMorning(0)];
    const sessions = new Set(plan.flatMap((record) => record.session ?? [])).size;

    const first = await startPipeline(args);
    running.add(first);
    await until(
      async () => {
        const found = await getJson<{ items: unknown[] }>(first.ready, '/v1/users');
        return found && found.items.length > 5 ? found : undefined;
      },
      'the first users',
      10_000,
    );
    await killHard(first);
    const unfinished = first.lines.length;

    const summaries: Line['summary'][] = [];
    for (const time of ['resumed', 'finished before']) {
      const pipeline = await startPipeline(args);
      running.add(pipeline);
      expect([time, await pipeline.exited]).toEqual([time, 0]);
      running.delete(pipeline);
      summaries.push((JSON.parse(pipeline.lines[1] ?? '{}') as Line).summary);
    }

    expect(unfinished).toBe(1);
    for (const summary of summaries) {
      const counts = summary?.users.map((user) => user.sessions) ?? [];
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(sessions);
      expect(summary?.detections).toHaveLength(2);
    }
    expect(summaries[1]).toEqual(summaries[0]);
  });
});

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
    const doomed = await start(folder, 'test/support/killed-before-detection.ts');
    const gateway = new TestGateway(doomed.ready);
    expect(await gateway.send(hamburg)).toBe(true);
    expect(await gateway.send(buenosAires)).toBe(true);
    await doomed.exited;
    running.delete(doomed);
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
