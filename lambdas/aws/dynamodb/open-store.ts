// The index of open sessions over the table of profiles: put together from its parts and from what
// rows of words say since. `compact` writes the parts anew from both, when what was said since has
// grown to twice their size: writing them costs less than half of what writing the rows did, and
// reading stays within three times their size (decision 0027).

import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { UnixMs } from '../../../domain/accounting-event.ts';
import { JoinedSessions } from '../../../domain/process/joined-sessions.ts';
import { packOpen } from '../../../domain/process/open-pack.ts';
import type { IndexNews, OpenSession } from '../../../domain/session/open-session.ts';
import type { Restarts } from '../../../domain/session/restart.ts';
import type { SessionRules } from '../../../domain/session/session-rules.ts';
import type { OpenRead } from '../../query/ports.ts';
import { sha256Hash } from '../../shared/hash.ts';
import {
  freshKey,
  type OpenMeta,
  type OpenTable,
  placeOf,
  readMeta,
  type StoredMeta,
  writeMeta,
} from './open-meta.ts';
import { makeOpenReader } from './open-reader.ts';
import { readLog, readParts, settledMs, wordsRetentionMs } from './open-rows.ts';
import { openPartKey } from './profile-keys.ts';
import { keyItem, number } from './user-rows.ts';

export type OpenStore = {
  readonly read: () => Promise<OpenRead>;
  /**
   * Writes the parts anew where it is worth it.
   * @returns sessions written; undefined: nothing was
   */
  readonly compact: (
    watermarks: (gatewayIds: readonly string[]) => Promise<ReadonlyMap<string, Restarts>>,
    rules?: SessionRules,
  ) => Promise<number | undefined>;
};

/** Rows since the parts are at least so many octets, and so many times the parts, or so old. */
const compactFromOctets = 64 * 1024;
const compactFromTimes = 2;
const compactEveryMs = 6 * 3600 * 1000;
/** A writer has given up after this: longer than the function runs. */
const claimMs = 10 * 60_000;
const sessionsPerPart = 1_000;
const visitsPerPart = 10_000;
/** Some 150,000 sessions; what is beyond is left out, and the index says so. */
const partsMax = 150;
/** A part may have 400 KB; one of names at their longest is cut further. */
const partOctetsMax = 300 * 1024;

/** Makes the store over the table of profiles. */
export function makeOpenStore(table: OpenTable): OpenStore {
  return {
    read: makeOpenReader(table),
    compact: (watermarks, rules) => compact(table, watermarks, rules),
  };
}

type ReadIndex = {
  readonly stored: StoredMeta;
  readonly index: JoinedSessions;
  /** Of rows that are settled. */
  readonly settledOctets: number;
  readonly cutoff: UnixMs;
};

/** While the next generation is written, what was read of this one may be torn. */
const attemptsMax = 3;

/** What is settled of the index, from the beginning. */
async function readSettled(table: OpenTable): Promise<ReadIndex> {
  for (let attempt = 1; ; attempt += 1) {
    const stored = await readMeta(table);
    const { meta } = stored;
    const now = table.now();
    const since = Math.max(meta.cutoff, now - wordsRetentionMs);
    const cutoff = Math.max(since, now - settledMs);
    const index = new JoinedSessions(sha256Hash);
    let settledOctets = 0;
    const [parts, log] = await Promise.all([
      readParts(table, meta),
      readLog(table, meta, since, (row) => {
        if (row.time > cutoff) return;
        settledOctets += row.octets;
        index.add(row);
      }),
    ]);
    const isTorn = !parts.isWhole || log.isOutdated;
    if (isTorn && attempt < attemptsMax) continue;
    for (const news of parts.news) index.add({ time: meta.cutoff, news, words: [] });
    return { stored, index, settledOctets, cutoff };
  }
}

async function compact(
  table: OpenTable,
  watermarks: Parameters<OpenStore['compact']>[0],
  rules: SessionRules | undefined,
): Promise<number | undefined> {
  const { stored, index, settledOctets, cutoff } = await readSettled(table);
  const { meta } = stored;
  const now = table.now();
  const isLarge = settledOctets >= Math.max(compactFromOctets, compactFromTimes * meta.octets);
  const isOld = settledOctets > 0 && now - meta.cutoff > compactEveryMs;
  if (stored.version === 0 || (!isLarge && !isOld)) return undefined;
  if ((meta.claimedUntil ?? 0) > now) return undefined;
  const claim = { ...meta, claimedUntil: now + claimMs };
  if (!(await writeMeta(table, claim, stored.version))) return undefined;
  const gateways = [...new Set(index.sessions().map(({ session }) => session.gatewayId))];
  const restarts = await watermarks(gateways);
  const news = index.compacted(now, cutoff, (gatewayId) => restarts.get(gatewayId), rules);
  const written = await writeParts(table, meta, news);
  const generation = meta.generation + 1;
  const next: OpenMeta = {
    generation,
    octets: written.octets,
    parts: { ...meta.parts, [placeOf(generation)]: written.parts },
    cutoff,
    cutoffBefore: meta.cutoff,
    keys: [{ generation, key: freshKey() }, ...meta.keys.slice(0, 1)],
    ...(written.isCut ? { isCut: true } : {}),
  };
  if (!(await writeMeta(table, next, stored.version + 1))) return undefined;
  return news.opened.length;
}

/** Writes the next generation's parts; what stood there of a larger one is emptied. */
async function writeParts(
  table: OpenTable,
  meta: OpenMeta,
  news: Required<IndexNews>,
): Promise<{ readonly parts: number; readonly octets: number; readonly isCut: boolean }> {
  const generation = meta.generation + 1;
  const place = placeOf(generation);
  const packed = packedParts(news);
  const kept = packed.slice(0, partsMax);
  const left = Math.max(0, meta.parts[place] - kept.length);
  const empty = Array.from({ length: left }, () => packOpen({ opened: [], ended: [] }));
  // One after the other: a burst would meet the bound of a partition.
  for (const [at, bytes] of [...kept, ...empty].entries()) {
    const item = {
      ...keyItem(openPartKey(place, at)),
      sessions: { B: bytes },
      generation: number(generation),
    };
    await table.client.send(new PutItemCommand({ TableName: table.tableName, Item: item }));
  }
  const octets = kept.reduce((sum, bytes) => sum + bytes.length, 0);
  return { parts: kept.length, octets, isCut: kept.length < packed.length };
}

function packedParts(news: Required<IndexNews>): readonly Uint8Array[] {
  const { opened, ended, visits } = news;
  const parts: Uint8Array[] = [packOpen({ opened: [], ended })];
  const pack = (some: readonly OpenSession[]): void => {
    const bytes = packOpen({ opened: some, ended: [] });
    const half = Math.ceil(some.length / 2);
    if (bytes.length <= partOctetsMax || some.length < 2) parts.push(bytes);
    else for (const part of [some.slice(0, half), some.slice(half)]) pack(part);
  };
  for (let from = 0; from < opened.length; from += sessionsPerPart) {
    pack(opened.slice(from, from + sessionsPerPart));
  }
  for (let from = 0; from < visits.length; from += visitsPerPart) {
    const some = visits.slice(from, from + visitsPerPart);
    parts.push(packOpen({ opened: [], ended: [], visits: some }));
  }
  return parts;
}
