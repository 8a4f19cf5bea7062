// `npm run bench:first-run -- [COMMIT ...]`: a fresh clone of each commit with an empty package
// cache, from `npm start` to `ready` and to the first located profile. Commits take turns, so that
// a busy machine is busy for all of them.

import { execFileSync, spawn } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

type Measured = {
  readonly readyMs: number;
  readonly profileMs: number;
  /** Packages with a folder of their own. */
  readonly packages: number;
  readonly diskMB: number;
  readonly downloadedMB: number;
};

const root = dirname(import.meta.dirname);
const deadlineMs = 900_000;
const pollMs = 100;

const { values, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '3' }, help: { type: 'boolean' } },
  allowPositionals: true,
});
if (values.help) console.log('npm run bench:first-run -- [--runs N] [COMMIT ...]    (else HEAD)');
else await measureAll(positionals.length > 0 ? positionals : ['HEAD'], Number(values.runs));

async function measureAll(commits: readonly string[], runs: number): Promise<void> {
  console.log('| commit | run | s to ready | s to a profile | packages | MB on disk | MB down |');
  console.log('|---|---|---|---|---|---|---|');
  for (let run = 1; run <= runs; run += 1) {
    for (const commit of commits) {
      const one = await measure(commit);
      const seconds = [one.readyMs, one.profileMs].map((ms) => (ms / 1000).toFixed(1));
      const sizes = [one.diskMB, one.downloadedMB].map((size) => size.toFixed(0));
      console.log(`| ${[commit, run, ...seconds, one.packages, ...sizes].join(' | ')} |`);
    }
  }
}

async function measure(commit: string): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'wherefrom-first-'));
  try {
    const clone = join(folder, 'clone');
    execFileSync('git', ['clone', '--quiet', '--no-checkout', root, clone]);
    execFileSync('git', ['-C', clone, 'checkout', '--quiet', commit]);
    const cache = join(folder, 'cache');
    const times = await startAndStop(clone, cache);
    const note = JSON.parse(readFileSync(join(clone, 'node_modules/.package-lock.json'), 'utf8'));
    return {
      ...times,
      packages: Object.keys(note.packages).length,
      diskMB: bytesIn(join(clone, 'node_modules')) / 1e6,
      downloadedMB: bytesIn(join(cache, '_cacache', 'content-v2')) / 1e6,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startAndStop(clone: string, cache: string) {
  const startedAt = performance.now();
  const args = ['start', '--silent', '--', '--json', '--api-port', '0', '--radius-port', '0'];
  const child = spawn('npm', args, {
    cwd: clone,
    env: { ...process.env, npm_config_cache: cache },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const { ready } = JSON.parse(line);
      if (!ready) continue;
      const readyMs = performance.now() - startedAt;
      await firstProfile(ready.api, startedAt);
      return { readyMs, profileMs: performance.now() - startedAt };
    }
    throw new Error('the local run ended without being ready');
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  }
}

/** Resolves when a user of the API has a place of a country. */
async function firstProfile(api: string, startedAt: number): Promise<void> {
  while (performance.now() - startedAt < deadlineMs) {
    const [user] = (await askFor<Users>(`${api}/v1/users?limit=1`)).items;
    const path = encodeURIComponent(encodeURIComponent(user?.user ?? ''));
    const { places = [] } = user ? await askFor<Profile>(`${api}/v1/users/${path}`) : {};
    if (places.some(({ country }) => country !== undefined)) return;
    await sleep(pollMs);
  }
  throw new Error('no profile has a place');
}

type Users = { readonly items: readonly { readonly user: string }[] };
type Profile = { readonly places?: readonly { readonly country?: string }[] };

async function askFor<Answer>(url: string): Promise<Answer> {
  return (await (await fetch(url)).json()) as Answer;
}

/** What the files take on disk, links counted once each. */
function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? bytesIn(path) : lstatSync(path).blocks * 512);
  }, 0);
}
