// Whether the order in which records come changes what is detected: a world's records as they
// came, and again in orders that move each by up to some minutes. A withdrawn detection does not
// stand; what differs is told apart into ids, states and severities.

import { mergeDetections } from '../../domain/detect/alert.ts';
import { type Detection, isWithdrawn } from '../../domain/detection.ts';
import { makeOurs } from './ours.ts';
import { Random, seedOf } from './random.ts';
import type { World, WorldRecord } from './world.ts';

/** What differs between two orders of one world's records. */
export type Difference = {
  readonly order: number;
  /** Detections that stand in the order of arrival, and in the other one. */
  readonly standing: readonly [number, number];
  readonly withdrawn: readonly [number, number];
  /** Stand in one, and were never raised in the other. */
  readonly ids: number;
  /** Stand in one, and were withdrawn in the other. */
  readonly states: number;
  /** Stand in both, otherwise. */
  readonly severities: number;
  readonly scores: number;
};

type Book = ReadonlyMap<string, Detection>;

/** Plays a world in its order and in others. @param orders how many */
export async function differencesOf(
  world: World,
  { minutes, orders }: { readonly minutes: number; readonly orders: number },
): Promise<readonly Difference[]> {
  const asCame = await detectionsOf(world, world.records());
  const found: Difference[] = [];
  for (let order = 1; order <= orders; order += 1) {
    const other = await detectionsOf(world, shuffled(world, minutes, order));
    found.push({ order, ...compare(asCame, other) });
  }
  return found;
}

/** The records, each held up by up to so many minutes. */
function shuffled(world: World, minutes: number, order: number): readonly WorldRecord[] {
  const random = new Random(seedOf('reorder', `${world.seed}/${order}`));
  return [...world.records()]
    .map((record) => ({ record, at: record.event.receivedTime + random.next() * minutes * 60_000 }))
    .sort((a, b) => a.at - b.at)
    .map(({ record }) => record);
}

async function detectionsOf(world: World, records: Iterable<WorldRecord>): Promise<Book> {
  const book = new Map<string, Detection>();
  const ours = makeOurs(world, (detection) => {
    const known = book.get(detection.id);
    book.set(detection.id, known ? mergeDetections(known, detection) : detection);
  });
  for (const record of records) await ours.feed(record);
  return book;
}

function compare(a: Book, b: Book): Omit<Difference, 'order'> {
  const stands = (book: Book, id: string): Detection | undefined => {
    const detection = book.get(id);
    return detection && !isWithdrawn(detection) ? detection : undefined;
  };
  const counts = { ids: 0, states: 0, severities: 0, scores: 0 };
  for (const id of new Set([...a.keys(), ...b.keys()])) {
    const [one, other] = [stands(a, id), stands(b, id)];
    if (!one && !other) continue;
    if (one && other) {
      if (one.severity !== other.severity) counts.severities += 1;
      if (Math.abs(one.score - other.score) > 1) counts.scores += 1;
    } else if (a.has(id) && b.has(id)) counts.states += 1;
    else counts.ids += 1;
  }
  const standing = (book: Book): number =>
    [...book.values()].filter((one) => !isWithdrawn(one)).length;
  return {
    standing: [standing(a), standing(b)],
    withdrawn: [a.size - standing(a), b.size - standing(b)],
    ...counts,
  };
}

/** The differences as a table in Markdown. */
export function reorderTable(differences: readonly Difference[], minutes: number): string {
  const share = (count: number, [a, b]: readonly [number, number]): string =>
    `${count} (${((100 * count) / Math.max(1, a, b)).toFixed(1)} %)`;
  const rows = differences.map((one) => {
    const { order, standing, withdrawn, ids, states, severities, scores } = one;
    const counts = [ids, states, severities, scores].map((count) => share(count, standing));
    return `| ${[order, standing.join(', '), withdrawn.join(', '), ...counts].join(' | ')} |`;
  });
  const head = [
    'order',
    'stand',
    'withdrawn',
    'ids',
    'states',
    'severities',
    'scores by 2 or more',
  ];
  return [
    `Records as they came, and each held up by up to ${minutes} minutes:`,
    '',
    `| ${head.join(' | ')} |`,
    `|${' --- |'.repeat(head.length)}`,
    ...rows,
  ].join('\n');
}
