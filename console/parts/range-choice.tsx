// The time range of a view. It is kept in the address as a duration of the API (`P7D`).

import type { JSX } from 'preact';
import { ParameterChoice } from './choice.tsx';

const ranges = [
  ['P1D', '24 h'],
  ['P7D', '7 days'],
  ['P30D', '30 days'],
  ['P90D', '90 days'],
  ['P180D', '180 days'],
] as const;

const rangeDefault = 'P30D';

/** The range of the address, or the usual one. */
export function rangeOf(asked: string): string {
  return ranges.some(([key]) => key === asked) ? asked : rangeDefault;
}

export function RangeChoice({ range }: { readonly range: string }): JSX.Element {
  return (
    <ParameterChoice
      name="range"
      label="Last"
      value={range}
      choices={ranges}
      usual={rangeDefault}
    />
  );
}
