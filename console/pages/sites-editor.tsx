// The organisation's sites: addresses of offices whose position is known better than any database
// knows it, and private networks.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Site } from '../api/types.ts';
import type { Position } from '../map/geometry.ts';
import type { MapPoint } from '../map/map-types.ts';
import { WorldMap } from '../map/world-map.tsx';
import { Field } from '../parts/form.tsx';

type SitesProps = {
  readonly sites: readonly Site[];
  readonly onChange: (sites: readonly Site[]) => void;
};

/** No position yet, which the form asks for: 0/0 is a place in the Atlantic. */
const unnamed: Site = { name: '', networks: [], country: '', lat: Number.NaN, lon: Number.NaN };

export function SitesEditor({ sites, onChange }: SitesProps): JSX.Element {
  // Rows keep half-typed numbers; when one goes or the map sets one, they begin anew from what is.
  const [renewals, setRenewals] = useState(0);
  const [placed, setPlaced] = useState<number | undefined>(undefined);
  const remove = (at: number): void => {
    setRenewals(renewals + 1);
    setPlaced(undefined);
    onChange(sites.filter((_, index) => index !== at));
  };
  const place = ({ lat, lon }: Position): void => {
    const site = placed === undefined ? undefined : sites[placed];
    if (placed === undefined || !site) return;
    setRenewals(renewals + 1);
    onChange(sites.with(placed, { ...site, lat: rounded(lat), lon: rounded(lon) }));
  };
  return (
    <>
      {sites.length === 0 ? (
        <p class="empty">
          None yet. Whoever connects from a block of yours is shown at the office, not where a
          database puts it.
        </p>
      ) : (
        <SitesMap sites={sites} placed={placed} onPlace={place} />
      )}
      {sites.map((site, at) => (
        // The position names a row: names change while they are typed.
        <SiteForm
          key={`${renewals} ${at}`}
          site={site}
          isPlaced={placed === at}
          onPlaced={(isPlaced) => setPlaced(isPlaced ? at : undefined)}
          onChange={(changed) => onChange(sites.with(at, changed))}
          onRemove={() => remove(at)}
        />
      ))}
      <p class="actions">
        <button
          type="button"
          onClick={() => {
            setPlaced(sites.length);
            onChange([...sites, unnamed]);
          }}
        >
          Add a site
        </button>
      </p>
    </>
  );
}

/** A press on the map of a continent is not more exact. */
const rounded = (degrees: number): number => Math.round(degrees * 1000) / 1000;

type MapProps = {
  readonly sites: readonly Site[];
  /** The site that a press on the map places. */
  readonly placed: number | undefined;
  readonly onPlace: (at: Position) => void;
};

function SitesMap({ sites, placed, onPlace }: MapProps): JSX.Element {
  const points = sites.flatMap(({ name, lat, lon }, at): MapPoint[] =>
    Number.isFinite(lat) && Number.isFinite(lon)
      ? [
          {
            key: `${at}`,
            label: name === '' ? 'no name yet' : name,
            lat,
            lon,
            radiusKm: 0,
            share: 0.3,
            tone: 'usual',
          },
        ]
      : [],
  );
  const names = points.map(({ label }) => label).join(', ');
  const name = placed === undefined ? undefined : sites[placed]?.name || 'the new site';
  return (
    <>
      <p class="note" role="status">
        {name === undefined
          ? 'A site is put on the map with “Place on the map”, or by typing its position.'
          : `A click on the map is where ${name} is; typing the position does the same.`}
      </p>
      <WorldMap
        label={`Map of sites: ${names === '' ? 'none has a position' : names}`}
        points={points}
        pointed={placed === undefined ? undefined : `${placed}`}
        spanMin={60}
        aspect={0.4}
        heightMax={340}
        canMove
        onPress={placed === undefined ? undefined : onPlace}
      />
    </>
  );
}

type SiteProps = {
  readonly site: Site;
  readonly isPlaced: boolean;
  readonly onPlaced: (isPlaced: boolean) => void;
  readonly onChange: (site: Site) => void;
  readonly onRemove: () => void;
};

function SiteForm({ site, isPlaced, onPlaced, onChange, onRemove }: SiteProps): JSX.Element {
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
      <p class="site-actions">
        <button type="button" aria-pressed={isPlaced} onClick={() => onPlaced(!isPlaced)}>
          Place on the map <span class="unseen">site {name}</span>
        </button>{' '}
        <button type="button" class="quiet" onClick={onRemove}>
          Remove <span class="unseen">site {name}</span>
        </button>
      </p>
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
