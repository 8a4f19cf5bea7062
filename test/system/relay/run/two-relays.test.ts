// Gateways are told to send every record to two servers, so that losing one loses nothing. Here two
// relays get the same datagrams as a third one, and the two clouds behind must tell the same story.

import { generateKeyPairSync } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedPlainData } from '../../../../geo/installed-data.ts';
import { openPlainLocator } from '../../../../geo/plain-locator.ts';
import { type LocalCloud, startLocalCloud } from '../../../../local/cloud.ts';
import { localGateways } from '../../../../local/local-gateways.ts';
import { morningMinutes, planMorning } from '../../../../local/sample/day.ts';
import { encodeRecord } from '../../../../local/sample/packets.ts';
import { collectSummary, getAll, type Summary, userPath } from '../../../../local/summary.ts';
import { relayDefaults } from '../../../../relay/config/relay-config.ts';
import { type Relay, startRelay } from '../../../../relay/run/relay.ts';
import { publicJwkOf } from '../../../../wire/signature.ts';
import { until } from '../../../support/until.ts';

const secret = 'a-secret-of-the-test-gateways';
/** The second relay's clock is ahead: gateways without Event-Timestamp are dated by arrival. */
const clockAheadMs = 1_500;
const timesDifferMsMax = 2_000;
const window = 16;
/**
 * The morning is sent in parts, each processed before the next: hours are not squeezed into one.
 */
const parts = 12;

const folder = mkdtempSync(join(tmpdir(), 'two-relays-'));
const clouds: LocalCloud[] = [];
const relays: Relay[] = [];

