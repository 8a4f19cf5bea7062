// A fresh folder per test file, removed when its tests are over.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Registers the removal and returns a function that names a path inside the folder. */
export function tempDir(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'wherefrom-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => join(folder, name);
}
