// The seal: a fixed profile of RFC 9421 over an RFC 9530 digest (docs/wire-format.md "Headers").
// Promise: the verifier rebuilds the one Signature-Input it expects and compares; a header that is
// repeated, joined, reordered or spelled otherwise is refused. It fetches no keys, queues nothing.

import { createHash, timingSafeEqual } from 'node:crypto';
import { sealWindowSeconds } from '../domain/limits.ts';
import { parseBatchId } from './batch.ts';
import {
  type SealAlgorithm,
  type SealKey,
  sign,
  signatureBase,
  type VerifyKey,
  verify,
} from './signature.ts';

/** One kind of sealed request. The tag keeps a seal made for one route from opening another. */
export type SealProfile = {
  readonly tag: string;
  readonly method: 'GET' | 'POST';
  /** Header fields covered after `@method`, `@authority` and `@path`, in this order. */
  readonly fields: readonly string[];
};

/** `POST /v1/batches`. */
export const batchProfile: SealProfile = {
  tag: 'wherefrom-batch',
  method: 'POST',
  fields: ['content-type', 'content-digest', 'wherefrom-batch'],
};

/** The media type of a batch: base64 text, because SQS takes XML characters only. */
export const batchContentType = 'text/plain';

/** Why a seal was refused. No reason tells more than the sender knows already. */
export type SealRefusal =
  | 'wrong-method'
  | 'wrong-authority'
  | 'missing-header'
  | 'malformed-seal'
  | 'wrong-content-type'
  | 'outside-window'
  | 'wrong-digest'
  | 'unknown-key'
  | 'wrong-algorithm'
  | 'wrong-relay'
  | 'bad-signature';

type Refused = { readonly ok: false; readonly reason: SealRefusal };

/** A key the verifier trusts, and whose it is. */
export type TrustedKey = VerifyKey & { readonly relayId: string };

/** A verified seal with what it takes to verify it again later (all but the body). */
export type VerifiedSeal = {
  readonly ok: true;
  readonly keyId: string;
  readonly relayId: string;
  /** base64 of the 64 octets. */
  readonly signature: string;
  /** The Signature-Input value. */
  readonly signatureInput: string;
};

/** A request as it came in: header names in lower case, one value each, as payload 2.0 has them. */
export type SealedRequest = {
  readonly method: string;
  /** The host the request came in on, with its port unless that is 443. */
  readonly authority: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
};

export type SealCheck = {
  readonly nowSeconds: number;
  /** Finds an active key; rejects when it cannot know. */
  readonly keyOf: (keyId: string) => Promise<TrustedKey | undefined>;
  readonly allowedAuthorities: readonly string[];
};

type SealParameters = {
  readonly createdSeconds: number;
  readonly expiresSeconds: number;
  readonly nonce: string;
  readonly keyId: string;
  readonly algorithm: SealAlgorithm;
};

/** What the sender of a sealed request chooses. `nonce` is 22 base64url characters (128 bits). */
export type SealChoice = {
  readonly authority: string;
  readonly path: string;
  readonly createdSeconds: number;
  readonly nonce: string;
  readonly key: SealKey;
};

export type BatchHeaders = Readonly<
  Record<
    'content-type' | 'content-digest' | 'wherefrom-batch' | 'signature-input' | 'signature',
    string
  >
>;

const label = 'wherefrom';
const noncePattern = /^[\w-]{22}$/;
const parametersPattern = new RegExp(
  ';created=(\\d{1,12});expires=(\\d{1,12});nonce="([\\w-]{22})";keyid="([\\w-]{43})"' +
    ';alg="(ed25519|ecdsa-p256-sha256)";',
);
// Of 64 octets: the last character before the padding holds two bits, in one spelling only.
const signaturePattern = /^wherefrom=:([A-Za-z0-9+/]{85}[AQgw]==):$/;
const printable = /^[\x20-\x7e]+$/;
const signatureInputLengthMax = 1024;

/** The Content-Digest value of a body (RFC 9530 section 2). */
export function contentDigest(body: string | Buffer): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

/** Seals `POST <path>` carrying a batch; returns every header the request needs besides Host. */
export function sealRequest(
  request: SealChoice & { readonly body: string; readonly batchId: string },
): BatchHeaders {
  const fields = {
    'content-type': batchContentType,
    'content-digest': contentDigest(request.body),
    'wherefrom-batch': request.batchId,
  };
  return { ...fields, ...sealWith(batchProfile, request, fields) };
}

/** Seals a request of any profile over the given field values. */
export function sealWith(
  profile: SealProfile,
  { authority, path, createdSeconds, nonce, key }: SealChoice,
  fieldValues: Readonly<Record<string, string>>,
): Readonly<Record<'signature-input' | 'signature', string>> {
  if (!noncePattern.test(nonce)) throw new Error('a nonce has 22 base64url characters');
  const parameters = formatParameters(profile, {
    createdSeconds,
    expiresSeconds: createdSeconds + sealWindowSeconds,
    nonce,
    keyId: key.keyId,
    algorithm: key.algorithm,
  });
  const request = { method: profile.method, authority, path, headers: fieldValues };
  const signature = sign(key, signatureBase(coveredBy(profile, request), parameters));
  return {
    'signature-input': `${label}=${parameters}`,
    signature: `${label}=:${signature.toString('base64')}:`,
  };
}

