// Reads a file as the relay's door does: what is in it, and who may read it.

import { readFileSync, statSync } from 'node:fs';

export function readWithMode(path: string): { readonly octets: Buffer; readonly mode: number } {
  return { octets: readFileSync(path), mode: statSync(path).mode };
}
