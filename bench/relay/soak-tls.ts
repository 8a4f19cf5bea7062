// The TLS port under attack while gateways send over UDP: a flood of handshakes, and 500
// connections that stand and say next to nothing. UDP answers must keep their p99 within three
// times, and none of those connections may stay.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestAuthority } from '../../test/support/certificates.ts';
import { freePort } from '../../test/support/free-port.ts';
import { LoadGenerator } from './crew.ts';
import type { LoadResult } from './load.ts';
import { configureRelay, startRelayProcess } from './peers.ts';
import { promise, type SoakResult, type SoakTools } from './soak-part.ts';
import { median } from './statistics.ts';
import { fixed, whole } from './table.ts';
import type { TlsAttack, TlsAttackReply } from './tls-attack-process.ts';
import { ask, end } from './workshop.ts';

const perSecond = 1000;
const warmUpMs = 1000;
const handshakesPerSecond = 500;
const connections = 500;
const openedPerSecond = 45;
const timesMax = 3;
const rounds = 3;
/** What the relay gives a handshake or a packet, and some more. */
const patienceSeconds = 13;

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
  await load.prepare({ count: perSecond * (7 * seconds + 40), seed: 1 });
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

  const calm: LoadResult[] = [];
  const flooded: LoadResult[] = [];
  const floods: TlsAttackReply[] = [];
  // In turns, because other work on the machine comes and goes.
  for (let round = 1; round <= rounds; round += 1) {
    note(`${perSecond} UDP packets/s in peace, then ${handshakesPerSecond} handshakes/s, ${round}`);
    calm.push(await measure(seconds * 1000));
    const [flood, result] = await Promise.all([
      attack({ kind: 'flood', target, perSecond: handshakesPerSecond, seconds: seconds + 1 }),
      measure(seconds * 1000),
    ]);
    floods.push(flood);
    flooded.push(result);
  }
  note(`${connections} connections that say next to nothing`);
  const [opened, opening] = await Promise.all([
    attack({ kind: 'hold', target, connections, perSecond: openedPerSecond }),
    measure((connections / openedPerSecond) * 1000),
  ]);
  const held = await measure(patienceSeconds * 1000);
  const released = await attack({ kind: 'release' });
  const after = await measure(seconds * 1000);
  await end(relay, 'SIGTERM');
  await end(attacker, 'SIGTERM');
  const peace = [...calm, after];
  const lost = sum([...peace, ...flooded, opening, held].map((one) => one.lost));
  const tried = floods.map((one) => one.tried);
  const done = floods.map((one) => one.open);
  return [
    { what: `UDP at ${whole(perSecond)}/s in peace, p50 and p99, us`, value: latency(peace) },
    { what: 'TLS handshakes tried, done', value: `${whole(sum(tried))}, ${whole(sum(done))}` },
    { what: 'UDP during the flood, p50 and p99, us', value: latency(flooded) },
    ratio('p99 during the flood, times that in peace', flooded, peace),
    { what: 'slow connections tried, opened', value: `${opened.tried}, ${opened.open}` },
    { what: 'UDP beside them, p50 and p99, us', value: latency([opening, held]) },
    ratio('p99 beside them, times that in peace', [opening, held], peace),
    promise('of them left at the end', released.stillOpen, released.stillOpen === 0),
    promise('UDP packets lost', lost, lost === 0),
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
  const port = await freePort();
  const radsec = {
    listen: [{ address: '127.0.0.1', port }],
    certificateFile: write('radsec.pem', own.certificate),
    keyFile: write('radsec.key', own.key),
    caFile: write('gateways-ca.pem', authority.certificate),
  };
  const tls = { cert: gateway.certificate, key: gateway.key, ca: authority.certificate };
  return { radsec, target: { port, tls } };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const p99Of = (results: readonly LoadResult[]): number =>
  median(Float64Array.from(results, ({ p99Us }) => p99Us));

/** Medians of the rounds. */
function latency(results: readonly LoadResult[]): string {
  const p50 = median(Float64Array.from(results, ({ p50Us }) => p50Us));
  return `${whole(p50)}, ${whole(p99Of(results))}`;
}

function ratio(
  what: string,
  attacked: readonly LoadResult[],
  calm: readonly LoadResult[],
): SoakResult {
  const times = p99Of(attacked) / p99Of(calm);
  return promise(what, fixed(times, 2), times <= timesMax);
}
