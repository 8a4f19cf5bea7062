// The secrets of one data directory, made at first use: the shared secret of its gateways and the
// keys of its relay. Files are readable by their owner only; nothing here prints a secret.

import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { type DataDir, readText, writeText } from './data-dir.ts';

const secretFile = 'shared-secret';
const keysFile = 'relay-keys.pem';
const pemBlock = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g;
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

/** The relay's two private keys: one signs what it sends, the other opens what is sealed to it. */
export type LocalRelayKeys = { readonly signing: KeyObject; readonly agreement: KeyObject };

/** The keys of this data directory's relay: Ed25519 and X25519. */
export async function relayKeys(dir: DataDir): Promise<LocalRelayKeys> {
  const kept = await readText(dir, keysFile);
  if (kept !== undefined) {
    const [signing = '', agreement = ''] = kept.match(pemBlock) ?? [];
    return { signing: createPrivateKey(signing), agreement: createPrivateKey(agreement) };
  }
  const made = {
    signing: generateKeyPairSync('ed25519').privateKey,
    agreement: generateKeyPairSync('x25519').privateKey,
  };
  const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
  await writeText(dir, keysFile, pem(made.signing) + pem(made.agreement));
  return made;
}
