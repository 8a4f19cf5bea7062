// A day of a small office for the fault suite: five weeks of habits shipped calmly once, then a
// day with a stolen account, roaming and a restarted gateway, shipped to a copy of that cloud under
// some fault. Afterwards the tables are read as they lie on disk.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type AttributeValue, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import type { AccountingEvent } from '../../domain/accounting-event.ts';
import type { Detection } from '../../domain/detection.ts';
import type { Location } from '../../domain/location.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import { unpackNames } from '../../domain/search/known-names.ts';
import type { Session } from '../../domain/session/session.ts';
import { makeOpenStore } from '../../lambdas/aws/dynamodb/open-store.ts';
import { profileOfItem } from '../../lambdas/aws/dynamodb/profile-item.ts';
import { systemClock } from '../../local/clock.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../local/cloud.ts';
import { localTables, startLocalDynamo } from '../../local/dynamo.ts';
import { type Batch, encodeBatch, formatBatchId } from '../../wire/batch.ts';
import { sealRequest } from '../../wire/seal.ts';
import { publicJwkOf, sealKeyOf } from '../../wire/signature.ts';
import { eventOf, hourMs, locationOf, minuteMs, morning, sessionEvents } from './events.ts';
import { interceptSend } from './intercept-send.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const sealKey = sealKeyOf(privateKey);
export const relayId = 'relay-1';
const dayMs = 24 * hourMs;
const people = ['alice', 'bob', 'carol', 'dave'];
const london = '81.2.69.142';
const boxford = '2.125.160.216';
const tokyo = '126.0.0.1';
const chicago = '73.0.0.1';
const device = (user: string): string => `lt-${user}`;

/** Five weeks of working days from London. */
function habits(): AccountingEvent[] {
  const days = Array.from({ length: 35 }, (_, index) => morning - (35 - index) * dayMs);
  return days
    .filter((day) => ![0, 6].includes(new Date(day).getUTCDay()))
    .flatMap((at) =>
      people.flatMap((user) =>
        sessionEvents({
          user,
          at: at + people.indexOf(user) * minuteMs,
          sessionId: `${user}-${at}`,
          address: london,
          device: device(user),
          minutes: 420,
        }),
      ),
    );
}

/** The day: everybody works, bob roams, alice's password is used from Tokyo, grace is new. */
export function dayEvents(): AccountingEvent[] {
  const work = people.flatMap((user) =>
    sessionEvents({
      user,
      at: morning + people.indexOf(user) * 7 * minuteMs,
      sessionId: `${user}-today`,
      address: london,
      device: device(user),
      minutes: 300,
      interims: 3,
    }),
  );
  const roaming = eventOf({
    user: 'bob',
    kind: 'interim',
    at: morning + 100 * minuteMs,
    seconds: 93 * 60,
    sessionId: 'bob-today',
    address: boxford,
    device: device('bob'),
  });
  const stolen = { user: 'alice', sessionId: 'stolen', address: tokyo, device: 'kali' };
  const thief = sessionEvents({
    ...stolen,
    at: morning + 130 * minuteMs,
    minutes: 40,
    interims: 1,
  });
  const fresh = { user: 'grace', sessionId: 'first', address: chicago, device: device('grace') };
  const newcomer = sessionEvents({ ...fresh, at: morning + 60 * minuteMs, minutes: 90 });
  const restart = eventOf({
    kind: 'gateway-on',
    user: '',
    form: 'none',
    gateway: 'asa-old',
    at: morning + 200 * minuteMs,
  });
  return [...work, roaming, ...thief, ...newcomer, restart].sort((a, b) => a.time - b.time);
}

/** Consecutive batches of a few events each. */
export function batchesOf(
  events: readonly AccountingEvent[],
  { from, size, epoch }: { readonly from: number; readonly size: number; readonly epoch: number },
): Batch[] {
  return Array.from({ length: Math.ceil(events.length / size) }, (_, index) => {
    const part = events.slice(index * size, (index + 1) * size);
    const firstPosition = from + index * size;
    return {
      version: 1 as const,
      relayId,
      epoch,
      sequence: index + 1,
      firstPosition,
      lastPosition: firstPosition + part.length - 1,
      events: part,
      setAside: [],
    };
  });
}

