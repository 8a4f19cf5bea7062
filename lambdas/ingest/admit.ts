// The ingest function: verifies a signed batch and sends it to the queue.
// Promise: nothing unverified enters the queue, and 202 means the queue holds the batch. Cheap
// checks come first. It reads events only to check their bounds and stores none.

import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { UnixMs } from '../../domain/accounting-event.ts';
import { batchEncodedBytesMax } from '../../domain/limits.ts';
import type { BatchOutcome } from '../../domain/outcome.ts';
import { type BatchProblem, decodeBatch, formatBatchId } from '../../wire/batch.ts';
import {
  type SealRefusal,
  type TrustedKey,
  type VerifiedSeal,
  verifySeal,
} from '../../wire/seal.ts';
import { verifyKeyOf } from '../../wire/signature.ts';
import { authorityOf } from '../shared/authority.ts';
import type { BatchIdStore, RelayKeyStore } from '../shared/control-ports.ts';
import type { Log } from '../shared/log.ts';
import { problem } from '../shared/problem.ts';
import { sealAdvice } from '../shared/seal-advice.ts';

/** Takes verified batches. Resolves only when the message is durable. */
export type BatchQueue = {
  send(message: {
    readonly body: string;
    readonly attributes: Readonly<Record<string, string>>;
  }): Promise<void>;
};

export type AdmitDeps = {
  readonly keys: Pick<RelayKeyStore, 'activeKey'>;
  readonly batches: BatchIdStore;
  readonly queue: BatchQueue;
  /** Whether a relay is to be told that an order waits for it. Absent, or a failure: no. */
  readonly isOrderWaiting?: (relayId: string) => Promise<boolean>;
  /** Hosts that requests may be addressed to, in lower case, with a port unless it is 443. */
  readonly allowedAuthorities: readonly string[];
  readonly now: () => UnixMs;
  readonly log: Log;
};

export type AdmitHandler = (
  event: APIGatewayProxyEventV2,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** A revoked key opens nothing after this time. */
export const keyCacheMs = 60_000;
/** Far more than the relays of one deployment; beyond it the cache starts again. */
const cachedKeysMax = 1_000;
const retryAfterSeconds = 5;

type Ending = {
  readonly outcome: BatchOutcome;
  readonly answer: APIGatewayProxyStructuredResultV2;
  /** Why it was refused, for the log. */
  readonly reason?: string;
};

/** Makes the handler of `POST /v1/batches`. It answers every request and never rejects. */
export function makeAdmit(deps: AdmitDeps): AdmitHandler {
  const keyOf = cacheKeys(deps);
  return async (event) => {
    const { outcome, answer, reason } = await admit(deps, keyOf, event);
    if (reason) deps.log.warn('a batch was refused', { reason, status: answer.statusCode ?? 0 });
    deps.log.outcomes<BatchOutcome>('admit', { [outcome]: 1 });
    return answer;
  };
}

async function admit(
  deps: AdmitDeps,
  keyOf: (keyId: string) => Promise<TrustedKey | undefined>,
  event: APIGatewayProxyEventV2,
): Promise<Ending> {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > batchEncodedBytesMax)
    return refuseBatch('too-large', 'the body is over 256 KiB');
  // A query is not covered by the seal, so it cannot be meant.
  if (event.rawQueryString) return refuseSeal('malformed-seal');
  const authority = authorityOf(event);
  try {
    const seal = await verifySeal({
      method: event.requestContext.http.method,
      authority,
      path: event.rawPath,
      headers: event.headers,
      body,
      nowSeconds: Math.floor(deps.now() / 1000),
      keyOf,
      allowedAuthorities: deps.allowedAuthorities,
    });
    if (!seal.ok) return refuseSeal(seal.reason);
    return await enqueue(deps, event, { seal, authority, text: body.toString('latin1') });
  } catch (error) {
    deps.log.error('a batch could not be admitted', error);
    const detail = 'keep the batch and send it again';
    return {
      outcome: 'unavailable',
      answer: problem('unavailable', { detail, retryAfterSeconds }),
    };
  }
}

type Verified = {
  readonly seal: VerifiedSeal;
  readonly authority: string;
  readonly text: string;
};

async function enqueue(
  deps: AdmitDeps,
  event: APIGatewayProxyEventV2,
  { seal, authority, text }: Verified,
): Promise<Ending> {
  const batchId = event.headers['wherefrom-batch'] ?? '';
  const digest = event.headers['content-digest'] ?? '';
  const decoded = decodeBatch(text);
  if (!decoded.ok) return refuseBatch(decoded.problem, decoded.detail);
  if (formatBatchId(decoded.batch) !== batchId) {
    return refuseBatch('malformed', 'the body names another batch than Wherefrom-Batch does');
  }
  const claim = await deps.batches.claimBatch(batchId, digest);
  if (claim === 'conflict') {
    const detail = 'start a new epoch and send the records again under a new id';
    return {
      outcome: 'conflict',
      answer: problem('batch-conflict', { detail }),
      reason: 'batch-conflict',
    };
  }
  // Also when it is the same again: an earlier try may have ended between the claim and the queue.
  const { keyId, relayId, signature, signatureInput } = seal;
  // Beside the queue, which takes longer.
  const waiting = deps.isOrderWaiting?.(relayId).catch(() => false);
  const receivedAt = String(deps.now());
  await deps.queue.send({
    body: text,
    attributes: {
      relayId,
      batchId,
      keyId,
      digest,
      signature,
      signatureInput,
      authority,
      receivedAt,
    },
  });
  const isWaiting = (await waiting) === true;
  return { outcome: 'admitted', answer: accepted(batchId, claim === 'same', isWaiting) };
}

function accepted(
  batchId: string,
  isRepeat: boolean,
  isOrderWaiting: boolean,
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: 202,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify({ batchId, isRepeat, ...(isOrderWaiting && { isOrderWaiting }) }),
  };
}

function refuseSeal(reason: SealRefusal): Ending {
  const detail = `${reason}: ${sealAdvice[reason]}`;
  return { outcome: 'seal-invalid', answer: problem('seal-invalid', { detail }), reason };
}

const batchEndings = {
  'too-large': { outcome: 'too-large', advice: 'split the batch' },
  malformed: { outcome: 'malformed', advice: 'split the batch; set a single refused record aside' },
  // Our fault, not the batch's: nothing may become a dead letter for it.
  'unsupported-version': {
    outcome: 'unavailable',
    advice: 'keep the batch, update the cloud side, send it again',
  },
} as const satisfies Record<BatchProblem, { outcome: BatchOutcome; advice: string }>;

function refuseBatch(reason: BatchProblem, detail: string): Ending {
  const { outcome, advice } = batchEndings[reason];
  return { outcome, answer: problem(reason, { detail: `${detail}: ${advice}` }), reason };
}

/** Remembers keys that were found. Unknown ones are asked for again: a new key works at once. */
function cacheKeys({ keys, now }: AdmitDeps): (keyId: string) => Promise<TrustedKey | undefined> {
  const cache = new Map<string, { readonly key: TrustedKey; readonly readAt: UnixMs }>();
  return async (keyId) => {
    const cached = cache.get(keyId);
    if (cached && now() - cached.readAt < keyCacheMs) return cached.key;
    const readAt = now();
    const found = await keys.activeKey(keyId);
    cache.delete(keyId);
    if (!found) return undefined;
    const key = { ...verifyKeyOf(found.jwk), relayId: found.relayId };
    if (cache.size >= cachedKeysMax) cache.clear();
    cache.set(keyId, { key, readAt });
    return key;
  };
}
