// `port-bind`: whether the UDP ports can be bound, and which process holds them if not.

import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { systemErrorCode } from '../../../errors.ts';
import type { ListenAddress } from '../../../receive/udp-server.ts';
import { type Check, fail, noConfig, pass, type Result, skip } from '../check.ts';
import { udpPortHolder } from '../port-holder.ts';

export const portBind: Check = {
  code: 'port-bind',
  question: 'Are the UDP ports free for the relay, or held by it?',
  meaning:
    'Another RADIUS server on the same port (NPS, FreeRADIUS) gets the packets, or keeps the ' +
    'relay from starting.',
  fix:
    'Stop or move the program that is named. NPS and FreeRADIUS can forward to the relay ' +
    'instead: `guide nps`, `guide freeradius`.',
  whenToIgnore: 'never: without its port the relay receives nothing.',
  async run({ loaded: { config }, running }) {
    if (!config) return noConfig;
    if (running) {
      const held = [...running.radius, ...(running.radsec?.addresses ?? [])];
      return [pass(`held by the running relay: ${held.join(' and ')}`)];
    }
    if (config.isFips) return [skip('FIPS mode has no RADIUS over UDP')];
    const found: Result[] = [];
    for (const address of config.listen) found.push(await tryToBind(address));
    return found;
  },
};

async function tryToBind(listen: ListenAddress): Promise<Result> {
  const { address, port, isOptional } = listen;
  const where = `UDP ${isIPv6(address) ? `[${address}]` : address}:${port}`;
  const code = await bindError(listen);
  if (code === '') return pass(`${where} is free`, where);
  if (code === 'EADDRINUSE') {
    const holder = udpPortHolder(port);
    const who = holder ? `${holder.name} (process ${holder.processId})` : 'another program';
    const advice = holder
      ? `stop ${holder.name}, or choose another port under "listen" and on the gateways`
      : 'run this as root to see which one, and stop it or choose another port under "listen"';
    return fail(`${where} is held by ${who}`, advice, where);
  }
  if (code === 'EACCES') {
    return fail(`${where} may not be bound`, 'ports below 1024 need CAP_NET_BIND_SERVICE', where);
  }
  if (isOptional) return pass(`${where}: this host has no such address family`, where);
  const advice = 'correct the address under "listen": `ip address` lists those of this host';
  return fail(`${where} cannot be bound (${code})`, advice, where);
}

/** The system's word, or nothing when it worked. */
function bindError({ address, port }: ListenAddress): Promise<string> {
  const isSix = isIPv6(address);
  const socket = createSocket(isSix ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' });
  return new Promise((resolve) => {
    socket.once('error', (error) => {
      socket.close();
      resolve(systemErrorCode(error) || 'unknown');
    });
    socket.bind({ address, port, exclusive: true }, () => {
      socket.close(() => resolve(''));
    });
  });
}
