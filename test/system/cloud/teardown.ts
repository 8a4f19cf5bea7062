// The stack taken away by the lines of docs/deploy.md, and what is in the account after each part.

import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { installedProgram } from '../../support/emulator.ts';
import { askAccount } from './afterwards.ts';
import { deploy, destroy, stackName } from './deployment.ts';
import type { EmulatedCloud } from './emulated-cloud.ts';
import { repository } from './program.ts';
import type { Steps } from './steps.ts';

/** What CDK's own bootstrap leaves for every stack of the region. */
const isOfBootstrap = (name: string): boolean => /cdk-hnb659fds|CDKToolkit/.test(name);

const left = (cloud: EmulatedCloud): string[] =>
  askAccount(cloud, 'inventory').filter((name) => !isOfBootstrap(name));

/** Kinds of what docs/deploy.md says outlives a stack. */
const retained = ['table', 'queue', 'secret', 'user pool', 'key'];
const kindOf = (name: string): string => name.slice(0, name.lastIndexOf(' '));

/** The fenced lines of "Tear down". */
function documented(): readonly [string, string] {
  const text = readFileSync(join(repository, 'docs', 'deploy.md'), 'utf8');
  const [, part = ''] = text.split('## Tear down');
  const [destroying, deleting] = [...part.matchAll(/```sh\n([\s\S]*?)```/g)].map(
    ([, lines]) => lines,
  );
  if (!(destroying && deleting)) throw new Error('docs/deploy.md has other lines in "Tear down"');
  // Nobody is there to say yes.
  return [destroying.replace('cdk destroy', 'cdk destroy --force'), deleting];
}

/** Runs lines of the documents in one shell, with AWS's own command line on PATH. */
async function shell(cloud: EmulatedCloud, folder: string, lines: string): Promise<void> {
  const env = { ...cloud.environment, PATH: `${awsCommand(folder)}:${cloud.environment['PATH']}` };
  const file = join(folder, 'left.txt');
  const script = `set -eu\ncd "${repository}"\n${lines.replaceAll('left.txt', file)}`;
  await promisify(execFile)('bash', ['-c', script], { env });
}

/** AWS's command line as CDK brings it for its copying function. @returns the folder with `aws` */
function awsCommand(folder: string): string {
  const bin = join(folder, 'bin');
  const python = join(dirname(installedProgram('ministack') ?? ''), 'python');
  const layer = join(repository, 'node_modules/@aws-cdk/asset-awscli-v1/lib/layer.zip');
  mkdirSync(bin, { recursive: true });
  execFileSync(python, ['-m', 'zipfile', '-e', layer, join(folder, 'layer')]);
  const program = join(folder, 'layer', 'awscli', 'aws');
  // Some services have older names there, which it takes unless it is told an address.
  const command = `exec "${python}" "${program}" --endpoint-url "$AWS_ENDPOINT_URL" "$@"`;
  writeFileSync(join(bin, 'aws'), `#!/bin/sh\n${command}\n`, { mode: 0o755 });
  return bin;
}

/** Destroys the protected stack, then what it left, then the stacks of other options. */
export async function tearDown(steps: Steps, cloud: EmulatedCloud, folder: string): Promise<void> {
  const [destroying, deleting] = documented();
  await steps.step(
    'cdk destroy, protected stack with console: left is what docs/deploy.md names',
    async () => {
      askAccount(cloud, 'tag', stackName);
      await shell(cloud, folder, destroying);
      const names = left(cloud);
      const others = names.filter((name) => !retained.includes(kindOf(name)));
      if (others.length > 0) throw new Error(`left without being named: ${others.join(', ')}`);
      return names;
    },
    (names) => names.join('\n'),
  );
  await steps.step(
    'the lines that delete the rest',
    async () => {
      await shell(cloud, folder, deleting);
      const names = left(cloud);
      if (names.length > 0) throw new Error(`left: ${names.join(', ')}`);
      return names;
    },
    () => 'nothing is left',
  );
  for (const flags of [
    '-c ephemeral=true',
    '-c ephemeral=true -c console=false -c machineClient=true -c placeLabels=off',
  ]) {
    await steps.step(
      `deploy and destroy ${flags}`,
      async () => {
        await deploy(cloud, flags, 'node bin/run.mjs cdk deploy');
        askAccount(cloud, 'tag', stackName);
        await destroy(cloud, flags);
        const names = left(cloud);
        if (names.length > 0) throw new Error(`${stackName} leaves ${names.join(', ')}`);
      },
      () => 'nothing is left',
    );
  }
}
