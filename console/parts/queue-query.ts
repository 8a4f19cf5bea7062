// What the queue shows, from the address of the page: filters, order, time range. Pure. Without a
// status it shows what is unresolved, the worst first.

import type { Query } from '../api/paths.ts';
import { type Range, rangeQuery } from '../text/range.ts';
import type { Order } from './list-types.ts';

/** Filters by facet, in the order shown. */
export const facetNames = [
  ['status', 'State'],
  ['severity', 'Severity'],
  ['country', 'Country'],
  ['asn', 'Network'],
  ['gateway', 'Gateway'],
  ['owner', 'Owner'],
  ['classification', 'Classified as'],
  ['kind', 'Kind'],
] as const;
export type FacetName = (typeof facetNames)[number][0];

/** Filters that other pages link with. */
const linkedNames = ['user', 'address', 'place', 'device'] as const;

const unresolved: readonly string[] = ['new', 'in-progress'];
const anyStatus = 'any';

const orderDefault: Order = { by: 'severity', isDescending: true };
const orders: readonly string[] = ['time', 'severity', 'score', 'user'];

/** The values of a filter in the address. */
export function chosenOf(query: URLSearchParams, name: string): readonly string[] {
  const values = query
    .getAll(name)
    .flatMap((value) => (name === 'status' ? value.split(',') : value));
  if (name !== 'status') return values;
  if (values.length === 0) return unresolved;
  return values.includes(anyStatus) ? [] : values;
}

/** The address's values of a filter with one value more, or less. */
export function toggled(query: URLSearchParams, name: string, value: string): readonly string[] {
  const chosen = chosenOf(query, name);
  const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
  if (name !== 'status') return next;
  const isDefault =
    next.length === unresolved.length && unresolved.every((one) => next.includes(one));
  if (isDefault) return [];
  return next.length === 0 ? [anyStatus] : next;
}

export function orderOf(query: URLSearchParams): Order {
  const by = query.get('sort') ?? orderDefault.by;
  if (!orders.includes(by)) return orderDefault;
  const usual = by !== 'user';
  return { by, isDescending: query.has('order') ? query.get('order') === 'desc' : usual };
}

/** Filters as the API takes them. */
export function filtersOf(query: URLSearchParams, range: Range): Query {
  const names = [...facetNames.map(([name]) => name), ...linkedNames];
  const filters = names.map((name) => [name, chosenOf(query, name).map(encoded)] as const);
  return { ...Object.fromEntries(filters), ...rangeQuery(range) };
}

/** A comma that belongs to a value is encoded twice (docs/openapi.yaml). */
const encoded = (value: string): string => (/[,%]/.test(value) ? encodeURIComponent(value) : value);

/** Filters that no facet shows: named above the list, each with a way out. */
export function linkedFilters(query: URLSearchParams): readonly (readonly [string, string])[] {
  return linkedNames.flatMap((name) => query.getAll(name).map((value) => [name, value] as const));
}
