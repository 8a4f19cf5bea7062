// A relay's enrolment: its cloud, its id and its keys. One file, `enrolment/enrolment.json` in the
// data directory, 0600.
// Promise: replaced as a whole, so that a crash leaves the old one or the new one; the private
// halves of the keys are generated here and exist nowhere else. It makes no request.

import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chown, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { agreementJwkOf } from '../../wire/hpke.ts';
import {
  type PublicJwk,
  parsePublicJwk,
  type SealAlgorithm,
  sealKeyOf,
} from '../../wire/signature.ts';
import { systemErrorCode } from '../errors.ts';
import { nodeDisk, replaceFile } from '../journal/disk.ts';

/** The two keys of a relay: one signs what it sends, the other opens what is sealed to it. */
export type RelayKeys = { readonly signing: KeyObject; readonly agreement: KeyObject };

export type Enrolment = {
  /** Base URL of the cloud, as it was given. */
  readonly url: string;
  readonly relayId: string;
  /** Names the token that let it in, so that the same one again is seen to be done. */
  readonly tokenId: string;
  readonly keys: RelayKeys;
  /** Opens what was sealed before the last rotation: the copy of the settings on disk. */
  readonly agreementBefore?: KeyObject;
  /** The cloud's signing key, pinned. */
  readonly cloudKey: PublicJwk;
  /** Unix ms. */
  readonly keysSince: number;
};

type ReadFile = (path: string) => { readonly octets: Buffer; readonly mode: number };

const fileName = 'enrolment.json';
const pendingName = 'enrolment-pending.json';

const pem = v.pipe(v.string(), v.startsWith('-----BEGIN PRIVATE KEY-----'));
const keysEntries = { signing: pem, agreement: pem };
const schema = v.object({
  version: v.literal(1),
  url: v.pipe(v.string(), v.url()),
  relayId: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/)),
  tokenId: v.string(),
  keysSince: v.pipe(v.number(), v.integer()),
  cloudKey: v.unknown(),
  agreementBefore: v.exactOptional(pem),
  ...keysEntries,
});
const purposes = ['enrolment', 'rotation'] as const;
const pendingSchema = v.object({
  version: v.literal(1),
  // Absent in files of before 0.1.0, which a rotation had left.
  purpose: v.optional(v.picklist(purposes), 'rotation'),
  ...keysEntries,
});

/** What keys wait for: `enrol` in a process of its own, or the running relay's rotation. */
export type KeyPurpose = (typeof purposes)[number];

/** Where enrolment, keys and settings of a relay are kept. */
export const enrolmentFolder = (dataDir: string): string => join(dataDir, 'enrolment');

/** Reads the enrolment; `not-enrolled` when there is no file, `damaged` when it is not usable. */
export function readEnrolment(
  dataDir: string,
  readFile: ReadFile,
): Enrolment | 'not-enrolled' | 'damaged' {
  const text = readText(join(enrolmentFolder(dataDir), fileName), readFile);
  if (text === undefined) return 'not-enrolled';
  const parsed = v.safeParse(schema, parseJson(text));
  if (!parsed.success) return 'damaged';
  const { url, relayId, tokenId, keysSince, ...pems } = parsed.output;
  const cloudKey = parsePublicJwk(parsed.output.cloudKey);
  const keys = keysOf(pems);
  if (!cloudKey || !keys) return 'damaged';
  return {
    url,
    relayId,
    tokenId,
    keysSince,
    cloudKey,
    keys,
    ...(pems.agreementBefore && { agreementBefore: createPrivateKey(pems.agreementBefore) }),
  };
}

/** Writes the enrolment; it is on disk when the promise resolves. */
export async function writeEnrolment(dataDir: string, enrolment: Enrolment): Promise<void> {
  const { url, relayId, tokenId, keysSince, cloudKey, keys, agreementBefore } = enrolment;
  await write(dataDir, fileName, {
    version: 1,
    url,
    relayId,
    tokenId,
    keysSince,
    cloudKey,
    ...pemsOf(keys),
    ...(agreementBefore && { agreementBefore: pemOf(agreementBefore) }),
  });
  await nodeDisk.remove(join(enrolmentFolder(dataDir), pendingName));
}

/**
 * Keys that wait for the cloud's word: those of an attempt that was interrupted, or new ones. They
 * are on disk before anything is sent, so whatever the cloud has registered can be used.
 */
export async function pendingKeys(
  dataDir: string,
  algorithm: SealAlgorithm,
  readFile: ReadFile,
  purpose: KeyPurpose,
): Promise<RelayKeys> {
  const pending = readPending(dataDir, readFile);
  const kept = pending && keysOf(pending);
  if (kept && sealKeyOf(kept.signing).algorithm === algorithm) return kept;
  const made = makeKeys(algorithm);
  await write(dataDir, pendingName, { version: 1, purpose, ...pemsOf(made) });
  return made;
}

function readPending(
  dataDir: string,
  readFile: ReadFile,
): v.InferOutput<typeof pendingSchema> | undefined {
  const text = readText(join(enrolmentFolder(dataDir), pendingName), readFile);
  const parsed = v.safeParse(pendingSchema, text === undefined ? undefined : parseJson(text));
  return parsed.success ? parsed.output : undefined;
}

/**
 * True when keys wait that a rotation made and did not finish. Keys that `enrol` made a moment ago
 * in another process are none of the running relay's business.
 */
export function isRotationPending(dataDir: string, readFile: ReadFile): boolean {
  return readPending(dataDir, readFile)?.purpose === 'rotation';
}

/** Forgets keys that the cloud will never take. */
export async function dropPendingKeys(dataDir: string): Promise<void> {
  await nodeDisk.remove(join(enrolmentFolder(dataDir), pendingName));
}

/** Ed25519 with X25519, or P-256 for both where FIPS rules. */
function makeKeys(algorithm: SealAlgorithm): RelayKeys {
  if (algorithm === 'ed25519') {
    return {
      signing: generateKeyPairSync('ed25519').privateKey,
      agreement: generateKeyPairSync('x25519').privateKey,
    };
  }
  const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  return { signing: pair(), agreement: pair() };
}

async function write(dataDir: string, name: string, value: object): Promise<void> {
  const folder = enrolmentFolder(dataDir);
  await nodeDisk.makeDirectory(folder);
  await replaceFile(nodeDisk, folder, name, Buffer.from(`${JSON.stringify(value, null, 2)}\n`));
  await giveToOwner(dataDir, [folder, join(folder, name)]);
}

/** Enrolled by root for a service with a user of its own: the service must be able to read it. */
async function giveToOwner(dataDir: string, paths: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(dataDir);
  for (const path of paths) await chown(path, uid, gid);
}

function keysOf({ signing, agreement }: Record<keyof RelayKeys, string>): RelayKeys | undefined {
  try {
    const keys = { signing: createPrivateKey(signing), agreement: createPrivateKey(agreement) };
    sealKeyOf(keys.signing);
    agreementJwkOf(keys.agreement);
    return keys;
  } catch {
    return undefined;
  }
}

const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

function pemsOf({ signing, agreement }: RelayKeys): Record<keyof RelayKeys, string> {
  return { signing: pemOf(signing), agreement: pemOf(agreement) };
}

function readText(path: string, readFile: ReadFile): string | undefined {
  try {
    return readFile(path).octets.toString('utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
