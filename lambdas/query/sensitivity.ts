// `GET /v1/sensitivity`: how many alerts the last 30 days would have had with another sensitivity,
// before it is saved: from the near misses that are kept (domain/detect/preview.ts, decision 0052).

import { type Preview, previewOf } from '../../domain/detect/preview.ts';
import { inParallel } from '../../domain/process/in-parallel.ts';
import type { NearMissRow } from '../../domain/profile/profile.ts';
import type { DetectionSettings } from '../../domain/settings.ts';
import type { QueryDeps } from './ports.ts';
import { type Answer, invalid, isAnswer, jsonAnswer, type QueryRequest } from './request.ts';
import { type JsonObject, timeText } from './views.ts';

const dayMs = 24 * 3600 * 1000;
/** Days that are counted. */
const days = 30;
/** Near misses that are read of one day; of more it is said that the numbers are about so. */
const nearMissesOfDayMax = 1_000;
/** Alerts that are named. */
const namedMax = 50;
const perThousandMax = 1_000;

export const sensitivityParameters = [
  'sensitivity',
  'alertsPerThousandPerDay',
  'strictGate',
] as const;

/** `GET /v1/sensitivity?sensitivity&alertsPerThousandPerDay&strictGate`. */
export async function getSensitivity(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const asked = askedOf(request);
  if (isAnswer(asked)) return asked;
  const current = (await deps.detection?.()) ?? {};
  const { rows, isWhole } = await nearMissesOf(deps, request.now);
  const from = request.now - days * dayMs;
  const counted = rows.filter(({ startedAt }) => startedAt >= from && startedAt <= request.now);
  const preview = previewOf(counted, current, asked);
  const since = counted.reduce((least, { startedAt }) => Math.min(least, startedAt), request.now);
  // Until near misses have been kept for so long a day is one of those that have passed since.
  const passed = Math.min(days, Math.max(1, (request.now - since) / dayMs));
  return jsonAnswer({
    from: timeText(Math.max(from, since)),
    to: timeText(request.now),
    days: rounded(passed),
    current: countOf(preview.current, passed),
    asked: countOf(preview.asked, passed),
    ...listed('more', preview.more),
    ...listed('fewer', preview.fewer),
    isAbout: preview.isAbout || !isWhole,
  });
}

function askedOf({ query }: QueryRequest): DetectionSettings | Answer {
  const { sensitivity, alertsPerThousandPerDay: number, strictGate } = query;
  const isNamed = (text: string): text is 'low' | 'normal' | 'high' =>
    ['low', 'normal', 'high'].includes(text);
  if (sensitivity !== undefined && !isNamed(sensitivity)) {
    return invalid('sensitivity', 'must be low, normal or high');
  }
  const alerts = number === undefined ? undefined : Number(number);
  if (alerts !== undefined && !(alerts > 0 && alerts <= perThousandMax)) {
    return invalid(
      'alertsPerThousandPerDay',
      `must be a number above 0, at most ${perThousandMax}`,
    );
  }
  if (strictGate !== undefined && strictGate !== 'true' && strictGate !== 'false') {
    return invalid('strictGate', 'must be true or false');
  }
  return {
    ...(sensitivity === undefined ? {} : { sensitivity }),
    ...(alerts === undefined ? {} : { alertsPerThousandPerDay: alerts }),
    ...(strictGate === 'true' ? { strictGate: true } : {}),
  };
}

async function nearMissesOf({ store }: QueryDeps, now: number) {
  const rows: NearMissRow[] = [];
  let isWhole = true;
  const times = Array.from({ length: days + 1 }, (_, index) => now - index * dayMs);
  await inParallel(times, async (time) => {
    const page = await store.nearMisses(time, { limit: nearMissesOfDayMax });
    rows.push(...page.items);
    if (page.last !== undefined) isWhole = false;
  });
  return { rows, isWhole };
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

const countOf = (alerts: number, passed: number): JsonObject => ({
  alerts,
  perDay: Math.round((alerts / passed) * 100) / 100,
});

function listed(name: 'more' | 'fewer', rows: Preview['more']): JsonObject {
  const items = rows.slice(0, namedMax).map(({ userKey, startedAt, place, nats }) => ({
    user: userKey,
    at: timeText(startedAt),
    place,
    nats,
  }));
  return { [name]: { alerts: rows.length, items } };
}
