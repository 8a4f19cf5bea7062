// The secret store of the cloud against what AWS documents of Secrets Manager: labels move, a
// version without one is deleted once it is a day old ("Secret versions" of its user guide).

import {
  GetSecretValueCommand,
  InvalidParameterException,
  PutSecretValueCommand,
  ResourceNotFoundException,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { makeSecretStore } from '../../../lambdas/aws/secrets/secret-store.ts';

const named = { message: 'as documented', $metadata: {} };

/** One secret with the documented rules, as the stack makes it: with a first version. */
function startSecret() {
  const versions = new Map<string, string>([['first', '{}']]);
  const labels = new Map<string, string>([['AWSCURRENT', 'first']]);
  const move = (label: string, version: string): void => {
    if (label === 'AWSCURRENT') labels.set('AWSPREVIOUS', labels.get('AWSCURRENT') ?? '');
    labels.set(label, version);
  };
  const answer = (command: unknown): object => {
    if (command instanceof PutSecretValueCommand) {
      const { ClientRequestToken = '', SecretString = '', VersionStages } = command.input;
      versions.set(ClientRequestToken, SecretString);
      for (const label of VersionStages ?? ['AWSCURRENT']) move(label, ClientRequestToken);
      return { VersionId: ClientRequestToken };
    }
    if (command instanceof GetSecretValueCommand) {
      const { VersionId, VersionStage = 'AWSCURRENT' } = command.input;
      const version = VersionId ?? labels.get(VersionStage) ?? '';
      const SecretString = versions.get(version);
      if (SecretString === undefined) throw new ResourceNotFoundException(named);
      return { VersionId: version, SecretString };
    }
    if (command instanceof UpdateSecretVersionStageCommand) {
      const { VersionStage = '', MoveToVersionId = '', RemoveFromVersionId } = command.input;
      if (!versions.has(MoveToVersionId)) throw new ResourceNotFoundException(named);
      const holder = labels.get(VersionStage);
      if (holder !== undefined && holder !== RemoveFromVersionId) {
        throw new InvalidParameterException(named);
      }
      move(VersionStage, MoveToVersionId);
      return {};
    }
    throw new Error('a call that the function has no right to');
  };
  return {
    client: { send: async (command: unknown) => answer(command) } as never,
    current: () => labels.get('AWSCURRENT'),
    /** A day later. */
    aDayLater() {
      const kept = new Set(labels.values());
      for (const version of versions.keys()) if (!kept.has(version)) versions.delete(version);
    },
  };
}

const ids = { 'cloud-key': 'key', 'gateway-secrets': 'secrets' };

describe('secrets in AWS', () => {
  it('are current once they are in use, not when they are put', async () => {
    const secret = startSecret();
    const store = makeSecretStore({ client: secret.client, ids });

    const version = await store.put('gateway-secrets', 'a box');
    expect(secret.current()).toBe('first');
    await store.use('gateway-secrets', version);

    expect(secret.current()).toBe(version);
    await store.use('gateway-secrets', version);
    expect(await store.get('gateway-secrets', version)).toBe('a box');
  });

  it('stay while they are in use, however many are put that nobody uses', async () => {
    const secret = startSecret();
    const store = makeSecretStore({ client: secret.client, ids });
    const version = await store.put('gateway-secrets', 'in use');
    await store.use('gateway-secrets', version);
    const lost = [];
    for (let i = 0; i < 9; i += 1) lost.push(await store.put('gateway-secrets', `lost ${i}`));

    secret.aDayLater();

    expect(await store.get('gateway-secrets', version)).toBe('in use');
    expect(await store.get('gateway-secrets', lost[0] ?? '')).toBeUndefined();
  });

  it('are taken into use by two at once without a fault', async () => {
    const secret = startSecret();
    const store = makeSecretStore({ client: secret.client, ids });
    const version = await store.put('cloud-key', 'a key');

    await Promise.all([store.use('cloud-key', version), store.use('cloud-key', version)]);

    expect(secret.current()).toBe(version);
  });

  it('are not taken into use when they are gone', async () => {
    const store = makeSecretStore({ client: startSecret().client, ids });

    await expect(store.use('cloud-key', 'gone')).rejects.toThrow(ResourceNotFoundException);
  });
});
