// Orders to end sessions as a cloud signs them for a relay, and the relay's enrolment with it.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Enrolment } from '../../relay/config/enrolment.ts';
import type { CutOrder, CutOrdersDocument } from '../../wire/cut-orders.ts';
import { publicJwkOf, sealKeyOf } from '../../wire/signature.ts';
import { signDocument } from '../../wire/signed-document.ts';

export const p256 = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
export const ordersCloudKey = p256();
/** The nonce that the relay is taken to have sent. */
export const ordersNonce = 'abcdefghijklmnopqrstuv';

export const ordersEnrolment: Enrolment = {
  url: 'https://cloud.example',
  relayId: 'relay-1',
  tokenId: 't',
  keysSince: 0,
  keys: {
    signing: generateKeyPairSync('ed25519').privateKey,
    agreement: generateKeyPairSync('x25519').privateKey,
  },
  cloudKey: publicJwkOf(ordersCloudKey),
};

/** The signed document, as an answer holds it. */
export function signedOrders(
  orders: readonly CutOrder[],
  change: Partial<CutOrdersDocument> = {},
  key = ordersCloudKey,
): string {
  const document = { version: 1, relayId: 'relay-1', issuedAt: 0, isAwaited: true };
  const payload = { ...document, nonce: ordersNonce, orders, ...change };
  return signDocument('wherefrom-cut-orders', sealKeyOf(key), payload);
}
