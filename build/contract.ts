// Checks docs/openapi.yaml and what is generated from it: lints the contract and writes the
// console's types. Both are development tools; neither uses the network (redocly's telemetry and
// update notice are off) and nothing of them is shipped.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractTypes } from './contract-types/generate.ts';

export const contractPath = 'docs/openapi.yaml';
export const typesPath = 'console/api/contract.ts';

/**
 * Lints with the rules of redocly.yaml.
 * @returns what the linter says when something is wrong; undefined when nothing is
 */
export function contractFaults(repository: string): string | undefined {
  const cli = join(repository, 'node_modules/@redocly/cli/bin/cli.js');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [cli, 'lint', contractPath, '--format=stylish'],
    {
      cwd: repository,
      encoding: 'utf8',
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    },
  );
  return status === 0 ? undefined : `${stdout}${stderr}`;
}

/** Writes the types of the contract. */
export async function writeTypes(repository: string): Promise<void> {
  const types = await contractTypes(join(repository, contractPath));
  writeFileSync(join(repository, typesPath), types);
}

/** Whether the checked-in types are those of the contract. */
export async function areTypesCurrent(repository: string): Promise<boolean> {
  const types = await contractTypes(join(repository, contractPath));
  // A checkout on Windows may have made CRLF of it.
  return readFileSync(join(repository, typesPath), 'utf8').replaceAll('\r\n', '\n') === types;
}
