// Users' programs run with the production dependencies alone: what their source imports is asked of
// the bundler, what that brings with it of the lockfile. Nothing is installed anew for it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { installedPlainData } from '../../../geo/installed-data.ts';

const root = join(import.meta.dirname, '../../..');
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const runner = textOf('bin/run.mjs');

type Locked = {
  readonly dev?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
};
const locked: Readonly<Record<string, Locked>> = JSON.parse(textOf('package-lock.json')).packages;

/** The quoted names of an array of bin/run.mjs. */
function listIn(name: string): string[] {
  const list = new RegExp(`const ${name} = \\[([^\\]]*)\\]`).exec(runner)?.[1] ?? '';
  return [...list.matchAll(/'([^']+)'/g)].map(([, text = '']) => text);
}

const programs = listIn('userPrograms').map((text) => text.replace(/ .*/, ''));

/** The packages that a program imports, now or later, in whatever file. */
async function packagesOf(program: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [program],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outdir: 'out',
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  const names = imports
    .filter(({ path, external }) => external === true && !path.startsWith('node:'))
    .map(({ path }) => /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path);
  return [...new Set(names)].sort();
}

/** The lockfile's entries that a package brings, by Node's way of finding them. */
function closureOf(name: string, from = '', seen = new Set<string>()): ReadonlySet<string> {
  const path = [from, ...parents(from)].map((at) => join(at, 'node_modules', name)).find(inLock);
  if (path === undefined) throw new Error(`${name} is not in the lockfile`);
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const inner of Object.keys(locked[path]?.dependencies ?? {})) closureOf(inner, path, seen);
  return seen;
}

const inLock = (path: string) => Object.hasOwn(locked, path);
const parents = (path: string): string[] =>
  [...path.matchAll(/\/?node_modules\//g)].map(({ index }) => path.slice(0, index)).reverse();

const isDev = (path: string) => locked[path]?.dev === true;

it('knows the programs', () => {
  expect(programs).toContain('bin/local.ts');
  expect(programs.length).toBeGreaterThan(8);
});

it.each(programs)('%s loads nothing that only development needs', async (program) => {
  const packages = await packagesOf(program);
  const brought = packages.flatMap((name) => [...closureOf(name)]);

  expect(brought.filter(isDev)).toEqual([]);
});

it('has what the start itself and the page need among the production dependencies', () => {
  const { dependencies } = JSON.parse(textOf('package.json'));

  expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(['tsx', 'esbuild', 'preact']));
  expect(Object.keys(dependencies).filter((name) => /cdk|constructs/.test(name))).toEqual([]);
});

it('reads no location file that the installation leaves out', () => {
  const left = listIn('unreadFiles').map((path) => join(root, 'node_modules', path));

  expect(left).toHaveLength(3);
  expect(Object.values(installedPlainData(root)).filter((path) => left.includes(path))).toEqual([]);
  const data = Object.values(installedPlainData(root)).map((path) => path.slice(root.length + 1));
  const packages = data.map((path) => path.split('/').slice(0, 3).join('/'));
  expect(packages.filter(isDev)).toEqual([]);
});

it('the command line of each of them is a script that runs it', () => {
  const scripts = Object.values<string>(JSON.parse(textOf('package.json')).scripts);
  // Node's own options may stand before it.
  const runs = scripts.map((script) => script.replace(/^node( --[\w=-]+)+ /, 'node '));

  const missing = listIn('userPrograms').filter(
    (program) => !runs.includes(`node bin/run.mjs tsx ${program}`),
  );

  expect(missing).toEqual([]);
});
