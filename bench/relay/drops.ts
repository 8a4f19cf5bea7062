// What a forged datagram costs the relay: one of ordinary size, and the worst one, a packet of
// 1,900 empty attributes. Sent in turns at one rate; CPU time of the process per datagram that
// arrived.

import { LoadGenerator } from './crew.ts';
import { PacketPool } from './packets.ts';
import { configureRelay, relayMetric, startRelayProcess } from './peers.ts';
import { median } from './statistics.ts';
import { fixed, table, whole } from './table.ts';
import { end, type Workshop } from './workshop.ts';

const rounds = 5;
const perSecond = 20_000;
const windowMs = 2000;
const attributes = 1900;
const costRatioMax = 3;

const dropped = 'packets_total{gateway="asa",outcome="bad-authenticator"}';

/** A packet of empty attributes with any authenticator. */
function manyAttributes(): Buffer {
  const packet = Buffer.alloc(20 + attributes * 2);
  packet[0] = 4;
  packet.writeUInt16BE(packet.length, 2);
  for (let at = 20; at < packet.length; at += 2) {
    packet[at] = 18;
    packet[at + 1] = 2;
  }
  return packet;
}

/** An ordinary packet, signed with another secret. */
function ordinary(): Buffer {
  const options = { count: 1, seed: 0, secret: 'of-somebody-else', baseTime: Date.now() };
  return new PacketPool(options).packet(0);
}

/** Measures and returns the table. */
export async function compareDrops(
  workshop: Workshop,
  note: (text: string) => void,
): Promise<string> {
  const load = new LoadGenerator(workshop);
  const setup = await configureRelay(workshop.newFolder());
  const relay = await startRelayProcess(workshop, setup);
  const kinds = [
    { name: 'ordinary, wrong authenticator', datagram: ordinary(), costsUs: [] as number[] },
    { name: `${attributes} attributes, the same`, datagram: manyAttributes(), costsUs: [] },
  ];
  for (let round = 0; round <= rounds; round += 1) {
    for (const { datagram, costsUs, name } of kinds) {
      const before = await relayMetric(setup, dropped);
      const { cpuSeconds } = await load.flood({
        port: setup.port,
        pid: relay.pid ?? 0,
        datagram: datagram.toString('base64'),
        perSecond,
        windowMs,
      });
      const arrived = (await relayMetric(setup, dropped)) - before;
      const costUs = (cpuSeconds / arrived) * 1e6;
      note(`drops, round ${round}, ${name}: ${costUs.toFixed(1)} us`);
      // The first round only warms up.
      if (round > 0) costsUs.push(costUs);
    }
  }
  await end(relay, 'SIGKILL');
  const [normalUs = Number.NaN] = kinds.map(({ costsUs }) => median(costsUs));
  const rows = kinds.map(({ name, datagram, costsUs }) => {
    const us = median(costsUs);
    return [name, whole(datagram.length), fixed(us, 1), `${fixed(us / normalUs, 2)}x`];
  });
  const worst = median(kinds[1]?.costsUs ?? []) / normalUs;
  const columns = [
    { title: 'forged datagram', isText: true },
    { title: 'octets' },
    { title: 'CPU us' },
    { title: 'ratio' },
  ];
  const verdict = worst <= costRatioMax ? 'met' : 'missed';
  return `\n${table(columns, rows)}\n\nTarget: at most ${costRatioMax}x: ${verdict}.`;
}
