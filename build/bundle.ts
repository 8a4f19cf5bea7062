// Builds what the stack uploads: one CommonJS file per function, the folder of the location data
// layer and that of the console. It runs at every synth, without Docker and without a network;
// nothing else is uploaded.

import {
  constants,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { builtCompactFile, installedPlainData } from '../geo/installed-data.ts';
import { plainNames } from './plain-names.mjs';

const entrySuffix = '.lambda.ts';

/**
 * The entries that exist, by the function's name: `admit` for lambdas/ingest/admit.lambda.ts.
 * @returns absolute paths, sorted by name
 */
export function functionEntries(repository: string): ReadonlyMap<string, string> {
  const folder = join(repository, 'lambdas');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const entries = files
    .filter((file) => file.endsWith(entrySuffix))
    .map((file) => [basename(file, entrySuffix), join(folder, file)] as const);
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Bundles every function into `<outFolder>/<name>/index.js`, for Node 20 and newer.
 * @throws Error of esbuild that names file and line.
 */
export function bundleFunctions(repository: string, outFolder: string): void {
  rmSync(outFolder, { recursive: true, force: true });
  for (const [name, entry] of functionEntries(repository)) {
    const outfile = join(outFolder, name, 'index.js');
    buildSync({
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      // The SDK's ES modules: half the size of its CommonJS, and no dynamic require.
      mainFields: ['module', 'main'],
      minify: true,
      // The query function has its contract beside it.
      loader: { '.yaml': 'file' },
      assetNames: '[name]',
      // Errors are told apart by their class names.
      keepNames: true,
      logLevel: 'error',
      logOverride: { 'empty-import-meta': 'error' },
    });
    // Only theirs: giving each inner function its name costs ten times what making it does.
    writeFileSync(outfile, plainNames(readFileSync(outfile, 'utf8')));
  }
}

/**
 * Puts the location data where a layer wants it, `<outFolder>/geo/`: the compact file when
 * `npm run geo:build` has made it (`npm run deploy` does), else the plain databases.
 */
export function stageGeoData(repository: string, outFolder: string): void {
  const folder = join(outFolder, 'geo');
  mkdirSync(folder, { recursive: true });
  const compact = builtCompactFile(repository);
  const plain = Object.values(installedPlainData(repository));
  const sources = new Map((compact ? [compact] : plain).map((path) => [basename(path), path]));
  for (const name of readdirSync(folder)) {
    if (!sources.has(name)) rmSync(join(folder, name));
  }
  for (const [name, source] of sources) {
    const target = join(folder, name);
    const staged = statSync(target, { throwIfNoEntry: false });
    const { size, mtimeMs } = statSync(source);
    if (staged?.size === size && staged.mtimeMs >= mtimeMs) continue;
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
}

/** Writes the files of the page into `outFolder` and nothing else. */
export function stagePage(files: ReadonlyMap<string, Buffer>, outFolder: string): void {
  rmSync(outFolder, { recursive: true, force: true });
  for (const [path, content] of files) {
    const target = join(outFolder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}
