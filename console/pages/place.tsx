// Users who have connected from an area of half a degree: those whom an unusual place also
// concerns.

import type { JSX } from 'preact';
import { usePages } from '../api/api.ts';
import { apiPaths, queueHref } from '../api/paths.ts';
import type { CellUser } from '../api/types.ts';
import { Credits, More, Show } from '../parts/answers.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { userColumn } from '../parts/user-names.tsx';
import { grouped } from '../text/clock-text.ts';
import { Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';

const pageLimit = '50';
/** Places of the area that are named above the list. */
const placesMax = 8;

export function PlacePage({ cell }: { readonly cell: string }): JSX.Element {
  const list = usePages<CellUser>((cursor) =>
    apiPaths.cellUsers(cell, { limit: pageLimit, cursor }),
  );
  const label = list.answer.kind === 'ok' ? list.answer.data.items[0]?.place : undefined;
  const name = placeName(label) ?? cell;
  useTitle(name);
  return (
    <>
      <h1>
        Connected from around <Untrusted text={name} />
      </h1>
      <Show answer={list.answer} missing={<p class="empty">There is no such area.</p>}>
        {({ items, attribution }) => (
          <>
            <Ways places={[...new Set(items.map(({ place }) => place))]} />
            <Table
              caption="Users who connected from this area"
              columns={columns}
              rows={items}
              keyOf={({ user, place }) => `${user} ${place}`}
              empty="Nobody has connected from this area."
            />
            <More
              more={list.more}
              isLoading={list.isLoadingMore}
              problem={list.moreProblem}
              label="More users"
            />
            <Credits lines={attribution} />
          </>
        )}
      </Show>
    </>
  );
}

/** Where more is told of the places of this area. */
function Ways({ places }: { readonly places: readonly string[] }): JSX.Element {
  return (
    <p class="facts">
      <a href="/map">On the map</a>
      {places.slice(0, placesMax).map((place) => (
        <a key={place} href={queueHref({ place, status: 'any' })}>
          Detections from <Untrusted text={placeName(place) ?? place} />
        </a>
      ))}
      <a href="/places">All places</a>
    </p>
  );
}

/** `FR/Île-de-France/Paris` as `Paris, FR`. */
function placeName(key: string | undefined): string | undefined {
  const [country, region, city] = key?.split('/') ?? [];
  const place = city || region;
  return place ? `${place}, ${country}` : country;
}

const columns: readonly Column<CellUser>[] = [
  userColumn,
  { title: 'Place', cell: ({ place }) => <Untrusted text={placeName(place) ?? place} /> },
  {
    title: 'Sessions',
    isNumber: true,
    cell: ({ sessions }) => (sessions === undefined ? '' : grouped(sessions)),
  },
  { title: 'First seen', cell: ({ firstSeen }) => <Time at={firstSeen} hasAge /> },
  {
    title: 'Last seen',
    cell: ({ lastSeen }) => (lastSeen === undefined ? '' : <Time at={lastSeen} hasAge />),
  },
];
