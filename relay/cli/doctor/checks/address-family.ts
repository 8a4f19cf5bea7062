// `address-family`: whether gateways and relay use the same version of IP.

import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { ListenAddress } from '../../../receive/udp-server.ts';
import { type Check, fail, noConfig, pass, warn } from '../check.ts';

export const addressFamily: Check = {
  code: 'address-family',
  question: 'Can every gateway reach the relay over its version of IP?',
  meaning:
    'A gateway with an IPv6 address never reaches a relay that listens on IPv4 only, nor the ' +
    'other way round; nothing is refused and nothing counted.',
  fix:
    'Add the missing address under "listen" (`::` takes both), or give this host an address of ' +
    'that family.',
  whenToIgnore:
    'when a translator (NAT64) stands between; then configure the address that the relay sees.',
  run({ loaded: { config } }) {
    if (!config) return noConfig;
    const wrong = config.gateways.flatMap(({ name, addresses }) =>
      [...new Set(addresses.map((address) => isIPv6(address.split('/')[0] ?? '')))].flatMap(
        (isSix) => {
          const family = isSix ? 'IPv6' : 'IPv4';
          if (!listensOn([...config.listen, ...(config.radsec?.listen ?? [])], isSix)) {
            const own = isSix ? '::' : '0.0.0.0';
            const advice = `add { "address": "${own}", "port": 1813 } to "listen"`;
            return [
              fail(`its address is ${family}, and no socket listens on ${family}`, advice, name),
            ];
          }
          // Somebody may be testing over loopback.
          if (hostHas(isSix) || addresses.every(isLoopback)) return [];
          const evidence = `its address is ${family}, and this host has no ${family} address`;
          return [warn(evidence, `give this host an ${family} address`, name)];
        },
      ),
    );
    return wrong.length > 0 ? wrong : [pass('sockets and gateways agree')];
  },
};

function listensOn(listen: readonly ListenAddress[], isSix: boolean): boolean {
  const hasOwn = listen.some(({ address }) => isIPv6(address) === isSix);
  // `::` also takes IPv4 when it stands alone.
  return hasOwn || (!isSix && listen.some(({ address }) => address === '::'));
}

function hostHas(isSix: boolean): boolean {
  const family = isSix ? 'IPv6' : 'IPv4';
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(
      (one) => one.family === family && !one.internal && !/^fe80:/i.test(one.address),
    ),
  );
}

function isLoopback(address: string): boolean {
  return /^(127\.|::1(\/|$))/.test(address);
}
