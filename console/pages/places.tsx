// Places that users of the organisation have come from: since when, by how many, how often, and the
// detections of the time range there; by name, by detections, or by users of the last 24 hours.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Answer, usePages } from '../api/api.ts';
import { apiPaths, placeHref, queueHref } from '../api/paths.ts';
import type { PlaceRow, PlacePage as Places } from '../api/types.ts';
import { Credits, Show } from '../parts/answers.tsx';
import { CountLink } from '../parts/count-link.tsx';
import { List } from '../parts/list.tsx';
import type { ListColumn } from '../parts/list-types.ts';
import { setParameters } from '../parts/router.ts';
import { Time } from '../parts/time.tsx';
import { grouped } from '../text/clock-text.ts';
import { listOrderOf, orderNote, orderParameters, orderQuery } from '../text/list-order.ts';
import { type Range, rangeQuery } from '../text/range.ts';
import { Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';
import { Filter } from './users.tsx';

const pageLimit = '25';
const sorts = ['name', 'detections', 'today'] as const;

type PageProps = { readonly query: URLSearchParams; readonly range: Range };

export function PlacesPage({ query, range }: PageProps): JSX.Element {
  useTitle('Places');
  const search = query.get('search') ?? '';
  const [cursor, setCursor] = useState<string | undefined>(undefined);
  const order = listOrderOf(query, sorts);
  const asked = { search, ...orderQuery(order), ...rangeQuery(range) };
  const list = usePages<PlaceRow>((cursor) =>
    apiPaths.places({ ...asked, limit: pageLimit, cursor }),
  );
  const isMore = list.more !== undefined;
  return (
    <>
      <div class="head-line">
        <h1>Places</h1>
        <a href="/map">On the map</a>
      </div>
      <Filter search={search} label="Part of a name, or a country (FR/)" />
      <Show answer={list.answer as Answer<Places>}>
        {({ items, attribution, ...whole }) => (
          <>
            <p class="tiles-note" role="status">
              {orderNote('place', { ...whole, shown: items.length, isMore, order })}.
              {whole.isTodayComplete ? '' : ' More users are connected than are counted here.'}
            </p>
            <List
              caption="Places"
              columns={columns}
              rows={items}
              keyOf={({ place }) => place}
              classOf={({ unresolved }) => (unresolved > 0 ? 'flagged' : undefined)}
              total={whole.total}
              order={order}
              onOrder={(next) => setParameters(orderParameters(next, sorts))}
              cursor={cursor}
              onCursor={setCursor}
              more={list.more}
              isLoadingMore={list.isLoadingMore}
              moreProblem={list.moreProblem}
              moreLabel="More places"
              empty={
                search === ''
                  ? 'No place is known: nobody has connected from an address that has one yet.'
                  : 'No place has that in its name, its region or its country.'
              }
            />
            <Credits lines={attribution} />
          </>
        )}
      </Show>
    </>
  );
}

const atLeast = (count: number, isComplete: boolean): string =>
  `${isComplete ? '' : 'at least '}${grouped(count)}`;

const columns: readonly ListColumn<PlaceRow>[] = [
  {
    id: 'name',
    title: 'Place',
    isHead: true,
    isSortable: true,
    cell: ({ label, cell, place }) => (
      <>
        {cell === undefined ? (
          <Untrusted text={label} />
        ) : (
          <a class="row-link" href={placeHref(cell)}>
            <Untrusted text={label} />
          </a>
        )}
        <span class="under">
          <Untrusted text={regionOf(place)} />
        </span>
      </>
    ),
  },
  {
    id: 'users',
    title: 'Users',
    width: '7rem',
    isNumber: true,
    cell: ({ users, isUsersComplete }) => atLeast(users, isUsersComplete),
  },
  {
    id: 'today',
    title: 'Today',
    width: '5.5rem',
    isNumber: true,
    isSortable: true,
    cell: ({ usersToday }) => grouped(usersToday),
  },
  {
    id: 'sessions',
    title: 'Sessions',
    width: '8rem',
    isNumber: true,
    cell: ({ sessions, isSessionsComplete }) => atLeast(sessions, isSessionsComplete),
  },
  {
    id: 'first',
    title: 'First',
    width: '9rem',
    cell: ({ firstSeen }) => (firstSeen === undefined ? '' : <Time at={firstSeen} />),
  },
  {
    id: 'last',
    title: 'Last',
    width: '9rem',
    cell: ({ lastSeen, isSessionsComplete }) =>
      lastSeen === undefined ? (
        ''
      ) : (
        <>
          {isSessionsComplete ? '' : 'not before '}
          <Time at={lastSeen} />
        </>
      ),
  },
  {
    id: 'detections',
    title: 'Detections',
    width: '8rem',
    isNumber: true,
    isSortable: true,
    cell: ({ place, detections, unresolved }) => (
      <CountLink
        count={detections}
        unresolved={unresolved}
        href={queueHref({ place, status: 'any' })}
      />
    ),
  },
];

/** `FR/Île-de-France/Paris` as `Île-de-France`; empty where the place is the region itself. */
function regionOf(place: string): string {
  const [, region = '', city = ''] = place.split('/');
  return city === '' || city === region ? '' : region;
}
