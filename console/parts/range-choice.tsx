// The time range of a view. It is kept in the address as a duration of the API (`P7D`).

import type { JSX } from 'preact';
import { setParameter } from './router.ts';

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
    <fieldset class="choice">
      <legend>Last</legend>
      {ranges.map(([key, text]) => (
        <label key={key}>
          <input
            type="radio"
            name="range"
            checked={range === key}
            onChange={() => setParameter('range', key === rangeDefault ? undefined : key)}
          />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}
