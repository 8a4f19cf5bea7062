// `udp-receive-buffer`: how long a stall the kernel's buffer can absorb.

import { createSocket } from 'node:dgram';
import { type Check, pass, warn } from '../check.ts';

export const udpReceiveBuffer: Check = {
  code: 'udp-receive-buffer',
  question: 'Does the kernel grant a receive buffer that outlasts a burst?',
  meaning:
    'While the disk is slow, packets wait in the kernel. What does not fit there is lost before ' +
    'the relay sees it.',
  fix:
    'Set `net.core.rmem_max` as the evidence says, keep it in ' +
    '`/etc/sysctl.d/60-wherefrom.conf`, restart the relay.',
  whenToIgnore: 'with fewer than a hundred packets a second and a quick disk.',
  async run({ receiveBufferBytes: wantedBytes }) {
    const grantedBytes = await granted(wantedBytes);
    const evidence = `${mib(grantedBytes)} MiB granted, ${mib(wantedBytes)} MiB wanted`;
    if (grantedBytes >= wantedBytes) return [pass(evidence)];
    const line = `net.core.rmem_max=${wantedBytes}`;
    return [
      warn(
        evidence,
        process.platform === 'linux'
          ? `sysctl -w ${line}, and put ${line} into /etc/sysctl.d/60-wherefrom.conf`
          : 'raise the largest receive buffer of a socket in this system',
      ),
    ];
  },
};

/** What a socket gets: the limit of the host, the same for every process. */
function granted(wantedBytes: number): Promise<number> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: wantedBytes });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const bytes = socket.getRecvBufferSize();
      socket.close(() => resolve(bytes));
    });
  });
}

function mib(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1);
}
