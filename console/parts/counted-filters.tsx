// Filters with how many rows each of their values leaves. A value chosen is a parameter of the
// address; several of one filter are joined by "or".

import type { JSX } from 'preact';
import type { Facet } from '../api/types.ts';
import { grouped } from '../text/clock-text.ts';
import { Untrusted } from '../text/text.tsx';
import { setParameterValues } from './router.ts';

/** Values shown before "more". */
const shownAtFirst = 8;

const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' });

export type CountedFilter = {
  /** The parameter. */
  readonly name: string;
  readonly title: string;
  readonly facet: Facet | undefined;
};

type FiltersProps = {
  readonly filters: readonly CountedFilter[];
  readonly query: URLSearchParams;
  /** False: there are at least so many. */
  readonly isComplete: boolean;
};

export function CountedFilters({ filters, query, isComplete }: FiltersProps): JSX.Element {
  const chosen = filters.reduce((sum, { name }) => sum + query.getAll(name).length, 0);
  const isWide = matchMedia('(min-width: 64rem)').matches;
  return (
    <aside class="facets" aria-label="Filters">
      <details open={isWide || chosen > 0}>
        <summary>Filters{chosen > 0 ? ` (${chosen})` : ''}</summary>
        {filters.map((filter) => (
          <Values key={filter.name} filter={filter} query={query} isComplete={isComplete} />
        ))}
      </details>
    </aside>
  );
}

type ValuesProps = Omit<FiltersProps, 'filters'> & { readonly filter: CountedFilter };

function Values({ filter, query, isComplete }: ValuesProps): JSX.Element | null {
  const { name, title, facet } = filter;
  const chosen = query.getAll(name);
  const values = (facet?.values ?? []).filter(({ value }) => value !== 'none');
  const missing = chosen
    .filter((one) => !values.some(({ value }) => value === one))
    .map((value) => ({ value, count: 0, label: undefined }));
  const rows = [...values, ...missing];
  if (rows.length === 0) return null;
  const option = ({ value, count, label }: (typeof rows)[number]): JSX.Element => (
    <label key={value} class="facet">
      <input
        type="checkbox"
        checked={chosen.includes(value)}
        onChange={() =>
          setParameterValues(
            name,
            chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value],
          )
        }
      />
      <span class="facet-name">
        <Untrusted text={label ?? nameOf(name, value)} />
      </span>
      <span class="facet-count">
        {grouped(count)}
        {isComplete ? '' : '+'}
      </span>
    </label>
  );
  const rest = rows.slice(shownAtFirst);
  return (
    <fieldset>
      <legend>{title}</legend>
      {rows.slice(0, shownAtFirst).map(option)}
      {rest.length > 0 ? (
        <details>
          <summary>{rest.length} more</summary>
          {rest.map(option)}
          {facet && facet.others > 0 ? (
            <p class="note">and {grouped(facet.others)} with other values</p>
          ) : null}
        </details>
      ) : null}
    </fieldset>
  );
}

const nameOf = (filter: string, value: string): string =>
  filter === 'country' ? (regions.of(value) ?? value) : value;
