// Who is connected now: whom to look at first, then all sessions that no record has ended, as a map
// and as a list, by gateway, country, network, place and user.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { calmMs, type Pages, usePages } from '../api/api.ts';
import { apiPaths, userHref } from '../api/paths.ts';
import type { LivePlace, OpenSession, OpenSessionPage } from '../api/types.ts';
import { pointsOfToday } from '../map/map-points.ts';
import { WorldMap } from '../map/world-map.tsx';
import { Credits, Show } from '../parts/answers.tsx';
import { ParameterChoice } from '../parts/choice.tsx';
import { CountedFilters } from '../parts/counted-filters.tsx';
import { type FilterField, FilterForm } from '../parts/filter-form.tsx';
import { Lasting } from '../parts/lasting.tsx';
import { List } from '../parts/list.tsx';
import type { ListColumn } from '../parts/list-types.ts';
import { Origin } from '../parts/origin.tsx';
import { setParameter } from '../parts/router.ts';
import { Time } from '../parts/time.tsx';
import { counted, grouped } from '../text/clock-text.ts';
import { printable } from '../text/printable.ts';
import { Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';
import { LiveFirst } from './live-first.tsx';

const pageLimit = '100';

/** Typed beside what is chosen by count. */
const typed: readonly FilterField[] = [{ name: 'user', label: 'Name contains' }];
const countedFilters = [
  ['gateway', 'Gateway'],
  ['country', 'Country'],
  ['asn', 'Network'],
] as const;

const orders = [
  ['', 'newest'],
  ['oldest', 'oldest'],
  ['two-places', 'two places at once'],
] as const;

const states = [
  ['', 'open'],
  ['silent', 'silent'],
] as const;

const keyOf = ({ user, id }: OpenSession): string => `${user} ${id}`;

/** @param query the parameters of the page's address */
export function LivePage({ query }: { readonly query: URLSearchParams }): JSX.Element {
  useTitle('Live');
  const list = usePages<OpenSession>(
    (cursor) => apiPaths.openSessions({ ...filtersOf(query), limit: pageLimit, cursor }),
    calmMs,
  );
  const first = list.answer.kind === 'ok' ? (list.answer.data as OpenSessionPage) : undefined;
  return (
    <>
      <h1>Live</h1>
      <LiveFirst />
      <h2 class="apart">Who is connected</h2>
      <div class="filters">
        <ParameterChoice
          name="order"
          label="First"
          value={query.get('order') ?? ''}
          choices={orders}
        />
        <ParameterChoice
          name="state"
          label="State"
          value={query.get('state') ?? ''}
          choices={states}
        />
        <FilterForm path="/live" fields={typed} query={query} />
      </div>
      <div class="queue">
        <CountedFilters
          query={query}
          isComplete={first?.isTotalComplete ?? true}
          filters={countedFilters.map(([name, title]) => ({
            name,
            title,
            facet: first?.counts?.[name],
          }))}
        />
        <div class="queue-main">
          <Show answer={list.answer}>
            {(data) => <Connected page={data as OpenSessionPage} list={list} query={query} />}
          </Show>
        </div>
      </div>
    </>
  );
}

const filtersOf = (query: URLSearchParams) =>
  Object.fromEntries(
    ['order', 'state', 'place', 'user', ...countedFilters.map(([name]) => name)].map((name) => [
      name,
      query.getAll(name),
    ]),
  );

type ConnectedProps = {
  readonly page: OpenSessionPage;
  readonly list: Pages<OpenSession>;
  readonly query: URLSearchParams;
};

function Connected({ page, list, query }: ConnectedProps): JSX.Element {
  const [cursor, setCursor] = useState<string | undefined>(undefined);
  const places = page.counts?.places ?? [];
  const names = places.slice(0, 5).map(placeText).join(', ');
  return (
    <>
      <Total page={page} isSilent={query.get('state') === 'silent'} />
      <AtPlace place={query.get('place')} places={places} others={page.counts?.otherPlaces ?? 0} />
      <WorldMap
        label={`Map of who is connected: ${names === '' ? 'nobody' : names}`}
        points={pointsOfToday(places, [])}
        spanMin={90}
        aspect={0.42}
        heightMax={380}
        canMove
        onPress={(_, [point]) => {
          if (point) setParameter('place', point.key);
        }}
      />
      <List
        caption="Sessions"
        columns={columns}
        rows={page.items}
        keyOf={keyOf}
        classOf={({ apartKm }) => (apartKm === undefined ? undefined : 'flagged')}
        total={page.total}
        cursor={cursor}
        onCursor={setCursor}
        more={list.more}
        isLoadingMore={list.isLoadingMore}
        moreProblem={list.moreProblem}
        moreLabel="More sessions"
        empty="No such session. Other filters may find some."
      />
      <Credits lines={page.attribution} />
    </>
  );
}

const placeText = ({ label, users }: LivePlace): string => `${label} ${counted(users, 'user')}`;

type AtProps = {
  readonly place: string | null;
  /** Those on the map. */
  readonly places: readonly LivePlace[];
  /** How many more there are. */
  readonly others: number;
};

/** The place that was pressed on the map, with a way out. */
function AtPlace({ place, places, others }: AtProps): JSX.Element {
  if (place === null) {
    return (
      <p class="note">
        A click on a place of the map lists who is connected from there.
        {others > 0
          ? ` Shown: ${places.length} with the most users, of ${grouped(places.length + others)}.`
          : ''}
      </p>
    );
  }
  return (
    <p class="facts">
      <span class="tag">
        from <Untrusted text={places.find(({ key }) => key === place)?.label ?? place} />{' '}
        <button
          type="button"
          class="quiet small"
          aria-label="From everywhere"
          onClick={() => setParameter('place', undefined)}
        >
          ✕
        </button>
      </span>
    </p>
  );
}

type TotalProps = { readonly page: OpenSessionPage; readonly isSilent: boolean };

function Total({ page, isSilent }: TotalProps): JSX.Element {
  const { total, isTotalComplete, asOf } = page;
  const atLeast = isTotalComplete ? '' : 'At least ';
  return (
    <p class="tiles-note" role="status">
      {atLeast}
      {counted(total, isSilent ? 'silent session' : 'open session')}, as of <Time at={asOf} />.
    </p>
  );
}

const columns: readonly ListColumn<OpenSession>[] = [
  {
    id: 'user',
    title: 'User',
    isHead: true,
    cell: ({ user, apartKm }) => (
      <>
        <a class="row-link" href={userHref(user)} title={printable(user)}>
          <Untrusted text={user} />
        </a>
        {apartKm === undefined ? null : (
          <span class="under warn">two places at once, {grouped(apartKm)} km apart</span>
        )}
      </>
    ),
  },
  {
    id: 'from',
    title: 'From',
    cell: (session) => <Origin {...session} />,
  },
  {
    id: 'gateway',
    title: 'Through',
    width: '11rem',
    cell: ({ gateway }) => <Untrusted text={gateway} />,
  },
  {
    id: 'since',
    title: 'Since',
    width: '9rem',
    cell: (session) => (
      <>
        <Time at={session.startedAt} />
        <span class="under">
          <Lasting session={session} />
        </span>
      </>
    ),
  },
  {
    id: 'heard',
    title: 'Last heard of',
    width: '11rem',
    cell: ({ lastSeen, lastSeenBy }) => (
      <>
        <Time at={lastSeen} />
        {lastSeenBy === 'start' ? <span class="under">its gateway sends no interims</span> : null}
      </>
    ),
  },
];
