// Firewall rules that let exactly the configured gateways reach the relay's ports, and no other
// source.
// Promise: the rules are made from the configuration, so what is printed and what is installed are
// the same; an address that is not configured is never in them.

import { isIPv6 } from 'node:net';
import type { RelayConfig } from '../../config/relay-config.ts';

export const firewallKinds = ['nft', 'ufw', 'firewalld', 'windows'] as const;
export type FirewallKind = (typeof firewallKinds)[number];

export type FirewallRules = {
  readonly kind: FirewallKind;
  /** To be typed as root, or in PowerShell as administrator. */
  readonly commands: readonly string[];
  /** The same commands as programs and arguments, for `service install`. Empty on Windows. */
  readonly calls: readonly (readonly string[])[];
};

type Port = { readonly port: number; readonly protocol: 'udp' | 'tcp' };
type Opening = Port & { readonly address: string; readonly isSix: boolean };

/** One rule per gateway address and port. */
export function firewallRules(
  kind: FirewallKind,
  { gateways, listen, radsec }: Pick<RelayConfig, 'gateways' | 'listen' | 'radsec'>,
): FirewallRules {
  const ports: Port[] = [
    ...distinct(listen).map((port) => ({ port, protocol: 'udp' as const })),
    ...distinct(radsec?.listen ?? []).map((port) => ({ port, protocol: 'tcp' as const })),
  ];
  const addresses = [...new Set(gateways.flatMap((gateway) => gateway.addresses))];
  const openings = ports.flatMap((port) =>
    addresses.map((address) => ({ address, ...port, isSix: isIPv6(address.split('/')[0] ?? '') })),
  );
  if (kind === 'windows') {
    return { kind, commands: ports.map((port) => windowsRule(port, addresses)), calls: [] };
  }
  const calls = openings.map((one) => callFor(kind, one));
  const all = kind === 'firewalld' ? [...calls, ['firewall-cmd', '--reload']] : calls;
  return { kind, commands: all.map(asShell), calls: all };
}

function distinct(listen: readonly { readonly port: number }[]): number[] {
  return [...new Set(listen.map(({ port }) => port))];
}

function callFor(
  kind: Exclude<FirewallKind, 'windows'>,
  { address, port, protocol, isSix }: Opening,
): string[] {
  if (kind === 'nft') {
    // Before what may drop it; the table is the one that distributions begin with.
    const rule = [isSix ? 'ip6' : 'ip', 'saddr', address];
    rule.push(protocol, 'dport', String(port), 'accept');
    return ['nft', 'insert', 'rule', 'inet', 'filter', 'input', ...rule];
  }
  if (kind === 'ufw') {
    const rule = ['allow', 'proto', protocol, 'from', address, 'to', 'any', 'port', String(port)];
    return ['ufw', ...rule, 'comment', 'wherefrom'];
  }
  const rule =
    `rule family=${isSix ? 'ipv6' : 'ipv4'} source address=${address} ` +
    `port port=${port} protocol=${protocol} accept`;
  return ['firewall-cmd', '--permanent', `--add-rich-rule=${rule}`];
}

function windowsRule({ port, protocol }: Port, addresses: readonly string[]): string {
  return [
    `New-NetFirewallRule -Name wherefrom-radius-${port}${protocol === 'tcp' ? '-tls' : ''}`,
    '-DisplayName "Wherefrom relay (RADIUS accounting)"',
    '-Direction Inbound -Action Allow',
    `-Protocol ${protocol.toUpperCase()}`,
    `-LocalPort ${port} -RemoteAddress ${addresses.join(',')} -Profile Domain,Private`,
  ].join(' ');
}

/** Quoted where a shell would read more than one word. */
function asShell(words: readonly string[]): string {
  return words.map((word) => (/^[\w./:=@,-]+$/.test(word) ? word : `'${word}'`)).join(' ');
}
