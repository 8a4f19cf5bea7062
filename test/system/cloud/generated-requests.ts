// Requests that schemathesis makes of docs/openapi.yaml, good and bad ones, to the deployed API: no
// answer may be a fault of the server, and each has to be as the contract says.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installedProgram } from '../../support/emulator.ts';
import type { EmulatedCloud } from './emulated-cloud.ts';
import { repository } from './program.ts';

/** Cases of one route beyond those that follow from its parameters one by one. */
const casesMax = 8;
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

/**
 * @param endpoint output `Endpoint`; @param token of an admin
 * @returns the summary that it prints
 * @throws Error with everything printed when an answer is not as it should be
 */
export async function sendGenerated(
  cloud: EmulatedCloud,
  endpoint: string,
  token: string,
): Promise<string> {
  const program = installedProgram('schemathesis') ?? '';
  const args = ['run', join(repository, 'docs', 'openapi.yaml')];
  args.push('--url', `${endpoint}:${cloud.port}`, '--tls-verify', cloud.caFile);
  args.push('--header', `Authorization: Bearer ${token}`, '--checks', checks.join(','));
  args.push('--phases', 'examples,coverage,fuzzing', '--max-examples', `${casesMax}`);
  // The same requests in every run.
  args.push('--seed', '1', '--generation-deterministic', '--no-color', '--continue-on-failure');
  const env = {
    ...cloud.environment,
    NODE_OPTIONS: '',
    PYTHONPATH: join(import.meta.dirname, 'shims'),
  };
  const options = { env, cwd: cloud.folder, maxBuffer: 64 * 1_024 * 1_024 };
  const { stdout } = await promisify(execFile)(program, args, options).catch((error) => {
    throw new Error(`schemathesis:\n${String(error.stdout).slice(-12_000)}${error.stderr}`);
  });
  return stdout
    .slice(stdout.search(/=+ SUMMARY =+/))
    .replace(/^=.*\n/gm, '')
    .trim();
}