const history = habits();
/** The day's batches: three events each, so that one session is spread over several. */
export const dayBatches = batchesOf(dayEvents(), { from: history.length + 1, size: 3, epoch: 2 });

export type FaultOptions = Pick<LocalCloudOptions, 'delivery' | 'clock'> & {
  readonly locate?: (address: string) => Location;
};

const logLines: string[] = [];

async function startCloud(folder: string, options: FaultOptions = {}): Promise<LocalCloud> {
  mkdirSync(folder, { recursive: true });
  const cloud = await startLocalCloud({
    folder,
    apiPort: 0,
    writeLog: (line) => logLines.push(line),
    delivery: { backoff: { startMs: 2, maxMs: 20 } },
    locate: (address) => locationOf(address),
    ...options,
  });
  await cloud.control.registerKey(relayId, publicJwkOf(publicKey));
  return cloud;
}

/** Seals and sends a batch as the relay does; answers the status. */
export async function ship(cloud: LocalCloud, batch: Batch, clock = systemClock): Promise<number> {
  const body = encodeBatch(batch);
  const headers = sealRequest({
    authority: new URL(cloud.url).host,
    path: '/v1/batches',
    createdSeconds: Math.floor(clock.now() / 1000),
    nonce: randomBytes(16).toString('base64url'),
    key: sealKey,
    body,
    batchId: formatBatchId(batch),
  });
  const answer = await fetch(`${cloud.url}/v1/batches`, { method: 'POST', headers, body });
  return answer.status;
}

/** The relay's key, for revoking it. */
export const relayKeyId = sealKey.keyId;

/** Ships the five weeks, calmly, into a folder that is copied for every fault. */
export async function prepareHabits(folder: string): Promise<void> {
  const cloud = await startCloud(folder);
  for (const batch of batchesOf(history, { from: 1, size: 60, epoch: 1 })) {
    const status = await ship(cloud, batch);
    if (status !== 202) throw new Error(`the habits were refused: ${status}`);
    await cloud.idle();
  }
  await cloud.stop();
}

/** Clouds of days that have not ended. */
const running = new Set<LocalCloud>();

/** Ends what a test left that was cut short: its cloud must not work on under the next one. */
export async function endDays(): Promise<void> {
  healTables?.();
  for (const cloud of running) {
    running.delete(cloud);
    await cloud.stop();
  }
}

/** Starts a cloud that has the five weeks, lets `live` do its worst, and reads the tables. */
export async function runDay(
  { habits: from, folder }: { readonly habits: string; readonly folder: string },
  options: FaultOptions,
  live: (cloud: LocalCloud) => Promise<void>,
): Promise<Tables> {
  cpSync(from, folder, { recursive: true });
  const cloud = await startCloud(folder, options);
  running.add(cloud);
  try {
    await live(cloud);
  } finally {
    if (running.delete(cloud)) await cloud.stop();
  }
  return readTables(folder);
}

/** What the tables hold, without versions, write times and what is learned. */
export type Tables = {
  readonly facts: readonly object[];
  readonly sessions: readonly object[];
  readonly detections: readonly string[];
  /** Keys of rows that serve views across users, but for those that are written once a call. */
  readonly index: readonly string[];
  /** Sessions that the index of open sessions tells, which is what those rows add up to. */
  readonly open: readonly string[];
  /** For the report of drift: what is learned, by user. */
  readonly learned: ReadonlyMap<string, string>;
  readonly scores: ReadonlyMap<string, number>;
  /** Events set aside, dead letters' cousins: there must be none. */
  readonly deadLetters: number;
};

type Item = Record<string, AttributeValue>;

