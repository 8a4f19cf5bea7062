// How a relay and the control function prove what they say to each other: seals on requests, the
// cloud's signature on answers, gateway secrets encrypted to one relay (docs/wire-format.md).
// Promise: nothing here throws on hostile input, and no gateway secret leaves it unencrypted.
// It stores nothing and sends nothing; the documents are relay-documents.ts.

import type { KeyObject } from 'node:crypto';
import { type CutOrdersDocument, readCutOrders } from './cut-orders.ts';
import { type AgreementJwk, type HpkeSealed, hpkeOpen, hpkeSeal } from './hpke.ts';
import {
  type Enrolled,
  type GatewaySecret,
  type KeysRotated,
  type RelayConfigDocument,
  readConfigDocument,
  readEnrolled,
  readGatewaySecrets,
  readKeysRotated,
} from './relay-documents.ts';
import {
  contentDigest,
  type SealCheck,
  type SealChoice,
  type SealedRequest,
  type SealProfile,
  type SealRefusal,
  sealWith,
  type VerifiedSeal,
  verifyWith,
} from './seal.ts';
import {
  type PublicJwk,
  type SealKey,
  sign,
  thumbprint,
  verify,
  verifyKeyOf,
} from './signature.ts';
import { openDocument } from './signed-document.ts';

/** Media type of what a relay sends; bodies are covered by their digest. */
export const relayControlContentType = 'application/json';

const bodyFields = ['content-type', 'content-digest'] as const;

/** `POST /v1/relay/enrol`, sealed with the new key itself. */
export const enrolProfile: SealProfile = {
  tag: 'wherefrom-enrol',
  method: 'POST',
  fields: bodyFields,
};
/** `POST /v1/relay/keys`, sealed with the key in use. */
export const relayKeysProfile: SealProfile = {
  tag: 'wherefrom-relay-keys',
  method: 'POST',
  fields: bodyFields,
};
/** `GET /v1/relay/config`. */
export const relayConfigProfile: SealProfile = {
  tag: 'wherefrom-relay-config',
  method: 'GET',
  fields: [],
};
/** `POST /v1/relay/health`. */
export const relayHealthProfile: SealProfile = {
  tag: 'wherefrom-relay-health',
  method: 'POST',
  fields: bodyFields,
};

/** `GET /v1/relay/orders`. */
export const relayOrdersProfile: SealProfile = {
  tag: 'wherefrom-relay-orders',
  method: 'GET',
  fields: [],
};
/** `POST /v1/relay/orders`: what became of them. */
export const relayOrderReportProfile: SealProfile = {
  tag: 'wherefrom-relay-order-report',
  method: 'POST',
  fields: bodyFields,
};

/** Headers of a sealed request with a body. */
export function sealRelayPost(
  profile: SealProfile,
  choice: SealChoice,
  body: string,
): Readonly<Record<string, string>> {
  const fields = {
    'content-type': relayControlContentType,
    'content-digest': contentDigest(body),
  };
  return { ...fields, ...sealWith(profile, choice, fields) };
}

/** Verifies a relay's request, its digest included where it has a body. */
export async function verifyRelayRequest(
  profile: SealProfile,
  request: SealedRequest & { readonly body: Buffer },
  check: SealCheck,
): Promise<VerifiedSeal | { readonly ok: false; readonly reason: SealRefusal }> {
  const { 'content-type': type, 'content-digest': digest } = request.headers;
  if (profile.method === 'POST' && type !== undefined && digest !== undefined) {
    if (type !== relayControlContentType) return { ok: false, reason: 'wrong-content-type' };
    if (digest !== contentDigest(request.body)) return { ok: false, reason: 'wrong-digest' };
  }
  return verifyWith(profile, request, check);
}

/** What a new key signs to show that its holder holds the old one's place, too. */
export type Rotation = {
  readonly previousKeyId: string;
  readonly keyId: string;
  /** Thumbprint of the new key-agreement key. */
  readonly agreementKeyId: string;
};

/** Signs a rotation with the new key: the `proof` of `POST /v1/relay/keys`, base64url. */
export function proveNewKey(key: SealKey, rotation: Omit<Rotation, 'keyId'>): string {
  return sign(key, rotationText({ ...rotation, keyId: key.keyId })).toString('base64url');
}

/** True if the holder of the new key signed the rotation. */
export function isNewKeyProven(jwk: PublicJwk, rotation: Rotation, proof: string): boolean {
  return verify(verifyKeyOf(jwk), rotationText(rotation), Buffer.from(proof, 'base64url'));
}

function rotationText({ previousKeyId, keyId, agreementKeyId }: Rotation): string {
  return `wherefrom-rotate\n${previousKeyId}\n${keyId}\n${agreementKeyId}`;
}

type ConfigName = Pick<RelayConfigDocument, 'relayId' | 'settingsVersion'>;

/** Encrypts gateway secrets for one relay and one version of the settings. */
export function sealSecrets(
  receiver: AgreementJwk,
  name: ConfigName,
  secrets: readonly GatewaySecret[],
): HpkeSealed {
  return hpkeSeal(receiver, secretsContext(name), JSON.stringify(secrets));
}

/** Decrypts them; undefined when they were sealed for another relay, key or version. */
export function openSecrets(
  privateKey: KeyObject,
  name: ConfigName,
  sealed: HpkeSealed,
): readonly GatewaySecret[] | undefined {
  const text = hpkeOpen(privateKey, secretsContext(name), sealed);
  return text === undefined ? undefined : readGatewaySecrets(jsonOf(text));
}

function secretsContext({ relayId, settingsVersion }: ConfigName) {
  return { info: 'wherefrom gateway secrets v1', aad: `${relayId}.${settingsVersion}` };
}

/**
 * Reads the answer to an enrolment.
 * @param cloudKeyId the thumbprint the token names: an answer under another key gives undefined
 */
export function openEnrolled(text: string, cloudKeyId: string): Enrolled | undefined {
  // The key that verifies it stands inside; it counts only if the token named it.
  const claimed = readEnrolled(jsonOf(textOf(text.split('.')[1] ?? '')));
  if (claimed === undefined || thumbprint(claimed.cloudKey) !== cloudKeyId) return undefined;
  return readEnrolled(openDocument('wherefrom-enrolled', claimed.cloudKey, text)?.payload);
}

/** Reads the answer to a rotation, signed by the pinned cloud key. */
export function openKeysRotated(text: string, cloudKey: PublicJwk): KeysRotated | undefined {
  return readKeysRotated(openDocument('wherefrom-relay-keys', cloudKey, text)?.payload);
}

/** Reads a configuration, signed by the pinned cloud key; its secrets are still encrypted. */
export function openRelayConfig(
  text: string,
  cloudKey: PublicJwk,
): RelayConfigDocument | undefined {
  return readConfigDocument(openDocument('wherefrom-relay-config', cloudKey, text)?.payload);
}

/** Reads orders, signed by the pinned cloud key. */
export function openCutOrders(text: string, cloudKey: PublicJwk): CutOrdersDocument | undefined {
  return readCutOrders(openDocument('wherefrom-cut-orders', cloudKey, text)?.payload);
}

const textOf = (base64url: string): string => Buffer.from(base64url, 'base64url').toString('utf8');

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
