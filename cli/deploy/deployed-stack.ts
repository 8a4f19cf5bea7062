// What is deployed already: whether a stack of this name exists in the account and region that the
// deployment goes to, and what of it a new default would add or delete. Reads only.

import {
  type CloudFormationClient,
  ListStackResourcesCommand,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';

export type DeployedStack = {
  /** Serves the console: a page that anybody can reach. */
  readonly hasConsole: boolean;
  /** Client ids for machines: whoever asks with one gets no more tokens once it is deleted. */
  readonly machineClients: readonly string[];
};

/** Resources by CloudFormation: the ids that lib/login.ts gives its clients are kept for ever. */
const machineClientId = /^LoginPeopleMachine/;

/**
 * Reads the stack.
 * @returns undefined when there is none, or nothing of it is left
 * @throws the SDK's error when it cannot be read
 */
export async function readDeployedStack(
  client: Pick<CloudFormationClient, 'send'>,
  stackName: string,
): Promise<DeployedStack | undefined> {
  const resources: StackResourceSummary[] = [];
  let next: string | undefined;
  do {
    const page = await client
      .send(new ListStackResourcesCommand({ StackName: stackName, NextToken: next }))
      .catch(absent);
    resources.push(...(page.StackResourceSummaries ?? []));
    next = page.NextToken;
  } while (next !== undefined);
  const live = resources.filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE');
  if (live.length === 0) return undefined;
  return {
    hasConsole: live.some(({ ResourceType }) => ResourceType === 'AWS::CloudFront::Distribution'),
    machineClients: live
      .filter(({ ResourceType }) => ResourceType === 'AWS::Cognito::UserPoolClient')
      .filter(({ LogicalResourceId = '' }) => machineClientId.test(LogicalResourceId))
      .map(({ PhysicalResourceId }) => PhysicalResourceId ?? ''),
  };
}

/** CloudFormation has no error of its own for a stack that does not exist. */
function absent(error: unknown): { StackResourceSummaries?: never[]; NextToken?: never } {
  const { name, message } = error as Error;
  if (name === 'ValidationError' && /does not exist/.test(message)) return {};
  throw error;
}
