// The secrets of one data directory, made at first use: the shared secret of its gateways and the
// keys of its relay. Files are readable by their owner only; nothing here prints a secret.

import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type DataDir, DataDirError, readText, writeText } from './data-dir.ts';

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

/**
 * The shared secret of every gateway of this data directory.
 * @throws DataDirError when its file is empty
 */
export async function sharedSecret(dir: DataDir): Promise<string> {
  const kept = await readText(dir, secretFile);
  if (kept?.trim() === '') {
    throw new DataDirError(
      `${join(dir.path, secretFile)} is empty: put the gateways' secret back, or remove the file ` +
        'and give the gateways the new one',
    );
  }
  if (kept !== undefined) return kept.trim();
  const secret = makeSecret();
  await writeText(dir, secretFile, `${secret}\n`);
  return secret;
}

/** The relay's two private keys: one signs what it sends, the other opens what is sealed to it. */
export type LocalRelayKeys = { readonly signing: KeyObject; readonly agreement: KeyObject };

/**
 * The keys of this data directory's relay: Ed25519 and X25519.
 * @throws DataDirError when its file does not hold both
 */
export async function relayKeys(dir: DataDir): Promise<LocalRelayKeys> {
  const kept = await readText(dir, keysFile);
  if (kept !== undefined) {
    return keysIn(kept, join(dir.path, keysFile));
  }
  const made = {
    signing: generateKeyPairSync('ed25519').privateKey,
    agreement: generateKeyPairSync('x25519').privateKey,
  };
  const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
  await writeText(dir, keysFile, pem(made.signing) + pem(made.agreement));
  return made;
}

function keysIn(text: string, path: string): LocalRelayKeys {
  try {
    const [signing = '', agreement = ''] = text.match(pemBlock) ?? [];
    const keys = {
      signing: createPrivateKey(signing),
      agreement: createPrivateKey(agreement),
    };
    if (keys.signing.asymmetricKeyType === 'ed25519') return keys;
  } catch {
    // Said below.
  }
  throw new DataDirError(
    `${path} is damaged: it does not hold the relay's two keys. Put it back from a copy, or ` +
      'start with a new --data directory',
  );
}
