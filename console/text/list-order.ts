// The order of a list of names, as the address of the page keeps it. Pure.

import { counted } from './clock-text.ts';

/** What a list is sorted by: a column, and which way. */
type Order = { readonly by: string; readonly isDescending: boolean };

/**
 * The order that an address names; what is not understood is the usual one.
 * @param sorts what the list can be sorted by; the first is by name, which ascends unless it is
 * asked not to, the others are numbers, of which the largest come first
 */
export function listOrderOf(query: URLSearchParams, sorts: readonly [string, ...string[]]): Order {
  const asked = query.get('sort');
  const by = sorts.find((sort) => sort === asked) ?? sorts[0];
  const usual = by !== sorts[0];
  const order = query.get('order');
  const isNamed = order === 'asc' || order === 'desc';
  return { by, isDescending: isNamed ? order === 'desc' : usual };
}

/** As the address keeps it; the usual order is not named. */
export function orderParameters(
  { by, isDescending }: Order,
  sorts: readonly [string, ...string[]],
): Readonly<Record<'sort' | 'order', string | undefined>> {
  const usual = by !== sorts[0];
  return {
    sort: by === sorts[0] ? undefined : by,
    order: isDescending === usual ? undefined : isDescending ? 'desc' : 'asc',
  };
}

/** As the API takes it. */
export const orderQuery = ({ by, isDescending }: Order) => ({
  sort: by,
  order: isDescending ? 'desc' : 'asc',
});

type Shown = {
  readonly order: Order;
  /** How many are shown, and whether there are more. */
  readonly shown: number;
  readonly isMore: boolean;
  /** How many there are, where the API says so. */
  readonly total?: number | undefined;
  readonly isTotalComplete?: boolean | undefined;
  readonly isDetectionsComplete?: boolean | undefined;
};

const orderTexts: Readonly<Record<string, readonly [usual: string, turned: string]>> = {
  name: ['by name', 'by name, the last first'],
  key: ['by key', 'by key, the last first'],
  detections: ['those with the most detections first', 'those with the fewest detections first'],
  today: ['those with the most users today first', 'those with the fewest users today first'],
};

/** `At least 100 users, by name`. What is not known in full says so. */
export function orderNote(noun: string, { order, total, ...list }: Shown): string {
  const { shown, isMore, isTotalComplete = true, isDetectionsComplete = true } = list;
  const isWhole = total === undefined ? !isMore : isTotalComplete;
  const [usual, turned] = orderTexts[order.by] ?? ['', ''];
  const isUsual = order.isDescending !== (order.by === 'name' || order.by === 'key');
  const how = isUsual ? usual : turned;
  const few = isDetectionsComplete ? '' : '. Detections are more than are counted: “at least”';
  return `${isWhole ? '' : 'At least '}${counted(total ?? shown, noun)}, ${how}${few}`;
}
