// The findings about a configuration: all at once, each with its place.
// Promise: a finding names paths, shapes and names, never a value that could be a secret.

import { nearestName } from '../../domain/nearest-name.ts';
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

/** `; did you mean "listen"?`, or nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}
