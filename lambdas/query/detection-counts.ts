// `GET /v1/detections/facets`: how many detections of a range have which value, by day, and how
// long they waited for a classification, from the rows of the range (detection-rows.ts): exact to
// 10,000 of them; beyond, the newest are counted and the answer says so. The counts of a facet are
// of what the other parameters leave, so that one more value can be chosen.

import type { DetectionRow } from '../shared/detection-row.ts';
import { detectionFilterOf, noValue, rowValues, type severities } from './detection-filter.ts';
import { type Range, readRange } from './detection-rows.ts';
import type { QueryDeps } from './ports.ts';
import { type Answer, isAnswer, jsonAnswer, type QueryRequest, rangeOf } from './request.ts';
import { type Json, timeText } from './views.ts';

/** Facets, as parameters of the list name them. */
const facetNames = [
  'status',
  'severity',
  'classification',
  'country',
  'asn',
  'gateway',
  'kind',
  'owner',
] as const;
/** Values of one facet; the rest is one number. */
const facetValuesMax = 50;

/** `GET /v1/detections/facets?from&to` and the filters of the list. */
export async function countDetections(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const range = rangeOf(request);
  if (isAnswer(range)) return range;
  const filter = detectionFilterOf(request);
  if (isAnswer(filter)) return filter;
  const { rows, last } = await readRange(deps.store, range);
  const chosen = rows.filter((row) => filter.isMet(row));
  const counted = facetNames.map((name) => {
    const others = rows.filter((row) => filter.isMet(row, name));
    return [name, facetOf(others, rowValues[name])] as const;
  });
  const facets = Object.fromEntries(counted) as Record<(typeof facetNames)[number], Facet>;
  return jsonAnswer({
    from: timeText(range.from),
    to: timeText(range.to),
    total: chosen.length,
    isComplete: last === undefined,
    ...(last === undefined ? {} : { completeSince: timeText(rows.at(-1)?.firstSeen ?? range.to) }),
    facets: await withLabels(deps, facets, rows),
    trend: trendOf(chosen, last === undefined ? range : sinceOldest(range, chosen)),
    // Most of what is classified is resolved: a list of the unresolved would call it all malicious.
    classified: classifiedOf(rows.filter((row) => filter.isMet(row, 'status', 'classification'))),
  });
}

type Facet = {
  readonly values: readonly { readonly value: string; readonly count: number }[];
  /** Detections whose value is not listed. */
  readonly others: number;
};

function facetOf(rows: readonly DetectionRow[], read: (row: DetectionRow) => string): Facet {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const value = read(row);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const values = [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  const others = values.slice(facetValuesMax).reduce((sum, { count }) => sum + count, 0);
  return { values: values.slice(0, facetValuesMax), others };
}

/** Networks by name and owners as they are known: each from one detection that has it. */
async function withLabels(
  { store }: QueryDeps,
  facets: Readonly<Record<(typeof facetNames)[number], Facet>>,
  rows: readonly DetectionRow[],
): Promise<Readonly<Record<string, Json>>> {
  const examples = new Map<string, string>();
  for (const row of rows) if (row.asn > 0) examples.set(`${row.asn}`, row.id);
  const asked = facets.asn.values.flatMap(({ value }) => examples.get(value) ?? []);
  const detections = await store.detectionsOf(asked);
  const labelOf = (name: string, value: string): string | undefined =>
    name === 'asn' ? detections.get(examples.get(value) ?? '')?.network?.organization : undefined;
  return Object.fromEntries(
    Object.entries(facets).map(([name, { values, others }]) => [
      name,
      {
        values: values.map(({ value, count }) => {
          const label = value === noValue ? undefined : labelOf(name, value);
          return { value, count, ...(label ? { label } : {}) };
        }),
        others,
      },
    ]),
  );
}

const dayMs = 86_400_000;
const dayText = (time: number): string => timeText(time).slice(0, 10);

const sinceOldest = (range: Range, rows: readonly DetectionRow[]): Range => ({
  ...range,
  from: Math.min(...rows.map(({ firstSeen }) => firstSeen), range.to),
});

/** Detections by day (UTC) and severity, from the first day of the range; days without any too. */
function trendOf(rows: readonly DetectionRow[], { from, to }: Range): readonly Json[] {
  const days = new Map<string, Record<(typeof severities)[number], number>>();
  const newest = Math.max(from, ...rows.map(({ firstSeen }) => firstSeen));
  // A range that ends tomorrow has no days to show beyond the newest detection.
  for (let day = from - (from % dayMs); day < to && day <= newest; day += dayMs) {
    days.set(dayText(day), { low: 0, medium: 0, high: 0 });
  }
  for (const { firstSeen, severity } of rows) {
    const day = days.get(dayText(firstSeen));
    if (day) day[severity] += 1;
  }
  return [...days].map(([day, counts]) => ({ day, ...counts }));
}

/** How many were classified, how soon, and how many of them were false alerts. */
function classifiedOf(rows: readonly DetectionRow[]): Json {
  const count = { benign: 0, malicious: 0 };
  let waitedMs = 0;
  for (const { decision, firstSeen, isImported } of rows) {
    if (!decision?.classification) continue;
    count[decision.classification] += 1;
    // Nobody was told of history: it waited for nobody.
    if (isImported) continue;
    waitedMs += Math.max(0, (decision.classifiedAt ?? firstSeen) - firstSeen);
  }
  const timed = rows.filter(({ decision, isImported }) => decision?.classification && !isImported);
  const all = count.benign + count.malicious;
  return {
    ...count,
    ...(timed.length > 0 ? { meanSeconds: Math.round(waitedMs / timed.length / 1000) } : {}),
    ...(all > 0 ? { benignShare: Math.round((count.benign / all) * 1e6) / 1e6 } : {}),
  };
}