afterAll(async () => {
  for (const relay of relays) await relay.stop();
  for (const cloud of clouds) await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function startCloud(name: string): Promise<LocalCloud> {
  mkdirSync(join(folder, name), { recursive: true });
  const locator = openPlainLocator(installedPlainData(__dirname));
  const cloud = await startLocalCloud({
    folder: join(folder, name),
    apiPort: 0,
    locate: locator.locate,
    writeLog: () => undefined,
  });
  clouds.push(cloud);
  const { settings, version } = await cloud.control.settings();
  const domains = { netbios: { CONTOSO: 'contoso.com' }, defaultDomain: 'contoso.com' };
  await cloud.control.putSettings({ ...settings, domains }, version);
  return cloud;
}

async function startRelayTo(cloud: LocalCloud, relayId: string, aheadMs = 0): Promise<Relay> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  await cloud.control.registerKey(relayId, publicJwkOf(publicKey));
  const relay = await startRelay(
    {
      ...relayDefaults,
      listen: [{ address: '127.0.0.1', port: 0 }],
      gateways: localGateways('one-address', secret),
      cloud: { url: cloud.url, relayId, privateKey },
      dataDir: join(folder, relayId),
      flushAfterMs: 50,
    },
    {
      log: () => undefined,
      now: () => Date.now() + aheadMs,
      monotonicMs: () => performance.now(),
      rememberedMax: 10_000,
    },
  );
  relays.push(relay);
  return relay;
}

/** The sample morning as datagrams; every 23rd record is sent again with another identifier. */
function morning(): readonly Buffer[] {
  const sentTime = Date.now();
  const records = planMorning(sentTime - morningMinutes * 60_000);
  const twice = records.flatMap((record) => (record.repeat ? [record, record] : [record]));
  return twice.map((record, index) =>
    encodeRecord(record, { identifier: index % 256, secret, sentTime }),
  );
}

/** Sends datagrams to a relay, each until it is answered. */
async function sendAll(relay: Relay, datagrams: readonly Buffer[]): Promise<void> {
  const socket: Socket = createSocket('udp4');
  const waiting = new Map<number, () => void>();
  socket.on('message', (answer) => waiting.get(answer[1] ?? -1)?.());
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const queue = datagrams.values();
  const worker = async (): Promise<void> => {
    for (const datagram of queue) {
      const send = (): void =>
        socket.send(datagram, relay.addresses[0]?.port ?? 0, '127.0.0.1', () => undefined);
      const again = setInterval(send, 1_000);
      await new Promise<void>((resolve) => {
        waiting.set(datagram[1] ?? 0, resolve);
        send();
      });
      clearInterval(again);
    }
  };
  await Promise.all(Array.from({ length: window }, worker));
  socket.close();
}

async function processed(cloud: LocalCloud, relayId: string, relay: Relay): Promise<void> {
  await until(
    async () => {
      const coverage = await cloud.control.coverage(relayId);
      const isDone = (coverage?.coveredTo ?? 0) >= relay.status().journal.durablePosition;
      return isDone || undefined;
    },
    `everything of ${relayId} is processed`,
    20_000,
  );
}

type Activity = {
  readonly sessionId: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly clientAddress?: string;
};

type Story = { readonly summary: Summary; readonly activities: ReadonlyMap<string, Activity[]> };

async function storyOf(cloud: LocalCloud): Promise<Story> {
  const summary = await collectSummary(cloud.url);
  const activities = new Map<string, Activity[]>();
  for (const { user } of summary.users) {
    const found = await getAll<Activity>(cloud.url, `${userPath(user)}/activities`);
    activities.set(user, found);
  }
  return { summary, activities };
}

const byText = <Item>(items: readonly Item[], textOf: (item: Item) => string): Item[] =>
  [...items].sort((a, b) => textOf(a).localeCompare(textOf(b)));

const secondsApart = (one: string | undefined, other: string | undefined): number =>
  one === other ? 0 : Math.abs(Date.parse(one ?? '') - Date.parse(other ?? '')) / 1000;

describe('two relays that get the same packets', () => {
  let one: Story;
  let two: Story;
  let recorded: readonly number[];

  beforeAll(async () => {
    const [single, shared] = [await startCloud('single'), await startCloud('shared')];
    const alone = await startRelayTo(single, 'alone');
    const first = await startRelayTo(shared, 'first');
    const second = await startRelayTo(shared, 'second', clockAheadMs);
    const datagrams = morning();

    const size = Math.ceil(datagrams.length / parts);
    for (let from = 0; from < datagrams.length; from += size) {
      const part = datagrams.slice(from, from + size);
      await Promise.all([alone, first, second].map((relay) => sendAll(relay, part)));
      await processed(single, 'alone', alone);
      await processed(shared, 'first', first);
      await processed(shared, 'second', second);
    }

    recorded = [alone, first, second].map((relay) => relay.status().journal.durablePosition);
    [one, two] = [await storyOf(single), await storyOf(shared)];
  }, 60_000);

  it('record everything, both of them', () => {
    expect(recorded[0]).toBeGreaterThan(150);
    expect(new Set(recorded).size).toBe(1);
  });

  it('lead to the same users, sessions, places, networks and gateways, each counted once', () => {
    const usersOf = ({ summary }: Story) =>
      byText(summary.users, ({ user }) => user).map(
        ({ firstSeen: _first, lastSeen: _last, ...user }) => user,
      );

    expect(one.summary.users.length).toBeGreaterThan(30);
    expect(usersOf(two)).toEqual(usersOf(one));
    const textOf = (place: object): string => JSON.stringify(place);
    expect(byText(two.summary.locations, textOf)).toEqual(byText(one.summary.locations, textOf));
  });

  it('lead to the same detections', () => {
    const detectionsOf = ({ summary }: Story) =>
      summary.detections.map(({ user, severity, place, reasons }) => ({
        user,
        severity,
        place: place.label,
        reasons: reasons.length,
      }));

    expect(one.summary.detections).toHaveLength(1);
    expect(detectionsOf(two)).toEqual(detectionsOf(one));
  });

  it('lead to the same activities, with times at most two seconds apart', () => {
    const apart: number[] = [];
    for (const [user, activities] of one.activities) {
      const key = ({ sessionId, startedAt }: Activity): string => `${sessionId} ${startedAt}`;
      const mine = byText(activities, key);
      const theirs = byText(two.activities.get(user) ?? [], key);
      expect(theirs.map(({ sessionId }) => sessionId)).toEqual(mine.map((a) => a.sessionId));
      for (const [index, activity] of mine.entries()) {
        apart.push(secondsApart(activity.startedAt, theirs[index]?.startedAt));
        apart.push(secondsApart(activity.endedAt, theirs[index]?.endedAt));
      }
    }

    expect(apart.length).toBeGreaterThan(100);
    expect(Math.max(...apart)).toBeLessThanOrEqual(timesDifferMsMax / 1000);
  });
});
