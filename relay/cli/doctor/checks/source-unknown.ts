// `source-unknown`: addresses that send without being configured.

import { type Check, pass, skip, warn } from '../check.ts';

const shownMax = 5;

export const sourceUnknown: Check = {
  code: 'source-unknown',
  question: 'Do packets come from addresses that no gateway is configured with?',
  meaning:
    'A gateway with several addresses, or behind NAT, sends from another one than you ' +
    'configured. Its packets are dropped without an answer.',
  fix:
    'Add the address to its gateway (`addresses`), or set the source address on the gateway. ' +
    'Where the evidence says whose secret it carries, it is that gateway.',
  whenToIgnore:
    'about strangers whose packets carry no secret of yours: somebody scans the network.',
  run({ running }) {
    if (!running) return [skip('no relay is running')];
    const strangers = running.strangers ?? [];
    const dropped = running.packets.refused['unknown-gateway'] ?? 0;
    if (dropped === 0) return [pass('none since the relay started')];
    if (strangers.length === 0) return [warn(`${dropped} packets dropped`, 'see `capture`')];
    return strangers.slice(0, shownMax).map(({ address, packets, signedAs }) => {
      const evidence = `${packets} packets from ${address}, which is no gateway's address`;
      if (signedAs === undefined) {
        return warn(
          evidence,
          `add a gateway with "address": "${address}", if you know it`,
          address,
        );
      }
      return warn(
        `${evidence}; they carry the secret of ${signedAs}`,
        `add "${address}" to "addresses" of ${signedAs}, or set its source address`,
        address,
      );
    });
  },
};
