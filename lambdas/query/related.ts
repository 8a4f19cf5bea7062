// `GET /v1/detections/{id}/related`: who else is concerned by a detection, in one question: other
// detections from its address, network and device, worst first, and the case that it is part of.
// The rows of 180 days are read once for all of it (decision 0048).

import type { Detection } from '../../domain/detection.ts';
import { type DetectionRow, rowDevice, rowStatus } from '../shared/detection-row.ts';
import { problem } from '../shared/problem.ts';
import { casesIn } from './case-reads.ts';
import { caseTitle, headIdOf } from './case-views.ts';
import { cut } from './cut.ts';
import { positionOf, shown } from './detection-list.ts';
import { type Range, type RowsRead, readRange } from './detection-rows.ts';
import { idShape } from './detections.ts';
import type { QueryDeps } from './ports.ts';
import { type Answer, jsonAnswer, type QueryRequest } from './request.ts';
import { attribution, type JsonObject, timeText } from './views.ts';
import { listedView } from './with-triage.ts';

const dayMs = 86_400_000;
const lookedBackDays = 180;
/** Detections shown of each kind. */
const shownMax = 15;

/** `GET /v1/detections/{id}/related`. */
export async function getRelated(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const id = request.params['id'] ?? '';
  const detection = idShape.test(id) ? await deps.store.detection(id) : undefined;
  if (!detection) return problem('not-found', { detail: 'no detection has this id' });
  const { now } = request;
  const range = { from: now - lookedBackDays * dayMs, to: now + dayMs };
  const read = await readRange(deps.store, range);
  const [lists, ownCase] = await Promise.all([
    sharedLists(deps, detection, read.rows),
    caseOf(deps, detection, range, read),
  ]);
  return jsonAnswer({
    ...lists,
    ...(ownCase ? { case: ownCase } : {}),
    from: timeText(range.from),
    isComplete: read.last === undefined,
    attribution,
  });
}

/** What a detection may share with others, as a test of their rows; absent: it has none. */
function sharedBy({ clientAddress, network, device }: Detection) {
  const asn = network?.asn ?? 0;
  const key = device && rowDevice(device.key);
  return {
    ...(clientAddress && { address: (row: DetectionRow) => row.address === clientAddress }),
    ...(asn > 0 && { network: (row: DetectionRow) => row.asn === asn }),
    ...(key && { device: (row: DetectionRow) => row.device === key }),
  };
}

async function sharedLists(
  deps: QueryDeps,
  detection: Detection,
  rows: readonly DetectionRow[],
): Promise<JsonObject> {
  const others = rows.filter((row) => row.id !== detection.id && rowStatus(row) !== 'withdrawn');
  const found = Object.entries(sharedBy(detection)).map(([name, isShared]) => {
    const all = others.filter(isShared);
    const worst = cut(all, positionOf.severity, { limit: shownMax }, false).items;
    return { name, total: all.length, worst };
  });
  const unique = new Map(found.flatMap(({ worst }) => worst).map((row) => [row.id, row]));
  const triaged = await shown(deps, [...unique.values()]);
  const views = new Map(triaged.map((one) => [one.detection.id, listedView(one)]));
  return Object.fromEntries(
    found.map(({ name, total, worst }) => {
      const items = worst.flatMap((row) => views.get(row.id) ?? []);
      return [name, { total, items }];
    }),
  );
}

/** The case of a detection in words: undefined when it stands alone. */
async function caseOf(
  { store }: QueryDeps,
  { id, firstSeen }: Detection,
  range: Range,
  { rows, last }: RowsRead,
): Promise<JsonObject | undefined> {
  const since = last === undefined ? range.from : (rows.at(-1)?.firstSeen ?? range.to);
  const around = { from: firstSeen - dayMs, to: firstSeen + dayMs };
  const { cases } = await casesIn(store, around, async ({ from, to }) => {
    // A detection of long ago has neighbours that were not read. None is of the future.
    if (from < since) return readRange(store, { from, to });
    return { rows: rows.filter((row) => row.firstSeen >= from && row.firstSeen < to) };
  });
  const own = cases.find(({ members }) => members.some((row) => row.id === id));
  if (!own) return undefined;
  const headId = headIdOf(own);
  const head = (await store.detectionsOf([headId])).get(headId);
  return { id: own.id, title: caseTitle(own, { head }) };
}
