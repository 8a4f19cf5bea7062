// The gateway that a running relay registers for a minute, so that `try` can send from this
// machine.
// Promise: it has a random secret that only accounts with access to the admin socket learn, and one
// address of this machine; it is gone after a minute, whether it was used or not.

import { randomBytes } from 'node:crypto';
import { trialName } from '../cli/try/trial-packet.ts';
import type { GatewayConfig } from '../radius/gateway.ts';

const temporaryGatewayMs = 60_000;
const secretOctets = 24;

/** Takes packets of one more gateway until the returned function is called. */
export type Host = (temporaryGateway: GatewayConfig) => (() => void) | undefined;

export type TemporaryGateway = { readonly gateway: string; readonly secret: string };

/** @returns undefined when that address is a configured gateway's, or another try is under way */
export function hostTemporaryGateway(host: Host, address: string): TemporaryGateway | undefined {
  const secret = randomBytes(secretOctets).toString('base64url');
  const leave = host({
    name: trialName,
    addresses: [address],
    secrets: [Buffer.from(secret)],
    vendor: 'generic',
  });
  if (!leave) return undefined;
  setTimeout(leave, temporaryGatewayMs).unref();
  return { gateway: trialName, secret };
}
