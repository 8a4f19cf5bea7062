// What a deployment may be typed as, against the programs that take it: the pinned CDK CLI and npm.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { commandLineMistakes } from '../../../lib/command-line.ts';
import { stackOptionNames } from '../../../lib/stack-options.ts';

const repository = join(import.meta.dirname, '..', '..', '..');

it('has no quarrel with an option that the CDK CLI really has', () => {
  const cdk = join(repository, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const help = execFileSync(process.execPath, [cdk, 'deploy', '--help'], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], CDK_DISABLE_CLI_TELEMETRY: 'true' },
  });
  const printed = [...help.matchAll(/--[a-z][\w-]+/g)].map(([option]) => option);
  const options = printed.filter((option) => option !== '--context');

  expect(options.length).toBeGreaterThan(40);
  expect(commandLineMistakes(options, {}, stackOptionNames())).toEqual([]);
});

it('has no quarrel with what npm really sets', () => {
  const set = execFileSync('npm', ['exec', '--call', 'node -p "JSON.stringify(process.env)"'], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    shell: process.platform === 'win32',
  });
  const environment = JSON.parse(set.trim().split('\n').at(-1) ?? '{}');
  // This very command; a script that npm runs has none.
  delete environment.npm_config_call;

  expect(Object.keys(environment).join()).toContain('npm_config_');
  expect(commandLineMistakes(['deploy'], environment, stackOptionNames())).toEqual([]);
});
