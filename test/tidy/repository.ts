// Reads the working tree as text, once: what the tidy test looks at. Built and installed folders
// are left out.

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const repositoryRoot = join(import.meta.dirname, '..', '..');
const builtFolders = new Set(['node_modules', '.git', 'dist', 'cdk.out', 'coverage', '.cache']);
const textFile =
  /(\.(ts|tsx|mjs|json|md|yaml|yml|html|css|js|sh|txt)|\/(run|pre-commit)|\.gitignore)$/;

export type SourceFile = { readonly path: string; readonly text: string };

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return builtFolders.has(entry.name) ? [] : walk(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Every file of the repository, with forward slashes, sorted. */
export const paths: readonly string[] = walk(repositoryRoot)
  .map((path) => relative(repositoryRoot, path).split(sep).join('/'))
  .sort();

/** Top-level folders except those that begin with a dot. */
export const rooms: readonly string[] = [
  ...new Set(paths.filter((path) => /^[^.][^/]*\//.test(path)).map((path) => path.split('/')[0])),
].filter((room) => room !== undefined);

export const textFiles: readonly SourceFile[] = paths
  .filter((path) => textFile.test(path))
  .map((path) => ({ path, text: readFileSync(join(repositoryRoot, path), 'utf8') }));

/** TypeScript and plain modules that we wrote; no fixtures. */
export const sources: readonly SourceFile[] = textFiles.filter(
  ({ path }) => /\.(ts|tsx|mjs)$/.test(path) && !path.startsWith('test/fixtures/'),
);

export function readText(path: string): string | undefined {
  return textFiles.find((file) => file.path === path)?.text;
}
