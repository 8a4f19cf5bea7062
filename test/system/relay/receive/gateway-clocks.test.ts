// The clocks of gateways at the relay: what is recorded with a packet, what a restart keeps, what a
// flood of names costs; and the journal, which holds it.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { GatewayClocks } from '../../../../relay/receive/gateway-clocks.ts';
import { openClocks } from '../../../../relay/run/kept-clocks.ts';
import { accounting, attribute } from '../../../support/radius-packets.ts';
import {
  configIn,
  gatewaySecret,
  runCloud,
  runRelay,
  stopAll,
  temporaryFolder,
} from '../../../support/running-relay.ts';
import { until } from '../../../support/until.ts';

afterEach(stopAll);

const now = Date.UTC(2026, 10, 23, 8);
const uint32 = (value: number): Buffer => {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value);
  return octets;
};

/** A Start that claims a time so far from `at`, sent at once. */
const startOf = (session: string, hours: number, at = now, ...more: Buffer[]): Buffer =>
  accounting(gatewaySecret, [
    attribute(40, [0, 0, 0, 1]),
    attribute(44, session),
    attribute(1, 'walk@example.org'),
    attribute(61, [0, 0, 0, 5]),
    attribute(41, [0, 0, 0, 0]),
    attribute(55, uint32(Math.floor(at / 1000) + hours * 3600)),
    ...more,
  ]);

const packet = (octets: Buffer, changes: { isRepeated?: boolean; isProxy?: boolean } = {}) => ({
  name: 'asa',
  gatewayId: 'asa',
  isProxy: false,
  packet: octets,
  receivedTime: now,
  isRepeated: false,
  ...changes,
});

it('says nothing of a clock that is right, and how far off one is that is not', () => {
  const clocks = new GatewayClocks();

  expect(clocks.offsetOf(packet(startOf('a', 0)))).toBeUndefined();
  expect(clocks.rows().size).toBe(0);
  const others = new GatewayClocks();
  expect(others.offsetOf(packet(startOf('a', -5)))).toBe(-5 * 3600);
  expect([...others.rows()]).toEqual([['asa', { offsetSeconds: -5 * 3600 }]]);
});

it('learns nothing from a datagram that was recorded before', () => {
  const clocks = new GatewayClocks();

  clocks.offsetOf(packet(startOf('a', -3), { isRepeated: true }));

  expect(clocks.saved()).toEqual([]);
});

it('knows the clocks behind a proxy apart, and forgets the longest silent', () => {
  const clocks = new GatewayClocks();
  for (let nas = 0; nas < 5000; nas += 1) {
    const named = startOf('a', nas % 2 === 0 ? -5 : 0, now, attribute(32, `nas-${nas}`));
    clocks.offsetOf(packet(named, { isProxy: true }));
  }

  const saved = clocks.saved();
  expect(saved).toHaveLength(4096);
  expect(saved.at(-1)?.key).toBe('asa\nnas-4999');
});

it('keeps what is known over a restart, and learns again when the file is damaged', async () => {
  const folder = temporaryFolder();
  const first = await openClocks(folder, () => undefined);
  first.clocks.offsetOf(packet(startOf('a', -5)));
  await first.close();

  const second = await openClocks(folder, () => undefined);
  expect([...second.clocks.rows()]).toEqual([['asa', { offsetSeconds: -5 * 3600 }]]);
  await second.close();
  const { writeFileSync } = await import('node:fs');
  const file = path.join(folder, 'clocks');
  writeFileSync(file, readFileSync(file, 'utf8').replace('-18000', '-18001'));
  const said: string[] = [];
  const third = await openClocks(folder, (_, event) => void said.push(event));
  expect(said).toEqual(['clocks-damaged']);
  expect(third.clocks.rows().size).toBe(0);
  await third.close();
});

it('is fixed in the journal: the cloud is told one time, before and after a restart', async () => {
  const folder = temporaryFolder();
  const cloud = await runCloud();
  cloud.isAway = true;
  const relay = await runRelay(configIn(folder, cloud.cloud));
  const sent = Date.now();
  relay.send(startOf('west', -5, sent));
  await until(() => relay.answers.length === 1, 'the Start is answered');
  await relay.stop();
  const again = await runRelay(configIn(folder, cloud.cloud));
  cloud.isAway = false;
  await again.allShipped();

  const [event] = cloud.events;
  expect(event?.flags).toContain('clock-suspect');
  expect(Math.abs((event?.time ?? 0) - sent)).toBeLessThan(30_000);
  expect(event?.claimedTime).toBe(Math.floor(sent / 1000) * 1000 - 5 * 3_600_000);
  expect([...again.relay.status().clocks]).toEqual([['asa', { offsetSeconds: -5 * 3600 }]]);
});
