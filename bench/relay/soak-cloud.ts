// Records through the whole local cloud: relay, queue, functions, tables, and the API that tells
// how many sessions there are. Every session must be there, once.

import { collectSummary } from '../../local/summary.ts';
import { LoadGenerator } from './crew.ts';
import { sessionsAmong } from './packets.ts';
import { cpuSeconds, memoryPeakMiB } from './process-numbers.ts';
import { promise, type SoakResult, type SoakTools, soakUntil } from './soak-part.ts';
import { fixed, whole } from './table.ts';
import { end, lineOf } from './workshop.ts';

const users = 1000;
const isSettledMs = 3000;

export async function soakCloud(
  { workshop, note }: SoakTools,
  records: number,
): Promise<readonly SoakResult[]> {
  const args = ['--sample', 'none', '--json', '--data', workshop.newFolder()];
  const ports = ['--radius-port', '0', '--api-port', '0'];
  const cloud = workshop.startProgram('local', 'server', [...args, ...ports]);
  const line = JSON.parse(await lineOf(cloud, /"ready"/)) as {
    readonly ready: { readonly radius: string; readonly api: string; readonly secret: string };
  };
  const { radius, api, secret } = line.ready;
  const load = new LoadGenerator(workshop);
  await load.prepare({ count: records, seed: 1, secret, users });
  const start = performance.now();
  const { answered, lost } = await load.run({
    port: Number(radius.split(':')[1]),
    shape: { kind: 'closed', inFlight: 16 },
    warmUpMs: 0,
    windowMs: 600_000,
  });
  note(`${answered} records answered after ${fixed((performance.now() - start) / 1000, 1)} s`);

  const expected = sessionsAmong(records);
  let found = { users: 0, sessions: 0, open: 0, doneMs: performance.now() };
  await soakUntil(async () => {
    const summary = await collectSummary(api);
    const sessions = summary.users.reduce((sum, user) => sum + user.sessions, 0);
    const open = summary.users.reduce((sum, user) => sum + user.openSessions, 0);
    note(`${sessions} sessions, ${open} of them open`);
    if (sessions !== found.sessions || open !== found.open) {
      found = { users: summary.users.length, sessions, open, doneMs: performance.now() };
    }
    // A while longer than needed: one session too many would come late.
    const isStill = performance.now() - found.doneMs > isSettledMs;
    return sessions >= expected && open === 0 && isStill;
  }, 'every session is in the API and ended');
  const seconds = (found.doneMs - start) / 1000;
  const pid = cloud.pid ?? 0;
  const memory = memoryPeakMiB(pid);
  const cpu = cpuSeconds(pid);
  await end(cloud, 'SIGTERM');
  return [
    { what: 'records through the local cloud', value: whole(records) },
    promise('answered, lost', `${whole(answered)}, ${lost}`, answered === records),
    promise('sessions in the API', whole(found.sessions), found.sessions === expected),
    promise('users', whole(found.users), found.users === Math.min(users, expected)),
    { what: 'records/s from first packet to last session', value: whole(records / seconds) },
    { what: 'CPU of the whole process, s', value: fixed(cpu, 1) },
    { what: 'most memory, MiB', value: whole(memory) },
  ];
}
