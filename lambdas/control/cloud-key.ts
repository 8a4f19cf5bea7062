// The cloud's signing key: created once, when it is first needed, by the first instance that needs
// it.
// Promise: all instances end with the same key, even when two create one at the same time. The
// private half is in the secret store and in the memory of this function, nowhere else.

import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { type PublicJwk, publicJwkOf, type SealKey, sealKeyOf } from '../../wire/signature.ts';
import type { CloudKeyBook, SecretStore } from './ports.ts';

export type CloudKey = SealKey & { readonly jwk: PublicJwk };

export type CloudKeyDeps = { readonly cloudKeys: CloudKeyBook; readonly secrets: SecretStore };

/**
 * Reads the key, or makes it.
 * @throws Error when the private half is gone: relays pinned this key, so it is never replaced
 */
export async function loadCloudKey(deps: CloudKeyDeps): Promise<CloudKey> {
  const key = (await readCloudKey(deps)) ?? (await makeCloudKey(deps));
  if (!key) throw new Error('CLOUD_KEY_GONE: there is a row, and it names no key');
  return key;
}

async function readCloudKey({ cloudKeys, secrets }: CloudKeyDeps): Promise<CloudKey | undefined> {
  const stored = await cloudKeys.cloudKey();
  if (!stored) return undefined;
  const pem = await secrets.get('cloud-key', stored.secretVersion);
  if (pem === undefined) throw new Error('CLOUD_KEY_GONE: its version is not in the store');
  // Whoever made the key may have died right after its row was written.
  await secrets.use('cloud-key', stored.secretVersion);
  return cloudKeyOf(pem);
}

/** Makes a key unless another one was there first; the one that is there in the end. */
async function makeCloudKey({ cloudKeys, secrets }: CloudKeyDeps): Promise<CloudKey | undefined> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const secretVersion = await secrets.put('cloud-key', pem);
  await cloudKeys.createCloudKey({ jwk: publicJwkOf(privateKey), secretVersion });
  return readCloudKey({ cloudKeys, secrets });
}

function cloudKeyOf(pem: string): CloudKey {
  const key = sealKeyOf(createPrivateKey(pem));
  return { ...key, jwk: publicJwkOf(key.privateKey) };
}
