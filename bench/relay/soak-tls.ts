// The TLS port under attack while gateways send over UDP: a flood of handshakes, and 500 connections
// that stand and say next to nothing. UDP answers must keep their p99 within three times.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestAuthority } from '../../test/support/certificates.ts';
import { LoadGenerator } from './crew.ts';
import type { LoadResult } from './load.ts';
import { configureRelay, freeTcpPort, relayMetric, startRelayProcess } from './peers.ts';
import { promise, type SoakResult, type SoakTools } from './soak-part.ts';
import { fixed, whole } from './table.ts';
import type { TlsAttack, TlsAttackReply } from './tls-attack-process.ts';
import { ask, end } from './workshop.ts';

const perSecond = 1000;
const warmUpMs = 1000;
const handshakesPerSecond = 500;
const connections = 500;
const openedPerSecond = 45;
const timesMax = 3;

export async function soakTls(
  { workshop, note }: SoakTools,
  seconds: number,
): Promise<readonly SoakResult[]> {
  const folder = workshop.newFolder();
  const { radsec, target } = await makeListener(folder);
  const setup = await configureRelay(folder, {
    radsec,
    gateways: [{ name: 'others', address: '127.1.0.0/16', secretFile: 'secret' }],
  });
  const load = new LoadGenerator(workshop);
  await load.prepare({ count: 4 * perSecond * (seconds + 3), seed: 1 });
  const relay = await startRelayProcess(workshop, setup);
  const attacker = workshop.startProgram('tls-attack-process', 'receiver', []);
  const attack = (order: TlsAttack): Promise<TlsAttackReply> => ask(attacker, order);
  let first = 0;
  const measure = async (windowMs: number): Promise<LoadResult> => {
    const shape = { kind: 'open', perSecond, arrivals: 'poisson' } as const;
    const result = await load.run({ port: setup.port, shape, warmUpMs, windowMs, first });
    first = result.next;
    return result;
  };

  note(`${perSecond} UDP packets/s, in peace`);
  const calm = await measure(seconds * 1000);
  note(`${handshakesPerSecond} TLS handshakes/s tried`);
  const [flood, flooded] = await Promise.all([
    attack({ kind: 'flood', target, perSecond: handshakesPerSecond, seconds: seconds + 1 }),
    measure(seconds * 1000),
  ]);
  note(`${connections} connections that say next to nothing`);
  const holding = attack({ kind: 'hold', target, connections, perSecond: openedPerSecond });
  const held = await measure(Math.max(seconds, connections / openedPerSecond) * 1000);
  const opened = await holding;
  const released = await attack({ kind: 'release' });
  const ended = await relayMetric(setup, 'radsec_connections_ended_total');
  await end(relay, 'SIGTERM');
  await end(attacker, 'SIGTERM');
  const lost = calm.lost + flooded.lost + held.lost;
  return [
    { what: `UDP at ${whole(perSecond)}/s in peace, p50 and p99, us`, value: latency(calm) },
    { what: `TLS handshakes tried, done`, value: `${whole(flood.tried)}, ${whole(flood.open)}` },
    { what: 'UDP during the flood, p50 and p99, us', value: latency(flooded) },
    ratio('p99 during the flood, times that in peace', flooded, calm),
    { what: 'slow connections tried, opened', value: `${opened.tried}, ${opened.open}` },
    { what: 'of them left at the end', value: whole(released.stillOpen) },
    { what: 'UDP beside them, p50 and p99, us', value: latency(held) },
    ratio('p99 beside them, times that in peace', held, calm),
    promise('UDP packets lost', lost, lost === 0),
    { what: 'TLS connections ended by the relay or the attacker', value: whole(ended) },
  ];
}

async function makeListener(folder: string) {
  const authority = new TestAuthority();
  const own = authority.issue({ name: 'relay', names: ['127.0.0.1'] });
  const gateway = authority.issue({ name: 'vpn1' });
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return name;
  };
  const port = await freeTcpPort();
  const radsec = {
    listen: [{ address: '127.0.0.1', port }],
    certificateFile: write('radsec.pem', own.certificate),
    keyFile: write('radsec.key', own.key),
    caFile: write('gateways-ca.pem', authority.certificate),
  };
  const tls = { cert: gateway.certificate, key: gateway.key, ca: authority.certificate };
  return { radsec, target: { port, tls } };
}

const latency = ({ p50Us, p99Us }: LoadResult): string => `${whole(p50Us)}, ${whole(p99Us)}`;

function ratio(what: string, attacked: LoadResult, calm: LoadResult): SoakResult {
  const times = attacked.p99Us / calm.p99Us;
  return promise(what, fixed(times, 2), times <= timesMax);
}
