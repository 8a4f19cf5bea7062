// The map of the organisation: where users were connected from in the last 24 hours, and where the
// detections of the time range came from.

import type { JSX } from 'preact';
import { calmMs, useApi } from '../api/api.ts';
import { apiPaths, placeHref } from '../api/paths.ts';
import type { Detection, LivePlace, Page, Summary } from '../api/types.ts';
import { pointsOfToday } from '../map/map-points.ts';
import { WorldMap } from '../map/world-map.tsx';
import { Credits, Show } from '../parts/answers.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { counted } from '../text/clock-text.ts';
import { type Range, rangeQuery } from '../text/range.ts';
import { Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';

const detectionsShown = '100';

export function MapPage({ range }: { readonly range: Range }): JSX.Element {
  useTitle('Map');
  const summary = useApi<Summary>(apiPaths.summary, calmMs);
  const detections = useApi<Page<Detection>>(
    apiPaths.detections({ ...rangeQuery(range), limit: detectionsShown }),
    calmMs,
  );
  return (
    <>
      <h1>Map</h1>
      <Show answer={summary}>
        {({ live, attribution }) => (
          <>
            <Show answer={detections}>
              {({ items }) => <Today places={live.places} detections={items} />}
            </Show>
            <Credits lines={attribution} />
          </>
        )}
      </Show>
    </>
  );
}

type TodayProps = {
  readonly places: readonly LivePlace[];
  readonly detections: readonly Detection[];
};

function Today({ places, detections }: TodayProps): JSX.Element {
  return (
    <>
      <WorldMap
        label={mapText(detections, places)}
        points={pointsOfToday(places, detections)}
        aspect={0.6}
        spanMin={120}
        heightMax={640}
        canMove
      />
      <PlacesToday places={places} />
    </>
  );
}

const placesShown = 6;

/** The map's twin in words. */
function PlacesToday({ places }: { readonly places: readonly LivePlace[] }): JSX.Element {
  return (
    <>
      <Table
        caption="Places of the last 24 hours, most users first"
        columns={placeColumns}
        rows={places.slice(0, placesShown)}
        keyOf={({ key }) => key}
        empty="Nobody connected in the last 24 hours."
      />
      {places.length > placesShown ? (
        <p class="note">and {counted(places.length - placesShown, 'other place')}</p>
      ) : null}
    </>
  );
}

const placeColumns: readonly Column<LivePlace>[] = [
  {
    title: 'Place',
    isHead: true,
    cell: ({ label, cell }) =>
      cell ? (
        <a href={placeHref(cell)}>
          <Untrusted text={label} />
        </a>
      ) : (
        <Untrusted text={label} />
      ),
  },
  { title: 'Users today', isNumber: true, cell: ({ users }) => users },
];

function mapText(items: readonly Detection[], places: readonly LivePlace[]): string {
  const found = [...new Set(items.map(({ place }) => place.label))];
  const usual = places.slice(0, 3).map(({ label }) => label);
  return `Map of today: ${usual.join(', ') || 'nobody'}; detections: ${found.join(', ') || 'none'}`;
}