/**
 * Verifies a sealed batch request: seal, digest of the body as received, and that the batch names
 * the relay whose key signed it. Cheap checks come first. Rejects only when `keyOf` does.
 */
export async function verifySeal(
  request: SealedRequest & { readonly body: Buffer } & SealCheck,
): Promise<VerifiedSeal | Refused> {
  const { headers } = request;
  const contentType = headers['content-type'];
  if (contentType && contentType !== batchContentType) return refuse('wrong-content-type');
  const batchName = parseBatchId(headers['wherefrom-batch'] ?? '');
  const parameters = readSeal(batchProfile, request, request);
  if ('reason' in parameters) return parameters;
  if (!batchName) return refuse('malformed-seal');
  if (!isSameText(headers['content-digest'] ?? '', contentDigest(request.body))) {
    return refuse('wrong-digest');
  }
  const verified = await verifySignature(batchProfile, request, parameters, request.keyOf);
  if (verified.ok && verified.relayId !== batchName.relayId) return refuse('wrong-relay');
  return verified;
}

/** Verifies a sealed request of any profile whose fields the caller has checked. */
export async function verifyWith(
  profile: SealProfile,
  request: SealedRequest,
  check: SealCheck,
): Promise<VerifiedSeal | Refused> {
  const parameters = readSeal(profile, request, check);
  if ('reason' in parameters) return parameters;
  return verifySignature(profile, request, parameters, check.keyOf);
}

function refuse(reason: SealRefusal): Refused {
  return { ok: false, reason };
}

/** Everything that can be refused without a key. */
function readSeal(
  profile: SealProfile,
  request: SealedRequest,
  { nowSeconds, allowedAuthorities }: Omit<SealCheck, 'keyOf'>,
): SealParameters | Refused {
  if (request.method !== profile.method) return refuse('wrong-method');
  if (!allowedAuthorities.includes(request.authority.toLowerCase())) {
    return refuse('wrong-authority');
  }
  const { headers } = request;
  const input = headers['signature-input'];
  if (!input || !headers['signature']) return refuse('missing-header');
  if (profile.fields.some((name) => !headers[name])) return refuse('missing-header');
  // A line break in a covered value could stand for another line of the signature base.
  if (coveredBy(profile, request).some(([, value]) => !printable.test(value))) {
    return refuse('malformed-seal');
  }
  const parameters = readParameters(profile, input);
  if (!parameters || !signaturePattern.test(headers['signature'])) return refuse('malformed-seal');
  const { createdSeconds, expiresSeconds } = parameters;
  if (expiresSeconds - createdSeconds !== sealWindowSeconds) return refuse('malformed-seal');
  const isWithinWindow =
    createdSeconds - sealWindowSeconds <= nowSeconds && nowSeconds <= expiresSeconds;
  return isWithinWindow ? parameters : refuse('outside-window');
}

/** Takes the five values out of a Signature-Input and accepts only the text they rebuild. */
function readParameters(profile: SealProfile, input: string): SealParameters | undefined {
  if (input.length > signatureInputLengthMax) return undefined;
  const [, created, expires, nonce, keyId, algorithm] = parametersPattern.exec(input) ?? [];
  if (nonce === undefined || keyId === undefined) return undefined;
  const parameters: SealParameters = {
    createdSeconds: Number(created),
    expiresSeconds: Number(expires),
    nonce,
    keyId,
    algorithm: algorithm as SealAlgorithm,
  };
  return input === `${label}=${formatParameters(profile, parameters)}` ? parameters : undefined;
}

async function verifySignature(
  profile: SealProfile,
  request: SealedRequest,
  { keyId, algorithm }: SealParameters,
  keyOf: SealCheck['keyOf'],
): Promise<VerifiedSeal | Refused> {
  const key = await keyOf(keyId);
  if (!key) return refuse('unknown-key');
  if (key.algorithm !== algorithm) return refuse('wrong-algorithm');
  const signatureInput = request.headers['signature-input'] ?? '';
  const signature = signaturePattern.exec(request.headers['signature'] ?? '')?.[1] ?? '';
  const base = signatureBase(coveredBy(profile, request), signatureInput.slice(label.length + 1));
  if (!verify(key, base, Buffer.from(signature, 'base64'))) return refuse('bad-signature');
  return { ok: true, keyId, relayId: key.relayId, signature, signatureInput };
}

function coveredBy(profile: SealProfile, request: SealedRequest): [string, string][] {
  return [
    ['@method', request.method],
    ['@authority', request.authority.toLowerCase()],
    ['@path', request.path],
    ...profile.fields.map((name): [string, string] => [name, request.headers[name] ?? '']),
  ];
}

function formatParameters(profile: SealProfile, parameters: SealParameters): string {
  const { createdSeconds, expiresSeconds, nonce, keyId, algorithm } = parameters;
  const covered = ['@method', '@authority', '@path', ...profile.fields];
  return (
    `(${covered.map((name) => `"${name}"`).join(' ')});created=${createdSeconds}` +
    `;expires=${expiresSeconds};nonce="${nonce}";keyid="${keyId}";alg="${algorithm}"` +
    `;tag="${profile.tag}"`
  );
}

function isSameText(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}
