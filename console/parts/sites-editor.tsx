// The organisation's sites: addresses of offices whose position is known better than any database
// knows it, and private networks.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Site } from '../api/types.ts';
import { Field } from './form.tsx';

type SitesProps = {
  readonly sites: readonly Site[];
  readonly onChange: (sites: readonly Site[]) => void;
};

/** No position yet, which the form asks for: 0/0 is a place in the Atlantic. */
const unnamed: Site = { name: '', networks: [], country: '', lat: Number.NaN, lon: Number.NaN };

export function SitesEditor({ sites, onChange }: SitesProps): JSX.Element {
  // Rows keep half-typed numbers; when one goes, the others begin anew from what is true.
  const [removals, setRemovals] = useState(0);
  const remove = (at: number): void => {
    setRemovals(removals + 1);
    onChange(sites.filter((_, index) => index !== at));
  };
  return (
    <>
      {sites.length === 0 ? (
        <p class="empty">
          None yet. Whoever connects from a block of yours is shown at the office, not where a
          database puts it.
        </p>
      ) : null}
      {sites.map((site, at) => (
        // The position names a row: names change while they are typed.
        <SiteForm
          key={`${removals} ${at}`}
          site={site}
          onChange={(changed) => onChange(sites.with(at, changed))}
          onRemove={() => remove(at)}
        />
      ))}
      <p class="actions">
        <button type="button" onClick={() => onChange([...sites, unnamed])}>
          Add a site
        </button>
      </p>
    </>
  );
}

type SiteProps = {
  readonly site: Site;
  readonly onChange: (site: Site) => void;
  readonly onRemove: () => void;
};

function SiteForm({ site, onChange, onRemove }: SiteProps): JSX.Element {
  const { name, networks, country, city = '', lat, lon } = site;
  const { city: _, ...withoutCity } = site;
  return (
    <fieldset class="row-form card">
      <legend class="unseen">Site {name}</legend>
      <Field
        label="Name"
        value={name}
        isRequired
        onInput={(text) => onChange({ ...site, name: text })}
      />
      <Field
        label="Addresses"
        value={networks.join(' ')}
        placeholder="198.51.100.0/24 or 10.8.0.0/16"
        isRequired
        onInput={(text) => onChange({ ...site, networks: text.split(/[\s,]+/) })}
      />
      <Field
        label="Country"
        value={country}
        placeholder="two letters, such as FR"
        isRequired
        onInput={(text) => onChange({ ...site, country: text.trim().toUpperCase() })}
      />
      <Field
        label="City"
        value={city}
        onInput={(text) => onChange(text === '' ? withoutCity : { ...site, city: text })}
      />
      <Degrees
        label="Latitude"
        value={lat}
        onChange={(value) => onChange({ ...site, lat: value })}
      />
      <Degrees
        label="Longitude"
        value={lon}
        onChange={(value) => onChange({ ...site, lon: value })}
      />
      <button type="button" class="quiet" onClick={onRemove}>
        Remove <span class="unseen">site {name}</span>
      </button>
    </fieldset>
  );
}

type DegreesProps = {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
};

/** A number that may be empty or half typed ("-", "48."): the text stays, the number follows. */
function Degrees({ label, value, onChange }: DegreesProps): JSX.Element {
  const [text, setText] = useState(Number.isFinite(value) ? `${value}` : '');
  return (
    <Field
      label={label}
      type="number"
      value={text}
      isRequired
      onInput={(typed) => {
        setText(typed);
        onChange(typed === '' ? Number.NaN : Number(typed));
      }}
    />
  );
}
