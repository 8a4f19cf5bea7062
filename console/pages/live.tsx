// Who is connected now: sessions that no record has ended, by gateway, country, network and user;
// newest first, oldest first, or those of users who are at two places at once.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { calmMs, usePages } from '../api/api.ts';
import { apiPaths, userHref } from '../api/paths.ts';
import type { OpenSession, OpenSessionPage } from '../api/types.ts';
import { Credits, Show } from '../parts/answers.tsx';
import { ParameterChoice } from '../parts/choice.tsx';
import { type FilterField, FilterForm } from '../parts/filter-form.tsx';
import { Lasting } from '../parts/lasting.tsx';
import { List } from '../parts/list.tsx';
import type { ListColumn } from '../parts/list-types.ts';
import { Origin } from '../parts/origin.tsx';
import { Time } from '../parts/time.tsx';
import { counted } from '../text/clock-text.ts';
import { printable } from '../text/printable.ts';
import { Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';

const pageLimit = '50';

/** Filters that are typed, and what they are called. */
const typed: readonly FilterField[] = [
  { name: 'user', label: 'Name contains' },
  { name: 'gateway', label: 'Gateway' },
  { name: 'country', label: 'Country (two letters)' },
  { name: 'asn', label: 'Network (AS number)' },
];

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
  const of = (name: string): string => query.get(name) ?? '';
  const filters = Object.fromEntries(
    ['order', 'state', 'place', ...typed.map(({ name }) => name)].map((name) => [name, of(name)]),
  );
  const list = usePages<OpenSession>(
    (cursor) => apiPaths.openSessions({ ...filters, limit: pageLimit, cursor }),
    calmMs,
  );
  const [cursor, setCursor] = useState<string>();
  return (
    <>
      <h1>Live</h1>
      <div class="filters">
        <ParameterChoice name="order" label="First" value={of('order')} choices={orders} />
        <ParameterChoice name="state" label="State" value={of('state')} choices={states} />
      </div>
      <FilterForm path="/live" fields={typed} query={query} />
      <Show answer={list.answer}>
        {(data) => (
          <>
            <Total page={data as OpenSessionPage} isSilent={of('state') === 'silent'} />
            <List
              caption="Sessions"
              columns={columns}
              rows={data.items}
              keyOf={keyOf}
              classOf={({ apartKm }) => (apartKm === undefined ? undefined : 'flagged')}
              total={(data as OpenSessionPage).total}
              cursor={cursor}
              onCursor={setCursor}
              more={list.more}
              isLoadingMore={list.isLoadingMore}
              moreProblem={list.moreProblem}
              moreLabel="More sessions"
              empty="No such session. Other filters may find some."
            />
            <Credits lines={data.attribution} />
          </>
        )}
      </Show>
    </>
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
          <span class="under warn">two places at once, {apartKm} km apart</span>
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