async function readTables(folder: string): Promise<Tables> {
  const { client, stop } = await startLocalDynamo({ path: join(folder, 'dynamodb') });
  const scan = async (TableName: string): Promise<Item[]> => {
    const items: Item[] = [];
    let start: Item | undefined;
    do {
      const command = new ScanCommand({
        TableName,
        ...(start ? { ExclusiveStartKey: start } : {}),
      });
      const page: ScanCommandOutput = await client.send(command);
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start);
    return items;
  };
  const rows = await scan(localTables.profiles);
  const control = await scan(localTables.control);
  const table = { client, tableName: localTables.profiles, now: Date.now };
  const { sessions } = await makeOpenStore(table).read();
  await stop();
  const open = sessions.map(({ userKey, key }) => `${userKey} ${key}`).sort();
  const deadLetters = control.filter((item) => item['pk']?.S === 'ASIDE').length;
  return { ...tablesOf(rows), open, deadLetters };
}

function tablesOf(rows: readonly Item[]): Omit<Tables, 'open' | 'deadLetters'> {
  const keyed = rows.map((item) => ({
    pk: item['pk']?.S ?? '',
    sk: item['sk']?.S ?? '',
    item,
  }));
  const docs = <T>(prefix: string): T[] =>
    keyed
      .filter(({ pk, sk }) => `${pk} ${sk}`.includes(prefix))
      .map(({ item }) => JSON.parse(item['doc']?.S ?? '{}') as T);
  const profiles = keyed
    .filter(({ sk }) => sk === 'Z#profile')
    .map(({ pk, item }) => profileOfItem(pk.slice('USER#'.length), item));
  const detections = docs<Detection>('DETECTIONS#');
  // What may be searched for; which names share a row is as the calls were.
  const packed = keyed.flatMap(({ pk, item }) =>
    pk.startsWith('SEARCH') ? (item['names']?.B ?? []) : [],
  );
  const named = packed.flatMap(unpackNames).map(({ kind, key }) => `SEARCH ${kind} ${key}`);
  const names = [...new Set(named)];
  return {
    facts: sortedBy(profiles.map(factsOf), ({ userKey }) => userKey),
    // Row keys hold the first estimate of the start, which may differ by the order of arrival.
    sessions: sortedBy(
      docs<Session>(' S#').map(({ rowStart: _, ...session }) => session),
      ({ identity, startedAt }) => `${identity} ${startedAt}`,
    ),
    detections: detections.map(({ id }) => id).sort(),
    index: keyed
      .filter(({ pk }) => !/^(?:SEARCH|(?:USER|DETECTIONS|WORDS)#)/.test(pk))
      .map(({ pk, sk }) => `${pk} ${sk}`)
      .concat(names)
      .sort(),
    learned: new Map(profiles.map((one) => [one.userKey, JSON.stringify(one.learned)])),
    scores: new Map(detections.map(({ id, score }) => [id, score])),
  };
}

/** A profile without what is learned, and without the bridge over a crash. */
function factsOf(profile: Profile) {
  const { learned: _, recent: __, pending: ___, detections, ...facts } = profile;
  return {
    ...facts,
    places: sortedMap(facts.places),
    addresses: sortedMap(facts.addresses),
    networks: sortedMap(facts.networks),
    devices: sortedMap(facts.devices),
    gateways: sortedMap(facts.gateways),
    detections: detections.map(({ id }) => id).sort(),
  };
}

const sortedMap = <T>(map: ReadonlyMap<string, T>): [string, T][] =>
  sortedBy([...map], ([key]) => key);

function sortedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...items].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

let healTables: (() => void) | undefined;

/**
 * Puts a fault between every client of DynamoDB and its table until the answer is called.
 * @param fault called before each request with its command's name; what it throws, the caller gets
 */
export function faultTables(fault: (command: string, input: unknown) => void): () => void {
  const stop = interceptSend((command) =>
    fault(command.constructor.name.replace(/Command$/, ''), command.input),
  );
  healTables = () => {
    stop();
    healTables = undefined;
  };
  return () => healTables?.();
}
