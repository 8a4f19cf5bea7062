// A line of the bill, and what all lines are computed with.

import { assumptions } from './sizing-assumptions.ts';

export type CostLine = {
  readonly service: string;
  readonly usdPerMonth: number;
  /** The part that is there without any user; the rest grows with them. */
  readonly fixedUsdPerMonth: number;
  /** What is paid for, in words with numbers. */
  readonly what: string;
};

export const bytesPerGigabyte = 1e9;
export const minutesPerMonth = 60 * 24 * assumptions.daysPerMonth;

export const millions = (count: number): string => `${(count / 1e6).toFixed(2)} M`;
