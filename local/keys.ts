// The secrets of one data directory, made at first use: the shared secret of its gateways and the
// key its relay seals with. Files are readable by their owner only; nothing here prints a secret.

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { type DataDir, readText, writeText } from './data-dir.ts';

const secretFile = 'shared-secret';
const keyFile = 'relay-key.pem';
/** 118 bits in letters and digits that survive a shell, a web form and a phone call. */
const secretLength = 24;
const secretAlphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

function makeSecret(): string {
  let secret = '';
  while (secret.length < secretLength) {
    for (const octet of randomBytes(secretLength)) {
      // Octets beyond a multiple of the alphabet would favour its first letters.
      const letter = secretAlphabet[octet & 31];
      if (letter !== undefined && secret.length < secretLength) secret += letter;
    }
  }
  return secret;
}

/** The shared secret of every gateway of this data directory. */
export async function sharedSecret(dir: DataDir): Promise<string> {
  const kept = await readText(dir, secretFile);
  if (kept !== undefined) return kept.trim();
  const secret = makeSecret();
  await writeText(dir, secretFile, `${secret}\n`);
  return secret;
}

export type RelayKeyPair = { readonly privateKey: KeyObject; readonly publicKey: KeyObject };

/** The Ed25519 key pair of this data directory's relay. */
export async function relayKeyPair(dir: DataDir): Promise<RelayKeyPair> {
  const kept = await readText(dir, keyFile);
  if (kept !== undefined) {
    const privateKey = createPrivateKey(kept);
    return { privateKey, publicKey: createPublicKey(privateKey) };
  }
  const pair = generateKeyPairSync('ed25519');
  await writeText(
    dir,
    keyFile,
    pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  return pair;
}
