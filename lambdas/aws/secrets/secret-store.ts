// Secrets in AWS Secrets Manager: SecretStore. Only the control function may read them.
// Promise: versions are named by their id, so a change that loses its race is never taken for the
// current one; no error of ours quotes a value. Rejects with the SDK's errors.
// AWS keeps the two newest versions and, for a day, older ones: should two changes lose against a
// third in the same moment, and nobody change anything for a day, the secrets must be set again.

import { randomUUID } from 'node:crypto';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { SecretName, SecretStore } from '../../control/ports.ts';

/** @param ids name or ARN of each secret; the stack makes them */
export function makeSecretStore(deps: {
  readonly client: Pick<SecretsManagerClient, 'send'>;
  readonly ids: Readonly<Record<SecretName, string>>;
}): SecretStore {
  const { client, ids } = deps;
  return {
    put: async (name, value) => {
      const version = randomUUID();
      await client.send(
        new PutSecretValueCommand({
          SecretId: ids[name],
          SecretString: value,
          ClientRequestToken: version,
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
  };
}
