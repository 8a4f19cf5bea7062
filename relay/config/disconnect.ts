// Validates the list `disconnect`: which gateways this relay may ask to end a session, where, with
// which secret (relay/disconnect/).
// Promise: only the relay's own file opts in; an entry that could not work is refused with advice.
// The secret is one of its own: whoever knows that of accounting must not be able to end sessions.
// FIPS mode has the way over RADIUS/1.1 alone, which needs no MD5.
// Gateways of the settings come and go while the relay runs: `markingShared` is asked each time.

import { timingSafeEqual } from 'node:crypto';
import { type FormName, formOf } from '../disconnect/forms.ts';
import {
  type DisconnectConfig,
  type DisconnectTarget,
  disconnectDefaults,
  type UdpTarget,
} from '../disconnect/target.ts';
import type { GatewayConfig } from '../radius/gateway.ts';
import { AddressTable, parseAddressBlock } from '../receive/address-match.ts';
import type { DisconnectFile } from './disconnect-schema.ts';
import type { ConfigFinding } from './findings.ts';
import { pathBelow } from './json.ts';
import { type SecretSources, secretInFile } from './secrets.ts';

type Context = {
  readonly sources: SecretSources;
  readonly report: (path: string, message: string, severity?: ConfigFinding['severity']) => void;
  readonly locate: (name: string) => string;
  readonly hasRadsec: boolean;
  readonly isFips: boolean;
};

/** The list in effect; undefined where there is none. */
export function resolveDisconnect(
  list: DisconnectFile | undefined,
  isEnabled: boolean | undefined,
  gateways: readonly GatewayConfig[],
  context: Context,
): DisconnectConfig | undefined {
  if (!list) return undefined;
  const { report } = context;
  const taken = new Set<string>();
  const targets = list.flatMap((entry, index): DisconnectTarget[] => {
    const path = pathBelow('disconnect', index);
    const address = parseAddressBlock(entry.address)?.text ?? entry.address;
    const place = `${entry.gateway} ${address}`;
    if (taken.has(place)) report(path, `${entry.gateway} at ${address} is there twice`);
    taken.add(place);
    reportGateway(entry.gateway, address, gateways, (message, severity) =>
      report(path, message, severity),
    );
    const form: FormName = entry.form;
    const { gateway, perHour: perHourMax = disconnectDefaults.perHourMax } = entry;
    const way = wayOf(entry, path, gateways, context);
    return way ? [{ gateway, address, form, perHourMax, ...way }] : [];
  });
  return { targets, isEnabled: isEnabled !== false };
}

type Way = Pick<UdpTarget, 'via' | 'port' | 'secret'> | { readonly via: 'radsec' };

/** How it is reached; undefined: not at all, which was reported. */
function wayOf(
  { via = 'udp', port, secretFile, form }: DisconnectFile[number],
  path: string,
  gateways: readonly GatewayConfig[],
  { report, sources, locate, hasRadsec, isFips }: Context,
): Way | undefined {
  const at = (key: string): string => pathBelow(path, key);
  if (via === 'radsec') {
    if (!hasRadsec) report(at('via'), 'needs "radsec": the gateway opens the connection');
    if (port !== undefined) report(at('port'), 'is of UDP: leave it out');
    if (secretFile !== undefined) report(at('secretFile'), 'is of UDP: leave it out');
    return { via };
  }
  if (isFips) {
    report(at('via'), 'UDP needs MD5, which FIPS mode does not have: "radsec", or leave it out');
    return undefined;
  }
  if (secretFile === undefined) {
    report(at('secretFile'), 'is missing: a secret of Disconnect-Requests alone');
    return undefined;
  }
  const secret = secretInFile(locate(secretFile), sources, (severity, message) =>
    report(at('secretFile'), message, severity),
  );
  if (!secret) return undefined;
  reportShared(secret, gateways, (message) => report(at('secretFile'), message));
  return { via, port: port ?? formOf(form).port, secret };
}

/** What is known of the gateway here; those of the settings are known only while it runs. */
function reportGateway(
  name: string,
  address: string,
  gateways: readonly GatewayConfig[],
  report: (message: string, severity?: ConfigFinding['severity']) => void,
): void {
  const gateway = gateways.find((one) => one.name === name);
  if (!gateway) {
    report(
      `${name} is not in this file: only a gateway of the settings of this name is meant`,
      'warning',
    );
    return;
  }
  if (gateway.behindProxy) report(`${name} is behind a proxy: requests would reach the proxy`);
  const own = new AddressTable<true>();
  for (const block of gateway.addresses.flatMap((one) => parseAddressBlock(one) ?? [])) {
    own.add(block, true);
  }
  if (gateway.addresses.length > 0 && !own.find(address)) {
    report(
      `${address} is no address of ${name}: its packets come from ${gateway.addresses.join(', ')}`,
    );
  }
}

function reportShared(
  secret: Buffer,
  gateways: readonly GatewayConfig[],
  report: (message: string) => void,
): void {
  const twin = ownerOf(secret, gateways);
  if (twin) report(`is the accounting secret of ${twin.name}: give Disconnect-Requests their own`);
}

/**
 * The list as it may be acted upon: entries whose secret is one of accounting say so.
 * @param gateways in effect now, of the file and of the settings
 */
export function markingShared(
  config: DisconnectConfig,
  gateways: readonly GatewayConfig[],
): DisconnectConfig {
  const targets = config.targets.map((target): DisconnectTarget => {
    if (target.via === 'radsec') return target;
    const owner = ownerOf(target.secret, gateways);
    return owner ? { ...target, secretSharedWith: owner.name } : target;
  });
  return { ...config, targets };
}

function ownerOf(secret: Buffer, gateways: readonly GatewayConfig[]): GatewayConfig | undefined {
  return gateways.find(({ secrets }) =>
    // In constant time: whoever writes settings must not find the secret out octet by octet.
    secrets.some((one) => one.length === secret.length && timingSafeEqual(one, secret)),
  );
}
