// The stack on the emulated cloud: deployed by the CLI that package.json pins, read as
// CloudFormation tells it.

import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { account, type EmulatedCloud, region } from './emulated-cloud.ts';
import { repository, run } from './program.ts';

export const stackName = 'Wherefrom';

/** What the stack says, by name of the output. Throws when there is none of that name. */
export type Outputs = (name: string) => string;

/** Physical ids by logical id. */
export type Resources = ReadonlyMap<string, { readonly type: string; readonly id: string }>;

export type Deployment = {
  readonly outputs: Outputs;
  readonly resources: Resources;
};

/** `cdk bootstrap`, once per account and region. */
export const bootstrap = ({ environment }: EmulatedCloud): Promise<string> =>
  run(`npx cdk bootstrap aws://${account}/${region}`, environment);

/**
 * @param flags `-c name=value` ...
 * @param command `npm run deploy --` builds the location data as well
 */
export async function deploy(
  cloud: EmulatedCloud,
  flags: string,
  command = 'npm run deploy --',
): Promise<Deployment> {
  await run(`${command} --require-approval never ${flags}`.trim(), cloud.environment);
  return describe(cloud);
}

/** `cdk destroy`, as docs/deploy.md says it. */
export const destroy = ({ environment }: EmulatedCloud, flags = ''): Promise<string> =>
  run(`node bin/run.mjs cdk destroy --force ${flags}`.trim(), environment);

/** Asks CloudFormation. @throws Error when the stack is not in a good state */
export async function describe(cloud: EmulatedCloud): Promise<Deployment> {
  const client = new CloudFormationClient(clientOptions(cloud));
  const { Stacks: [stack] = [] } = await client.send(
    new DescribeStacksCommand({ StackName: stackName }),
  );
  const status = stack?.StackStatus ?? 'absent';
  if (!/^(CREATE|UPDATE)_COMPLETE$/.test(status)) throw new Error(`the stack is ${status}`);
  const outputs = (name: string): string => {
    const found = stack?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
    if (found === undefined) throw new Error(`the stack has no output ${name}`);
    return found;
  };
  const resources = new Map<string, { type: string; id: string }>();
  let next: string | undefined;
  do {
    const page = await client.send(
      new ListStackResourcesCommand({ StackName: stackName, NextToken: next }),
    );
    for (const one of page.StackResourceSummaries ?? []) {
      const { LogicalResourceId = '', ResourceType = '', PhysicalResourceId = '' } = one;
      resources.set(LogicalResourceId, { type: ResourceType, id: PhysicalResourceId });
    }
    next = page.NextToken;
  } while (next !== undefined);
  return { outputs, resources };
}

export const clientOptions = ({ endpoint, caFile }: EmulatedCloud) => ({
  endpoint,
  region,
  requestHandler: { httpsAgent: new Agent({ ca: readFileSync(caFile) }) },
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

export type Template = {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly DeletionPolicy?: string;
        // Templates are data of many shapes.
        readonly Properties: ReturnType<typeof JSON.parse>;
      }
    >
  >;
};

/** What was deployed last. */
export const deployedTemplate = (): Template =>
  JSON.parse(readFileSync(join(repository, 'cdk.out', `${stackName}.template.json`), 'utf8'));
