// `udp-kernel-drops`: datagrams that the kernel dropped before the relay could read them.

import { type Check, pass, skip, warn } from '../check.ts';

export const udpKernelDrops: Check = {
  code: 'udp-kernel-drops',
  question: 'Has the kernel dropped datagrams for want of room?',
  meaning:
    'These packets were neither recorded nor answered. Gateways send again, some only three times.',
  fix:
    'Enlarge the receive buffer ([udp-receive-buffer](#udp-receive-buffer)); look at ' +
    '`journal-fsync` for a slow disk.',
  whenToIgnore: 'about a few after a restart of many gateways at once.',
  run({ running }) {
    if (!running) return [skip('no relay is running')];
    const { kernelDrops } = running.packets;
    if (kernelDrops === undefined) return [skip('this system does not tell')];
    if (kernelDrops === 0) return [pass('none since the relay started')];
    return [
      warn(
        `${kernelDrops} dropped since the relay started`,
        'raise net.core.rmem_max (udp-receive-buffer) and look for a slow disk (journal-fsync)',
      ),
    ];
  },
};
