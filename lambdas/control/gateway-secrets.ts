// Gateway secrets, stored as one text in the secret store: reading, changing, fingerprinting. A
// change writes a new version; the settings name the version that is in effect.
// Promise: outside the store a secret appears only as a keyed fingerprint, so a reader of the
// control table cannot test guesses.

import { createHmac, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { GatewaySecret } from '../../wire/relay-documents.ts';
import type { SecretStore } from './ports.ts';
import type { SentGateway, StoredGateway } from './settings-model.ts';

const boxSchema = v.object({
  fingerprintKey: v.string(),
  secrets: v.array(
    v.object({ gateway: v.string(), secret: v.string(), nextSecret: v.exactOptional(v.string()) }),
  ),
});

/** What one version in the secret store holds. */
export type SecretBox = v.InferOutput<typeof boxSchema>;

/** Secrets Manager's bound of one secret. */
export const secretBoxOctetsMax = 65_536;

/** Reads a version; an empty box when there is none yet, `lost` when it is not in the store. */
export async function openSecretBox(
  secrets: SecretStore,
  version: string | undefined,
): Promise<SecretBox | 'lost'> {
  if (version === undefined) return emptyBox();
  const text = await secrets.get('gateway-secrets', version);
  return text === undefined ? 'lost' : v.parse(boxSchema, JSON.parse(text));
}

/** A box without secrets, with a fingerprint key of its own. */
export function emptyBox(): SecretBox {
  return { fingerprintKey: randomBytes(32).toString('base64url'), secrets: [] };
}

/** Eight hex digits that are equal for equal secrets and say nothing else. */
export function secretFingerprint(box: Pick<SecretBox, 'fingerprintKey'>, secret: string): string {
  return createHmac('sha256', box.fingerprintKey).update(secret).digest('hex').slice(0, 8);
}

/**
 * Applies what was sent to what is kept: a text sets, null removes, anything else leaves as it is.
 * Gateways that are no longer there lose their secrets.
 */
export function changedBox(before: SecretBox, gateways: readonly SentGateway[]): SecretBox {
  const kept = new Map(before.secrets.map((one) => [one.gateway, one]));
  const secrets = gateways.flatMap((sent): GatewaySecret[] => {
    const old = kept.get(sent.name);
    const isPromoted = sent.promoteNextSecret === true && old?.nextSecret !== undefined;
    const secret = textOf(sent.secret) ?? (isPromoted ? old.nextSecret : old?.secret);
    if (secret === undefined) return [];
    const isNextKept = sent.nextSecret !== null && !isPromoted;
    const nextSecret = textOf(sent.nextSecret) ?? (isNextKept ? old?.nextSecret : undefined);
    return [{ gateway: sent.name, secret, ...(nextSecret !== undefined && { nextSecret }) }];
  });
  return { ...before, secrets };
}

/** A gateway as the settings keep it: without secrets, with their fingerprints. */
export function storedGateway(sent: SentGateway, box: SecretBox): StoredGateway {
  const { secret: _, nextSecret: __, promoteNextSecret: ___, ...rest } = sent;
  const own = box.secrets.find(({ gateway }) => gateway === sent.name);
  const mark = (text: string | undefined) =>
    text === undefined ? undefined : secretFingerprint(box, text);
  const secret = mark(own?.secret);
  const nextSecret = mark(own?.nextSecret);
  return { ...rest, ...(secret && { secret }), ...(nextSecret && { nextSecret }) };
}

const textOf = (sent: unknown): string | undefined => (typeof sent === 'string' ? sent : undefined);
