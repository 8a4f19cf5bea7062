// Finds circles of files that import each other, imports of types included: Biome's noImportCycles
// does not look at those, and where types go in a circle nobody can say which file comes first.

import { posix } from 'node:path';
import { importsOf } from './import-table.ts';
import type { SourceFile } from './repository.ts';

/**
 * The circles among files, each once.
 * @returns for each a sentence, `a > b > a`, from the file whose path comes first
 */
export function importCircles(files: readonly SourceFile[]): string[] {
  const imported = new Map(
    files.map(({ path, text }) => [
      path,
      importsOf(text)
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier }) => posix.join(posix.dirname(path), specifier)),
    ]),
  );
  const done = new Set<string>();
  const way: string[] = [];
  const circles = new Set<string>();

  const visit = (path: string): void => {
    const at = way.indexOf(path);
    if (at >= 0) circles.add(named(way.slice(at)));
    if (at >= 0 || done.has(path)) return;
    way.push(path);
    for (const next of imported.get(path) ?? []) visit(next);
    way.pop();
    done.add(path);
  };
  for (const path of imported.keys()) visit(path);
  return [...circles];
}

/** A circle begins with the least of its paths, wherever it was entered. */
function named(circle: readonly string[]): string {
  const first = circle.indexOf([...circle].sort()[0] ?? '');
  const turned = [...circle.slice(first), ...circle.slice(0, first)];
  return [...turned, turned[0]].join(' > ');
}
