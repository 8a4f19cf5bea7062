// npm run bench:bundles: loads every bundle as it is uploaded, under this Node and, where the npm
// package `node` installs, under Node 22 and 24; prints sizes and load times in Markdown. A version
// that could not be had is said to be not run. Exit code 1: a bundle did not load somewhere.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions, functionEntries, stageGeoData } from '../build/bundle.ts';

const repository = join(import.meta.dirname, '..');
const others = ['22', '24'];
const rounds = 5;
const installMs = 180_000;

/** Loads a bundle in a fresh process, says how long it took and whether a handler came of it. */
const loader = `
const started = process.hrtime.bigint();
const { handler } = require(process.argv[1]);
const ms = Number(process.hrtime.bigint() - started) / 1e6;
require('node:fs').writeSync(1, JSON.stringify({ type: typeof handler, ms }));
process.exit(0);
`;

const out = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** What the stack would set; the values are never used, because nothing is called. */
function environment(geoData: string): Record<string, string> {
  const names = [
    'ALLOWED_AUTHORITIES',
    'CLOUD_KEY_SECRET',
    'CONTROL_TABLE',
    'EVENT_BUS',
    'GAP_MINUTES',
    'GATEWAY_SECRETS',
    'GROUPS_CLAIM',
    'LOCATE_FUNCTION',
    'PLACES_TABLE',
    'PLACE_INDEX',
    'PROFILES_TABLE',
    'QUEUE_URL',
    'SILENT_MINUTES',
  ];
  return {
    ...Object.fromEntries(names.map((name) => [name, '1'])),
    GEO_DATA_DIR: geoData,
    AWS_REGION: 'eu-central-1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

/** The program of a Node version from npm; undefined when it cannot be had. */
function nodeOf(version: string, folder: string): string | undefined {
  const prefix = join(folder, `node-${version}`);
  try {
    execFileSync('npm', ['install', '--prefix', prefix, '--no-save', `node@${version}`], {
      stdio: 'ignore',
      timeout: installMs,
    });
  } catch {
    return undefined;
  }
  const program = join(prefix, 'node_modules', 'node', 'bin', 'node');
  return existsSync(program) ? program : undefined;
}

type Loaded = { readonly isLoaded: boolean; readonly ms: number };

/** The middle of some loads. */
function load(program: string, bundle: string, env: Record<string, string>): Loaded {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    try {
      const text = execFileSync(program, ['-e', loader, bundle], { encoding: 'utf8', env });
      const { type, ms } = JSON.parse(text);
      if (type !== 'function') return { isLoaded: false, ms: Number.NaN };
      times.push(ms);
    } catch {
      return { isLoaded: false, ms: Number.NaN };
    }
  }
  return { isLoaded: true, ms: times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN };
}

const folder = mkdtempSync(join(tmpdir(), 'wherefrom-bundles-'));
try {
  bundleFunctions(repository, join(folder, 'lambdas'));
  stageGeoData(repository, join(folder, 'layer'));
  const env = environment(join(folder, 'layer', 'geo'));
  const programs: [string, string][] = [[process.version, process.execPath]];
  for (const version of others) {
    const program = nodeOf(version, folder);
    if (program === undefined) {
      out(`Node ${version}: not run, the npm package could not be installed here.`);
      continue;
    }
    programs.push([execFileSync(program, ['-v'], { encoding: 'utf8' }).trim(), program]);
  }
  out(`\n| function | KB | ${programs.map(([name]) => `loads in, ${name}`).join(' | ')} |`);
  out(`| --- | --- | ${programs.map(() => '---').join(' | ')} |`);
  for (const name of functionEntries(repository).keys()) {
    const bundle = join(folder, 'lambdas', name, 'index.js');
    const cells = programs.map(([, program]) => {
      const { isLoaded, ms } = load(program, bundle, env);
      if (!isLoaded) process.exitCode = 1;
      return isLoaded ? `${Math.round(ms)} ms` : 'DOES NOT LOAD';
    });
    const size = Math.round(statSync(bundle).size / 1024);
    out(`| ${name} | ${size} | ${cells.join(' | ')} |`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
