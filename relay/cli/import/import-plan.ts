// The plan of an import, made by reading all files once: how many records of which gateways and
// times. Promise: it changes nothing; an import with unnamed gateways is refused before its first
// record, because what is in a profile cannot be taken out again.

import { createHash } from 'node:crypto';
import { sessionRetentionDays } from '../../../domain/limits.ts';
import { errorText, systemErrorCode } from '../../errors.ts';
import { type HistoryKind, historyRecords, openHistory } from '../../import/history-file.ts';
import type { HistoryReport, HistorySettings } from '../../import/history-record.ts';
import type { ImportId } from '../../import/import-stamp.ts';
import { octetsOf } from '../../import/octet-lines.ts';

export type FilePlan = {
  readonly path: string;
  readonly kind: HistoryKind;
  readonly id: ImportId;
  readonly records: number;
  /** Older than sessions are kept: they feed profiles only. */
  readonly profileOnly: number;
  /** Records, rows and packets that cannot be taken. */
  readonly skipped: number;
  /** Values that cannot be taken, of records that are, by attribute or column. */
  readonly dropped: ReadonlyMap<string, number>;
  /** What is no record, by what it is. */
  readonly passedOver: ReadonlyMap<string, number>;
  /** Unix ms; absent in a file without records. */
  readonly firstTime?: number;
  readonly lastTime?: number;
  /** Records by gateway id. */
  readonly gateways: ReadonlyMap<string, number>;
  /** Ids among them that are neither configured nor named by the caller. */
  readonly notConfigured: ReadonlySet<string>;
};

export type PlanOptions = HistorySettings & {
  /** Told of each record, row or value that is not taken. */
  readonly onLost: (path: string, place: number, reason: string) => void;
  /** Names the caller gave to gateways of history. */
  readonly namedByCaller: ReadonlySet<string>;
  /** What changes the meaning of a file: the same file under another one is another import. */
  readonly meaning: string;
  readonly now: number;
};

const dayMs = 86_400_000;

/** Reads one file. @throws what opening and reading it throws */
export async function planFile(path: string, options: PlanOptions): Promise<FilePlan> {
  const opened = await openHistory(path);
  const keptFrom = options.now - sessionRetentionDays * dayMs;
  const gateways = new Map<string, number>();
  const notConfigured = new Set<string>();
  let [records, profileOnly, skipped] = [0, 0, 0];
  let [firstTime, lastTime] = [Number.POSITIVE_INFINITY, 0];
  const dropped = new Map<string, number>();
  const passedOver = new Map<string, number>();
  const report: HistoryReport = {
    onSkipped(place, reason) {
      skipped += 1;
      options.onLost(path, place, `skipped, ${reason}`);
    },
    onDropped(place, name) {
      addTo(dropped, name);
      options.onLost(path, place, `taken without ${name}, whose value cannot be one`);
    },
    onPassedOver: (what) => addTo(passedOver, what),
    onUnfinished(place) {
      options.onLost(
        path,
        place,
        'skipped, it is still being written: import the file again later',
      );
    },
  };
  for await (const some of historyRecords(opened, { ...options, ...report })) {
    for (const { receivedTime, gatewayId, gateway } of some) {
      records += 1;
      if (receivedTime < keptFrom) profileOnly += 1;
      firstTime = Math.min(firstTime, receivedTime);
      lastTime = Math.max(lastTime, receivedTime);
      gateways.set(gatewayId, (gateways.get(gatewayId) ?? 0) + 1);
      if (!gateway && !options.namedByCaller.has(gatewayId)) notConfigured.add(gatewayId);
    }
  }
  const { kind } = opened;
  const id = await identify(path, kind, options.meaning);
  const times = records === 0 ? {} : { firstTime, lastTime };
  const lost = { skipped, dropped, passedOver };
  return { path, kind, id, records, profileOnly, ...lost, ...times, gateways, notConfigured };
}

/** Names counted, at most: ports and types of a hostile capture must not grow the map. */
const namesMax = 64;
const others = 'others';

function addTo(counts: Map<string, number>, name: string): void {
  const key = counts.size < namesMax || counts.has(name) ? name : others;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

const beginningOctets = 4096;

/**
 * A detail file grows at its end: its beginning identifies it, so that tomorrow's import goes on
 * where today's ended. Everything else is known by all of its octets.
 */
async function identify(path: string, kind: HistoryKind, meaning: string): Promise<ImportId> {
  const hash = createHash('sha256').update(`${kind}\0${meaning}\0`);
  let left = beginningOctets;
  for await (const chunk of octetsOf(path)) {
    const isPacked =
      left === beginningOctets && chunk.length > 1 && chunk.readUInt16BE(0) === 0x1f8b;
    if (kind !== 'detail' || isPacked) left = Number.POSITIVE_INFINITY;
    hash.update(chunk.subarray(0, Math.min(chunk.length, left)));
    left -= chunk.length;
    if (left <= 0) break;
  }
  return hash.digest('hex').slice(0, 20);
}

/**
 * `NAS=NAME` of the command line: names of gateways by what history calls them.
 * @throws Error naming the option when one is no mapping
 */
export function gatewayMapping(texts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    texts.map((text) => {
      const equals = text.lastIndexOf('=');
      const [nas, name] = [text.slice(0, equals), text.slice(equals + 1)];
      if (equals > 0 && name !== '') return [nas, name];
      throw new Error(`--gateway ${text}: expects NAS=NAME, for example 10.0.0.1=asa-lyon`);
    }),
  );
}

/** A file of history that cannot be read to its end: which, and why. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';

  constructor(path: string, cause: unknown) {
    const code = systemErrorCode(cause);
    const why =
      unreadable[code] ?? (code === '' ? errorText(cause) : `it cannot be read (${code})`);
    super(`${path}: ${why}`, { cause });
  }
}

/** By the code of the system's or zlib's error. */
const unreadable: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this account may not read it',
  EISDIR: 'it is a directory; name the files in it',
  Z_BUF_ERROR: 'the gzip archive ends too early',
  Z_DATA_ERROR: 'the gzip archive is damaged',
};

/** Losses that are named one by one. */
const lostShown = 10;

/**
 * All files, the one that begins first in front, so that each profile grows in order of time.
 * @param write takes a line for each of the first records that cannot be taken
 * @throws UnreadableFile for the first that cannot be read to its end
 */
export async function planFiles(
  paths: readonly string[],
  given: {
    readonly history: HistorySettings;
    readonly mapping: ReadonlyMap<string, string>;
    readonly meaning: string;
  },
  write: (line: string) => void,
): Promise<readonly FilePlan[]> {
  let lost = 0;
  const onLost = (path: string, place: number, reason: string): void => {
    lost += 1;
    if (lost <= lostShown) write(`${path}:${place}: ${reason}\n`);
    if (lost === lostShown + 1) write('more is left out; the numbers are below\n');
  };
  const namedByCaller = new Set(given.mapping.values());
  const plans: FilePlan[] = [];
  for (const path of paths) {
    const { history, meaning } = given;
    const now = Date.now();
    const options = { ...history, meaning, namedByCaller, onLost, now };
    plans.push(
      await planFile(path, options).catch((error: unknown) => {
        throw new UnreadableFile(path, error);
      }),
    );
  }
  return plans.sort((a, b) => (a.firstTime ?? 0) - (b.firstTime ?? 0));
}
