// Decisions about many detections: sent in parts of at most 200, each item with the entity tag it
// was seen with, so that nobody's decision is written over. What became of each comes back, with
// what it takes to undo it: the states before.

import { apiPaths } from './paths.ts';
import { send } from './send.ts';
import type { DetectionResult, ListedDetection, Problem, TriagePatch } from './types.ts';

const itemsMax = 200;
/** Sent again while the API says that it ran out of time. */
const roundsMax = 5;

/** One change and what it is made to. */
export type Change = {
  readonly change: TriagePatch;
  readonly items: readonly { readonly id: string; readonly etag: string }[];
};

export type Decided = {
  readonly changed: number;
  /** Of a colleague's change in between, or of what is gone. */
  readonly overtaken: number;
  readonly failed: number;
  readonly problem?: Problem;
  /** Takes back what was changed, as long as nobody decides again. */
  readonly undo: readonly Change[];
};

/** Makes changes one after the other. @param before the detections as they were shown */
export async function decide(
  changes: readonly Change[],
  before: readonly ListedDetection[],
): Promise<Decided> {
  const results: DetectionResult[] = [];
  let problem: Problem | undefined;
  for (const { change, items } of changes) {
    for (let at = 0; at < items.length && !problem; at += itemsMax) {
      problem = await sendPart(change, items.slice(at, at + itemsMax), results);
    }
  }
  const count = (kinds: readonly string[]): number =>
    results.filter(({ result }) => kinds.includes(result)).length;
  return {
    changed: count(['changed']),
    overtaken: count(['version-conflict', 'not-found']),
    failed: count(['failed', 'malformed', 'not-tried']),
    ...(problem ? { problem } : {}),
    undo: undoOf(results, before),
  };
}

async function sendPart(
  change: TriagePatch,
  items: Change['items'],
  results: DetectionResult[],
): Promise<Problem | undefined> {
  let rest = items;
  for (let round = 1; rest.length > 0; round += 1) {
    const sent = await send<{ items: readonly DetectionResult[] }>({
      method: 'PATCH',
      path: apiPaths.detections({}),
      body: { items: rest, change },
    });
    if ('problem' in sent) return sent.problem;
    const isLast = round >= roundsMax;
    const untried = new Set(
      sent.data.items.filter(({ result }) => result === 'not-tried').map(({ id }) => id),
    );
    results.push(...sent.data.items.filter(({ id }) => isLast || !untried.has(id)));
    rest = isLast ? [] : rest.filter(({ id }) => untried.has(id));
  }
  return undefined;
}

/** The states before as changes, equal ones together. */
function undoOf(
  results: readonly DetectionResult[],
  before: readonly ListedDetection[],
): readonly Change[] {
  const known = new Map(before.map((one) => [one.id, one]));
  const groups = new Map<string, { change: TriagePatch; items: { id: string; etag: string }[] }>();
  for (const { id, result, detection } of results) {
    const was = known.get(id);
    if (result !== 'changed' || !(was && detection)) continue;
    const change = stateOf(was);
    const key = JSON.stringify(change);
    const group = groups.get(key) ?? { change, items: [] };
    group.items.push({ id, etag: detection.etag });
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** A detection's state as a change that brings it back. */
function stateOf({ status, classification, owner, triage }: ListedDetection): TriagePatch {
  return {
    status: status === 'withdrawn' ? 'new' : status,
    classification: classification ?? null,
    owner: owner ?? null,
    ...(classification === 'benign' && triage?.benignUntil
      ? { benignUntil: triage.benignUntil }
      : {}),
  };
}
