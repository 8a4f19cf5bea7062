// Asked before a deployment changes anything: would a default that came with a newer version add a
// page or delete a client of a stack that is deployed already? Then the person says which they
// want. And: may the account run as many functions at once as the stack needs?
// Promise: it reads and changes nothing; what it cannot read it does not guess.

import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetAccountSettingsCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { type DeployedStack, readDeployedStack } from './deployed-stack.ts';

/** The deployment must not begin; the message is for the person. */
export class DeployRefusal extends Error {
  override readonly name = 'DeployRefusal';
}

export type Planned = {
  readonly stackName: string;
  /** Account and region of the CDK CLI (CDK_DEFAULT_ACCOUNT, CDK_DEFAULT_REGION). */
  readonly account: string;
  readonly region: string;
  readonly hasConsole: boolean;
  readonly hasMachineClient: boolean;
  /** Options that were said, on the command line or in wherefrom.json. */
  readonly said: ReadonlySet<string>;
};

export type DeployClients = {
  readonly stacks: Pick<CloudFormationClient, 'send'>;
  readonly identity: Pick<STSClient, 'send'>;
  readonly functions: Pick<LambdaClient, 'send'>;
};

/** Options whose default changed after the first version. */
const decided = ['console', 'machineClient'] as const;

/**
 * Has the deployment stopped where something is to be decided first.
 * @throws DeployRefusal
 */
export async function checkDeployed(clients: DeployClients, planned: Planned): Promise<void> {
  if (decided.every((name) => planned.said.has(name))) return;
  const deployed = await lookedUp(clients, planned);
  const questions = deployed ? questionsOf(planned, deployed) : [];
  if (questions.length === 0) return;
  const { stackName, account, region } = planned;
  throw new DeployRefusal(
    `the stack ${stackName} in ${account}, ${region} is from before an option had its default of ` +
      'today. Nothing was changed. Say which you want, with -c or in wherefrom.json:\n' +
      questions.map((line) => `  ${line}`).join('\n'),
  );
}

function questionsOf(planned: Planned, deployed: DeployedStack): readonly string[] {
  const { said, hasConsole, hasMachineClient } = planned;
  const addsPage = !said.has('console') && hasConsole && !deployed.hasConsole;
  const clients = deployed.machineClients;
  const dropsClient = !said.has('machineClient') && !hasMachineClient && clients.length > 0;
  return [
    ...(addsPage
      ? [
          'console=true         adds the console: a public page, where people sign in',
          'console=false        goes on without it',
        ]
      : []),
    ...(dropsClient
      ? [
          `machineClient=true   keeps the client ${clients.join(', ')} (Cognito bills it monthly)`,
          'machineClient=false  deletes it: machines that use it get no more tokens',
        ]
      : []),
  ];
}

async function lookedUp(
  { stacks, identity }: DeployClients,
  { account, region, stackName }: Planned,
): Promise<DeployedStack | undefined> {
  try {
    const { Account } = await identity.send(new GetCallerIdentityCommand({}));
    if (Account !== account) {
      const found = `cdk deploys to account ${account}, the credentials here are of ${Account}`;
      throw new DeployRefusal(`${found}: set AWS_PROFILE instead of --profile`);
    }
    return await readDeployedStack(stacks, stackName);
  } catch (error) {
    if (error instanceof DeployRefusal) throw error;
    const { name, message } = error as Error;
    throw new DeployRefusal(
      `cannot read what is deployed in ${account}, ${region} (${name}: ${message}). Say what you ` +
        'want instead: -c console=true or false, and -c machineClient=true or false',
    );
  }
}

/** `process` runs 20 at once and calls `locate`; relays and people come beside. */
const concurrencyWanted = 50;

/** @returns a sentence when the account may run too few functions at once, or does not say */
export async function concurrencyAdvice(
  { functions }: DeployClients,
  region: string,
): Promise<string | undefined> {
  try {
    const { AccountLimit } = await functions.send(new GetAccountSettingsCommand({}));
    const limit = AccountLimit?.ConcurrentExecutions ?? Number.POSITIVE_INFINITY;
    if (limit >= concurrencyWanted) return undefined;
    return (
      `this account may run ${limit} functions at once in ${region} (new accounts: 10), and the ` +
      `stack wants ${concurrencyWanted}: ask for more in Service Quotas, AWS Lambda, "Concurrent ` +
      'executions" (docs/deploy.md). Until then batches wait in the queue; nothing is lost'
    );
  } catch (error) {
    return `cannot read how many functions may run at once (${(error as Error).name})`;
  }
}
