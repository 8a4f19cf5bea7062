// Facets: how many detections have which value, of what the other filters leave. A value chosen is
// a filter; several of one facet are joined by "or".

import type { JSX } from 'preact';
import type { Answer } from '../api/api.ts';
import type { DetectionCounts, Facet } from '../api/types.ts';
import { grouped } from '../text/clock-text.ts';
import { Untrusted } from '../text/text.tsx';
import { chosenOf, type FacetName, facetNames, linkedFilters, toggled } from './queue-query.ts';
import { setParameterValues } from './router.ts';

/** Values of a facet shown before "more". */
const shownAtFirst = 6;

const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' });
const names: Readonly<Record<string, string>> = {
  'in-progress': 'in progress',
  'abnormal-vpn-connection': 'connection',
  'connection-burst': 'burst',
  none: 'none',
};

type FacetsProps = {
  readonly answer: Answer<DetectionCounts>;
  readonly query: URLSearchParams;
};

export function Facets({ answer, query }: FacetsProps): JSX.Element {
  const counts = answer.kind === 'ok' ? answer.data : undefined;
  const chosen = facetNames.reduce((sum, [name]) => sum + query.getAll(name).length, 0);
  return (
    <aside class="facets" aria-label="Filters">
      <details open={isWide() || chosen > 0}>
        <summary>Filters{chosen > 0 ? ` (${chosen})` : ''}</summary>
        {answer.kind === 'problem' ? (
          <p class="note" role="status">
            The counts could not be read; the list is not affected.
          </p>
        ) : null}
        {facetNames.map(([name, title]) => (
          <FacetOf
            key={name}
            name={name}
            title={title}
            facet={counts?.facets[name]}
            isAtLeast={counts ? !counts.isComplete : false}
            query={query}
          />
        ))}
      </details>
    </aside>
  );
}

const isWide = (): boolean => matchMedia('(min-width: 64rem)').matches;

type FacetProps = {
  readonly name: FacetName;
  readonly title: string;
  readonly facet: Facet | undefined;
  readonly isAtLeast: boolean;
  readonly query: URLSearchParams;
};

function FacetOf({ name, title, facet, isAtLeast, query }: FacetProps): JSX.Element | null {
  const chosen = chosenOf(query, name);
  const values = facet?.values ?? [];
  const missing = chosen.filter((one) => !values.some(({ value }) => value === one));
  const rows = [...values, ...missing.map((value) => ({ value, count: 0, label: undefined }))];
  if (rows.length === 0) return null;
  const option = ({ value, count, label }: (typeof rows)[number]): JSX.Element => (
    <label key={value} class="facet">
      <input
        type="checkbox"
        checked={chosen.includes(value)}
        onChange={() => setParameterValues(name, toggled(query, name, value))}
      />
      <span class="facet-name">
        <Untrusted text={label ?? nameOf(name, value)} />
      </span>
      <span class="facet-count">
        {grouped(count)}
        {isAtLeast ? '+' : ''}
      </span>
    </label>
  );
  const isShown = (_: unknown, at: number): boolean => at < shownAtFirst;
  const rest = rows.filter((row, at) => !isShown(row, at));
  return (
    <fieldset>
      <legend>{title}</legend>
      {rows.filter(isShown).map(option)}
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

function nameOf(facet: FacetName, value: string): string {
  if (value === 'none') return facet === 'owner' ? 'nobody' : 'none';
  if (facet === 'country') return regions.of(value) ?? value;
  return names[value] ?? value;
}

/** What other pages asked for, with a way out of each. */
export function LinkedFilters({ query }: { readonly query: URLSearchParams }): JSX.Element | null {
  const linked = linkedFilters(query);
  if (linked.length === 0) return null;
  return (
    <p class="facts">
      {linked.map(([name, value]) => (
        <span key={`${name} ${value}`} class="tag">
          {name} <Untrusted text={value} />{' '}
          <button
            type="button"
            class="quiet small"
            aria-label={`Without the filter ${name}`}
            onClick={() =>
              setParameterValues(
                name,
                query.getAll(name).filter((one) => one !== value),
              )
            }
          >
            ✕
          </button>
        </span>
      ))}
    </p>
  );
}
