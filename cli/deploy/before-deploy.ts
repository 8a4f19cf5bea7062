// Runs the checks of deploy-check.ts where they belong: when the CDK app is made for something that
// changes AWS. `npm run synth`, `diff` and `destroy` ask nothing, nor does an app without an
// account.

import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import { makeClient } from '../../lambdas/aws/client.ts';
import { checkDeployed, concurrencyAdvice, type Planned } from './deploy-check.ts';

/** The command line of the CDK CLI, as bin/run.mjs notes it. */
export const cdkArguments = 'WHEREFROM_CDK_ARGUMENTS';

type Environment = Readonly<Record<string, string | undefined>>;

/** Undefined: the CLI was started by itself, as `npx cdk`. */
export function cdkArgumentsIn(environment: Environment): readonly string[] | undefined {
  const noted = environment[cdkArguments];
  return noted === undefined ? undefined : (JSON.parse(noted) as string[]);
}

const changingVerbs = ['deploy', 'watch', 'import'];
/**
 * Checks a deployment before anything is made for it.
 * @param say tells the person something that does not stop it
 * @throws DeployRefusal
 */
export async function checkBeforeDeploy(
  environment: Environment,
  planned: Omit<Planned, 'account' | 'region'>,
  say: (text: string) => void,
): Promise<void> {
  const args = cdkArgumentsIn(environment);
  const isChanging = args === undefined || args.some((one) => changingVerbs.includes(one));
  // The CLI sets them when it has credentials, without which it cannot deploy.
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = environment;
  if (!(isChanging && account && region)) return;
  const clients = {
    stacks: makeClient(CloudFormationClient, 'deployment', { region }),
    identity: makeClient(STSClient, 'deployment', { region }),
    functions: makeClient(LambdaClient, 'deployment', { region }),
  };
  await checkDeployed(clients, { ...planned, account, region });
  const advice = await concurrencyAdvice(clients, region);
  if (advice) say(advice);
}
