// The time range of the page: a duration back from now (`range=P7D`) or two moments (`from`, `to`)
// in the address. Pure: parameters in, parameters of the API out.

import { dateText, timeText, type Zone } from './clock-text.ts';

const dayMs = 24 * 3600 * 1000;

/** Durations that can be chosen, and what each is called. */
export const ranges = [
  ['P1D', '24 hours'],
  ['P7D', '7 days'],
  ['P30D', '30 days'],
  ['P90D', '90 days'],
  ['P180D', '180 days'],
] as const;

export const rangeDefault = 'P30D';
/** The API answers for at most so many days. */
export const rangeDaysMax = 180;

export type Range =
  | { readonly kind: 'last'; readonly duration: string }
  | { readonly kind: 'between'; readonly from: string; readonly to: string };

/** The range of an address; what is not understood is the usual one. */
export function rangeOf(parameters: URLSearchParams): Range {
  const [from, to] = [momentOf(parameters.get('from')), momentOf(parameters.get('to'))];
  if (from !== undefined && to !== undefined && from < to && to - from <= rangeDaysMax * dayMs) {
    const text = (time: number): string => new Date(time).toISOString();
    return { kind: 'between', from: text(from), to: text(to) };
  }
  const asked = parameters.get('range');
  const known = ranges.find(([key]) => key === asked);
  return { kind: 'last', duration: known?.[0] ?? rangeDefault };
}

function momentOf(text: string | null): number | undefined {
  const time = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** As the API's lists take it. */
export function rangeQuery(range: Range): { readonly from: string; readonly to?: string } {
  return range.kind === 'last' ? { from: range.duration } : { from: range.from, to: range.to };
}

/** As the address keeps it; the usual range is not named. */
export function rangeParametersOf(range: Range): Readonly<Record<string, string | undefined>> {
  if (range.kind === 'between') return { range: undefined, from: range.from, to: range.to };
  const { duration } = range;
  const named = duration === rangeDefault ? undefined : duration;
  return { range: named, from: undefined, to: undefined };
}

/** The two moments. */
export function spanOfRange(range: Range, now: number): { from: number; to: number } {
  if (range.kind === 'between') return { from: Date.parse(range.from), to: Date.parse(range.to) };
  const days = Number(/\d+/.exec(range.duration)?.[0] ?? 30);
  return { from: now - days * dayMs, to: now };
}

/** `last 7 days`, `from 22 Nov 03:00 to 23 Nov 04:00`. */
export function rangeText(range: Range, zone: Zone, now: number): string {
  if (range.kind === 'last') {
    return `last ${ranges.find(([key]) => key === range.duration)?.[1] ?? range.duration}`;
  }
  const [from, to] = [Date.parse(range.from), Date.parse(range.to)];
  const isOneDay = dateText(from, zone, now) === dateText(to, zone, now);
  const end = timeText(to, zone, now);
  return `${timeText(from, zone, now)} to ${isOneDay ? end.slice(-5) : end}`;
}
