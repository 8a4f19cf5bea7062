// `PATCH /v1/detections/{id}` and `PATCH /v1/detections`: what analysts decide about one detection
// or about up to 200, each with a result of its own (decide.ts). Decisions about one user are taken
// one after the other, because each is written into that user's profile.

import * as v from 'valibot';
import { inParallel } from '../../domain/process/in-parallel.ts';
import { triagedDetection } from '../query/detections.ts';
import { revalidated } from '../query/etag.ts';
import type { Json } from '../query/views.ts';
import {
  detectionAnswer,
  isMadeOn,
  listedView,
  type TriagedDetection,
} from '../query/with-triage.ts';
import { problem } from '../shared/problem.ts';
import { type DecideDeps, decide, type Patch, patchSchema } from './decide.ts';
import { type Answer, type ControlRequest, jsonAnswer, malformed } from './request.ts';

/** `PATCH /v1/detections/{id}`. */
export async function patchDetection(deps: DecideDeps, request: ControlRequest): Promise<Answer> {
  const triaged = await triagedDetection(deps, request.params['id'] ?? '');
  if (!triaged) return problem('not-found', { detail: 'no detection has this id' });
  const ifMatch = request.headers['if-match'];
  if (ifMatch === undefined) {
    return problem('version-required', { detail: 'send If-Match with the ETag of the detection' });
  }
  if (!isMadeOn(triaged, ifMatch)) return conflict();
  const patch = v.safeParse(patchSchema, request.json);
  if (!patch.success) return malformed(patch.issues);
  const decided = await decide(deps, triaged, patch.output, request);
  if (decided.kind === 'conflict') return conflict();
  if (decided.kind === 'malformed') return problem('malformed', { detail: decided.detail });
  return revalidated(detectionAnswer(decided.triaged), undefined);
}

const itemsMax = 200;
const entityTag = v.pipe(v.string(), v.regex(/^(W\/)?"[^"]{1,80}"$/, 'expected an entity tag'));
const manySchema = v.strictObject({
  items: v.pipe(
    v.array(v.strictObject({ id: v.pipe(v.string(), v.maxLength(64)), etag: entityTag })),
    v.minLength(1),
    v.maxLength(itemsMax),
    v.check(
      (items) => new Set(items.map(({ id }) => id)).size === items.length,
      'expected each detection once',
    ),
  ),
  change: patchSchema,
});

/** The function ends after 25 s (lib/control.ts): what does not fit is said to be left. */
const timeMs = 20_000;

/** One item's result, as the contract lists them. */
type Result = 'changed' | 'version-conflict' | 'not-found' | 'malformed' | 'failed' | 'not-tried';

/** `PATCH /v1/detections`: one change of many detections, a result for each in the order asked. */
export async function patchDetections(
  deps: DecideDeps & { readonly now: () => number },
  request: ControlRequest,
): Promise<Answer> {
  const parsed = v.safeParse(manySchema, request.json);
  if (!parsed.success) return malformed(parsed.issues);
  const { items, change } = parsed.output;
  const ids = items.map(({ id }) => id);
  const [detections, triages, endings] = await Promise.all([
    deps.store.detectionsOf(ids),
    deps.store.triages(ids),
    deps.store.endings(ids),
  ]);
  const lanes = new Map<string, (typeof items)[number][]>();
  for (const item of items) {
    const user = detections.get(item.id)?.userKey ?? '';
    lanes.set(user, [...(lanes.get(user) ?? []), item]);
  }
  const results = new Map<string, Json>();
  const isTimeUp = () => deps.now() - request.now > timeMs;
  await inParallel([...lanes.values()], async (lane) => {
    for (const { id, etag } of lane) {
      const detection = detections.get(id);
      const triaged = detection && { detection, triage: triages.get(id), ending: endings.get(id) };
      const result = isTimeUp()
        ? resultOf(id, 'not-tried', triaged)
        : await decideOne(deps, { id, etag, triaged, change, request });
      results.set(id, result);
    }
  });
  return jsonAnswer(200, { items: ids.map((id) => results.get(id)) });
}

async function decideOne(
  deps: DecideDeps,
  one: {
    readonly id: string;
    readonly etag: string;
    readonly triaged: TriagedDetection | undefined;
    readonly change: Patch;
    readonly request: ControlRequest;
  },
): Promise<Json> {
  const { id, etag, triaged, change, request } = one;
  if (!triaged) return resultOf(id, 'not-found');
  if (!isMadeOn(triaged, etag)) return resultOf(id, 'version-conflict', triaged);
  try {
    const decided = await decide(deps, triaged, change, request);
    if (decided.kind === 'malformed') {
      return { ...resultOf(id, 'malformed', triaged), detail: decided.detail };
    }
    const result = decided.kind === 'changed' ? 'changed' : 'version-conflict';
    return resultOf(id, result, decided.triaged);
  } catch {
    // The others go on; who repeats the request decides about this one again.
    return resultOf(id, 'failed', triaged);
  }
}

function resultOf(id: string, result: Result, triaged?: TriagedDetection) {
  return { id, result, ...(triaged ? { detection: listedView(triaged) } : {}) };
}

const conflict = (): Answer =>
  problem('version-conflict', { detail: 'somebody or something changed it: read it again' });
