// kill -9 under load, again and again: what was answered must come out at the far end, and no
// packet may come out as two events, however often it was sent, recorded and shipped.

import { setTimeout as sleep } from 'node:timers/promises';
import { LoadGenerator, Receiver } from './crew.ts';
import { configureRelay, startRelayProcess } from './peers.ts';
import { promise, type SoakResult, type SoakTools, untilShipped } from './soak-part.ts';
import { whole } from './table.ts';
import { end } from './workshop.ts';

const seed = 1;
const inFlight = 32;
const packetsPerKill = 20_000;
/** Between the start of the relay and its end: at random moments of recording and shipping. */
const aliveMsMin = 150;
const aliveMsMax = 900;

export async function soakKill(
  { workshop, note }: SoakTools,
  kills: number,
): Promise<readonly SoakResult[]> {
  const receiver = await Receiver.start(workshop);
  const setup = await configureRelay(workshop.newFolder(), { cloud: receiver.cloud });
  const load = new LoadGenerator(workshop);
  const count = kills * packetsPerKill;
  await load.prepare({ count, seed });
  await receiver.ask({ kind: 'remember', seeds: seed + 1, packetsPerSeed: count });
  const running = load.run({
    port: setup.port,
    shape: { kind: 'closed', inFlight },
    warmUpMs: 0,
    windowMs: 3_600_000,
    // Gateways wait seconds; impatience here makes more packets be sent twice.
    retryMs: 100,
    triesMax: 255,
  });
  for (let kill = 1; kill <= kills; kill += 1) {
    const relay = await startRelayProcess(workshop, setup);
    await sleep(aliveMsMin + Math.random() * (aliveMsMax - aliveMsMin));
    await end(relay, 'SIGKILL');
    if (kill % 10 === 0) note(`${kill} kills`);
  }
  const last = await startRelayProcess(workshop, setup);
  await sleep(500);
  load.stop();
  const { sent, answered, retransmissions } = await running;
  note(`${answered} answered; shipping the rest`);
  await untilShipped(setup);
  await end(last, 'SIGTERM');

  const acknowledged = await load.acknowledged();
  const seen = await receiver.seen(seed);
  const missing = acknowledged.reduce((sum, one, n) => sum + (one && !seen[n] ? 1 : 0), 0);
  const counts = await receiver.ask({ kind: 'count' });
  return [
    { what: 'kill -9 under load', value: whole(kills) },
    { what: 'packets sent, of which again', value: `${whole(sent)}, ${whole(retransmissions)}` },
    { what: 'acknowledged', value: whole(answered) },
    promise('acknowledged minus stored', missing, missing === 0),
    promise('duplicates downstream', counts.duplicates, counts.duplicates === 0),
    { what: 'came again under the same event id, merged', value: whole(counts.merged) },
    promise('events that nobody sent', counts.strangers, counts.strangers === 0),
    promise('records set aside', counts.setAside, counts.setAside === 0),
  ];
}
