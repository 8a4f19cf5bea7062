// The gateways the local relay knows: the four of the sample, and anything else on this machine,
// all with one shared secret, so that `radclient` works from a shell without any configuration.

import type { GatewayConfig } from '../relay/radius/gateway.ts';
import { sampleGateways } from './sample/gateways.ts';

/**
 * How the sample's packets reach the relay. Linux answers on all of 127.0.0.0/8, so each gateway
 * has its own source address. Elsewhere only 127.0.0.1 may exist: then all come from there, and the
 * gateway is the one the packet names, as behind a RADIUS proxy.
 */
export type GatewayLayout = 'own-addresses' | 'one-address';

const loopback = '127.0.0.1';

/** Where packets of a sample gateway leave from. */
export function sourceAddressIn(layout: GatewayLayout, gatewayName: string): string {
  const gateway = sampleGateways.find(({ name }) => name === gatewayName);
  return layout === 'own-addresses' && gateway ? gateway.sourceAddress : loopback;
}

/** The relay's configured gateways. */
export function localGateways(layout: GatewayLayout, secret: string): readonly GatewayConfig[] {
  const secrets = [Buffer.from(secret, 'utf8')];
  if (layout === 'one-address') {
    return [{ name: 'local', addresses: [loopback, '::1'], secrets, behindProxy: true }];
  }
  const ofSample = sampleGateways.map(({ name, sourceAddress, vendor }) => ({
    name,
    addresses: [sourceAddress],
    secrets,
    vendor,
  }));
  return [...ofSample, { name: 'local', addresses: ['127.0.0.0/8', '::1'], secrets }];
}
