// Secrets in AWS Secrets Manager: implements SecretStore. Only the control function may read them.
// Promise: versions are named by their id, so a change that loses its race is never taken for the
// current one; no error of ours quotes a value. Rejects with the SDK's errors.
// Secrets Manager may delete a version without a staging label once it is a day old (user guide,
// "Secret versions"). A new version therefore gets AWSPENDING, as in a rotation, and AWSCURRENT
// stays where it is until the new version is in use. However many changes fail, none evicts the
// version in use.

import { randomUUID } from 'node:crypto';
import {
  GetSecretValueCommand,
  InvalidParameterException,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { SecretName, SecretStore } from '../../control/ports.ts';

const inUse = 'AWSCURRENT';
const waiting = 'AWSPENDING';

type Deps = {
  readonly client: Pick<SecretsManagerClient, 'send'>;
  readonly ids: Readonly<Record<SecretName, string>>;
};

/** @param deps.ids name or ARN of each secret; the stack makes them */
export function makeSecretStore(deps: Deps): SecretStore {
  const { client, ids } = deps;
  return {
    put: async (name, value) => {
      const version = randomUUID();
      await client.send(
        new PutSecretValueCommand({
          SecretId: ids[name],
          SecretString: value,
          ClientRequestToken: version,
          VersionStages: [waiting],
        }),
      );
      return version;
    },
    get: async (name, version) => {
      try {
        const answer = await client.send(
          new GetSecretValueCommand({ SecretId: ids[name], VersionId: version }),
        );
        return answer.SecretString;
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },
    use: (name, version) => use(client, ids[name], version),
  };
}

async function use(client: Deps['client'], secretId: string, version: string): Promise<void> {
  const current = await currentVersion(client, secretId);
  if (current === version) return;
  try {
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: secretId,
        VersionStage: inUse,
        MoveToVersionId: version,
        ...(current !== undefined && { RemoveFromVersionId: current }),
      }),
    );
  } catch (error) {
    // Somebody else moved the label in between: fine if it is where we want it.
    const isOurs = error instanceof InvalidParameterException;
    if (!isOurs || (await currentVersion(client, secretId)) !== version) throw error;
  }
}

/** Undefined: nothing was ever put into this secret. */
async function currentVersion(
  client: Deps['client'],
  secretId: string,
): Promise<string | undefined> {
  try {
    const ask = new GetSecretValueCommand({ SecretId: secretId, VersionStage: inUse });
    return (await client.send(ask)).VersionId;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
