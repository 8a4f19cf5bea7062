// `npm run bench:published -- [COMMIT ...]`: seconds from an Accounting-Request (Start) that leaves
// the gateway to its detection on the event bus, through the whole local run of each commit: relay,
// queue, fold, judge, publish. People of the sample connect from abroad, one a second, as the relay
// ships by itself. Commits take turns, so that a busy machine is busy for all of them.

import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import radius from 'radius';

const help = `Usage: npm run bench:published -- [options] [COMMIT ...]   (else HEAD)

  --runs N   times each commit is measured, in turns (default: 2)
  --help
`;

/** Far from everybody of the sample, each in a country and network of its own: no burst. */
const abroad = [
  '181.15.27.153',
  '200.160.2.3',
  '190.24.4.4',
  '196.25.1.1',
  '41.58.1.1',
  '202.56.4.1',
  '203.113.131.1',
  '110.139.1.1',
  '121.54.32.1',
  '122.56.1.1',
  '46.70.1.1',
  '85.105.1.1',
  '156.160.1.1',
  '105.66.1.1',
  '175.100.1.1',
  '113.160.1.1',
  '171.96.1.1',
  '175.136.1.1',
  '116.86.1.1',
  '218.102.1.1',
  '61.216.1.1',
  '211.36.1.1',
  '92.46.1.1',
  '93.72.1.1',
  '79.112.1.1',
  '78.128.1.1',
  '109.92.1.1',
  '94.65.1.1',
  '189.203.1.1',
  '186.16.1.1',
];
const deadlineMs = 60_000;
const betweenMs = 1_000;

const root = dirname(import.meta.dirname);
const { values, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '2' }, help: { type: 'boolean', short: 'h' } },
  allowPositionals: true,
});
if (values.help) console.log(help);
else await measureAll(positionals.length > 0 ? positionals : ['HEAD'], Number(values.runs));

async function measureAll(commits: readonly string[], runs: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wherefrom-published-'));
  try {
    const clones = commits.map((commit, at) => cloneOf(commit, join(folder, `clone-${at}`)));
    console.log('| commit | run | Starts | published | p50 s | p99 s | most s |');
    console.log('|---|---|---|---|---|---|---|');
    for (let run = 1; run <= runs; run += 1) {
      for (const [at, commit] of commits.entries()) {
        const times = await measure(clones[at] ?? '', join(folder, `data-${at}-${run}`));
        const found = times.filter((ms) => ms !== undefined).sort((a, b) => a - b);
        const quantiles = [0.5, 0.99, 1].map((share) => quantile(found, share));
        const cells = [commit, run, times.length, found.length, ...quantiles];
        console.log(`| ${cells.join(' | ')} |`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function cloneOf(commit: string, clone: string): string {
  execFileSync('git', ['clone', '--quiet', '--no-checkout', root, clone]);
  execFileSync('git', ['-C', clone, 'checkout', '--quiet', commit]);
  return clone;
}

/** @returns for each Start the milliseconds until it was published, none where it was not */
async function measure(clone: string, data: string): Promise<(number | undefined)[]> {
  const ports = ['--api-port', '0', '--radius-port', '0'];
  const child = spawn('npm', ['start', '--silent', '--', '--json', '--data', data, ...ports], {
    cwd: clone,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    const { names, port, secret } = await whenPlayed(child.stdout);
    child.stdout.resume();
    return await published(names, { port, secret, events: join(data, 'cloud', 'events.ndjson') });
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    await ended;
  }
}

type Site = { readonly port: number; readonly secret: string; readonly events: string };

/** Reads what the run says until the sample's day has been played. */
async function whenPlayed(stdout: Readable) {
  const lines = createInterface({ input: stdout });
  let ready: { readonly radius: string; readonly secret: string } | undefined;
  for await (const line of lines) {
    const said = JSON.parse(line);
    ready ??= said.ready;
    if (!ready || !said.summary) continue;
    const port = Number(ready.radius.split(':').at(-1));
    const names = said.summary.users.map(({ user }: { user: string }) => user) as string[];
    return { names, port, secret: ready.secret };
  }
  throw new Error('the local run ended before the sample was played');
}

/** A Start for each, and when its detection was published: in milliseconds after it was sent. */
async function published(everybody: readonly string[], { port, secret, events }: Site) {
  const names = everybody.slice(0, abroad.length);
  const socket = createSocket('udp4');
  const sent = new Map<string, number>();
  for (const [at, name] of names.entries()) {
    sent.set(name, Date.now());
    socket.send(startOf(name, abroad[at] ?? '', secret), port, '127.0.0.1');
    await sleep(betweenMs);
  }
  const lastAt = Date.now();
  let told = new Map<string, number>();
  while (told.size < names.length && Date.now() - lastAt < deadlineMs) {
    await sleep(1_000);
    told = publishedIn(events, sent);
  }
  socket.close();
  return names.map((name) => told.get(name));
}

function startOf(user: string, address: string, secret: string): Buffer {
  return radius.encode({
    code: 'Accounting-Request',
    secret,
    identifier: user.length,
    attributes: [
      ['User-Name', user],
      ['Acct-Status-Type', 'Start'],
      ['Acct-Session-Id', `bench-${user}`],
      ['Calling-Station-Id', address],
      ['NAS-Identifier', 'bench'],
      ['NAS-Port-Type', 'Virtual'],
    ],
  });
}

/** The first event of each user since its Start was sent. */
function publishedIn(events: string, sent: ReadonlyMap<string, number>): Map<string, number> {
  const told = new Map<string, number>();
  const lines = existsSync(events) ? readFileSync(events, 'utf8').split('\n') : [];
  for (const line of lines.filter((one) => one !== '')) {
    const { time, detail } = JSON.parse(line);
    const name = String(detail.message ?? '').split(' ', 1)[0] ?? '';
    const sentAt = sent.get(name);
    const ms = sentAt === undefined ? -1 : Date.parse(time) - sentAt;
    if (ms >= 0 && !told.has(name)) told.set(name, ms);
  }
  return told;
}

function quantile(sorted: readonly number[], share: number): string {
  const at = Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1);
  return ((sorted[Math.max(0, at)] ?? Number.NaN) / 1000).toFixed(2);
}
