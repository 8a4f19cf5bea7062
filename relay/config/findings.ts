// The findings about a configuration: all at once, each with its place.
// Promise: a finding names paths, shapes and names, never a value that could be a secret.

import type { TextPosition } from './json.ts';

export type ConfigFinding = {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly at?: TextPosition;
  /** Where in the configuration, `gateways[0].address`; absent for other files. */
  readonly path?: string;
  readonly message: string;
};

/** `relay.json:3:14 gateways[0].address: expects ...`, as editors and terminals link it. */
export function findingText({ file, at, path, message, severity }: ConfigFinding): string {
  const place = at ? `${file}:${at.line}:${at.column}` : file;
  const kind = severity === 'warning' ? 'warning: ' : '';
  return `${place} ${kind}${path ? `${path}: ` : ''}${message}`;
}

/** The known name that differs from `name` by the fewest letters; undefined when none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const near = known
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, candidate.length / 3))
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.candidate;
}

/** `; did you mean "listen"?`, or nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

/** Levenshtein distance without regard to case. Names are short: at most 64 letters count. */
function editDistance(left: string, right: string): number {
  const a = left.toLowerCase().slice(0, 64);
  const b = right.toLowerCase().slice(0, 64);
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current[j] = Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1);
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
