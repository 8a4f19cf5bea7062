// The configured gateways in the form the ack path reads: by source address, with prepared secrets
// and precomputed drop results, so that a hostile packet allocates nothing.
// Promise: built once per configuration, never changed; a reload builds another one.

import type { DatagramOutcome } from '../../domain/outcome.ts';
import type { GatewayConfig } from '../radius/gateway.ts';
import { AddressTable, parseAddressBlock } from './address-match.ts';
import type { HmacKey } from './md5.ts';
import { makeHmacKey } from './md5.ts';

/** Longest shared secret, octets. */
export const secretOctetsMax = 256;

/** A shared secret, ready for both signatures of a packet. */
export type SecretKey = { readonly octets: Buffer; readonly hmacKey: HmacKey };

/** Why the gate drops a datagram. */
export type DropReason = Extract<
  DatagramOutcome,
  | 'bad-length'
  | 'bad-framing'
  | 'unknown-gateway'
  | 'unexpected-code'
  | 'bad-message-authenticator'
  | 'bad-authenticator'
>;

/** Silence. `gateway` is who the packet source belongs to, as far as it is configured. */
export type Drop = {
  readonly kind: 'drop';
  readonly reason: DropReason;
  readonly gateway: KnownGateway | undefined;
};

type Drops = Readonly<Record<DropReason, Drop>>;

export type KnownGateway = {
  readonly config: GatewayConfig;
  readonly secrets: readonly SecretKey[];
  readonly drops: Drops;
};

/** `isBlock`: found through a CIDR entry, so the source is part of its identity. */
export type GatewayMatch = { readonly gateway: KnownGateway; readonly isBlock: boolean };

export type GatewayTable = {
  readonly gateways: readonly KnownGateway[];
  /** Verdicts on packets from no configured source. */
  readonly unknownClientDrops: Drops;
  /** The gateway of that configured name. */
  named(name: string): KnownGateway | undefined;
  /** The gateway of a canonical source address. */
  find(source: string): GatewayMatch | undefined;
};

/** Prepares a secret. */
export function makeSecretKey(octets: Buffer): SecretKey {
  return { octets, hmacKey: makeHmacKey(octets) };
}

function makeDrops(gateway: KnownGateway | undefined): Drops {
  const drop = (reason: DropReason): Drop => ({ kind: 'drop', reason, gateway });
  return {
    'bad-length': drop('bad-length'),
    'bad-framing': drop('bad-framing'),
    'unknown-gateway': drop('unknown-gateway'),
    'unexpected-code': drop('unexpected-code'),
    'bad-message-authenticator': drop('bad-message-authenticator'),
    'bad-authenticator': drop('bad-authenticator'),
  };
}

function prepare(config: GatewayConfig): KnownGateway {
  const secrets = config.secrets.map((secret) => {
    if (secret.length === 0 || secret.length > secretOctetsMax) {
      throw new Error(`gateway ${config.name}: a secret has 1 to ${secretOctetsMax} octets`);
    }
    return makeSecretKey(secret);
  });
  const known: { config: GatewayConfig; secrets: SecretKey[]; drops: Drops } = {
    config,
    secrets,
    drops: makeDrops(undefined),
  };
  known.drops = makeDrops(known);
  return known;
}

/**
 * Builds the table.
 *
 * @throws Error for an address or a secret that the validated configuration cannot contain
 */
export function makeGatewayTable(configs: readonly GatewayConfig[]): GatewayTable {
  const table = new AddressTable<GatewayMatch>();
  const gateways = configs.map(prepare);
  for (const gateway of gateways) {
    for (const text of gateway.config.addresses) {
      const block = parseAddressBlock(text);
      if (!block) throw new Error(`gateway ${gateway.config.name}: ${text} is no address or block`);
      table.add(block, { gateway, isBlock: block.bits < block.octets.length * 8 });
    }
  }
  const byName = new Map(gateways.map((gateway) => [gateway.config.name, gateway]));
  return {
    gateways,
    unknownClientDrops: makeDrops(undefined),
    named: (name) => byName.get(name),
    find: (source) => table.find(source),
  };
}
