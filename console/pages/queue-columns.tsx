// The columns of the queue: how bad, who and what in a few words, from where, when and with whom.

import type { JSX } from 'preact';
import { detectionHref } from '../api/paths.ts';
import type { ListedDetection, Me } from '../api/types.ts';
import type { ListColumn } from '../parts/list-types.ts';
import { ownerText } from '../parts/me.ts';
import { Severity } from '../parts/severity.tsx';
import { Time } from '../parts/time.tsx';
import { counted } from '../text/clock-text.ts';
import { endStateBrief } from '../text/end-states.ts';
import { briefOf } from '../text/headline.ts';
import { printable } from '../text/printable.ts';
import { Untrusted } from '../text/text.tsx';

const statuses: Readonly<Record<string, string>> = { 'in-progress': 'in progress' };

/** State and classification in words. */
export const stateText = ({ status, classification }: ListedDetection): string =>
  classification
    ? `${statuses[status] ?? status}, ${classification}`
    : (statuses[status] ?? status);

/** Who a detection is about. */
export const whoText = ({ user, users }: Pick<ListedDetection, 'user' | 'users'>): string =>
  users && users.length > 1 ? counted(users.length, 'account') : user;

/** What a row is called by who hears its box. */
export function nameOf(items: readonly ListedDetection[], key: string): string {
  const found = items.find(({ id }) => id === key);
  return found ? printable(`${whoText(found)} from ${found.place.label}`) : key;
}

export function columnsFor(me: Me | undefined): readonly ListColumn<ListedDetection>[] {
  return [
    {
      id: 'severity',
      title: 'Severity',
      width: '6.5rem',
      isSortable: true,
      cell: ({ severity, score }) => (
        <>
          <Severity severity={severity} />
          <span class="under">score {score}</span>
        </>
      ),
    },
    { id: 'user', title: 'User', isHead: true, isSortable: true, cell: (one) => <Who one={one} /> },
    { id: 'from', title: 'From', cell: (one) => <From one={one} /> },
    {
      id: 'time',
      title: 'When',
      width: '8.5rem',
      isSortable: true,
      cell: (one) => (
        <>
          <Time at={one.firstSeen} />
          <span class="under">
            <Untrusted text={stateText(one)} />
            {one.owner === undefined ? null : (
              <>
                {' · '}
                <Untrusted text={ownerText(one.owner, me)} />
              </>
            )}
            {one.sessionEnd ? (
              <>
                {' · '}
                <Untrusted text={endStateBrief(one.sessionEnd.state)} />
              </>
            ) : null}
          </span>
        </>
      ),
    },
  ];
}

/** On a user's own page: what it is names the row, nothing sorts. */
export const columnsOfUser = (me: Me | undefined): readonly ListColumn<ListedDetection>[] =>
  columnsFor(me).map(({ isSortable: _, ...column }) =>
    column.id === 'user' ? { ...column, title: 'What', cell: (one) => <What one={one} /> } : column,
  );

function What({ one }: { readonly one: ListedDetection }): JSX.Element {
  return (
    <>
      <a class="row-link" href={detectionHref(one.id)}>
        <Untrusted text={briefOf(one)} />
      </a>
      {one.isLearning ? <span class="under">while learning</span> : null}
    </>
  );
}

function Who({ one }: { readonly one: ListedDetection }): JSX.Element {
  return (
    <>
      <a class="row-link" href={detectionHref(one.id)}>
        <Untrusted text={whoText(one)} />
      </a>
      <span class="under">
        <Untrusted text={briefOf(one)} />
        {one.isLearning ? ' · while learning' : ''}
      </span>
    </>
  );
}

function From({ one }: { readonly one: ListedDetection }): JSX.Element {
  return (
    <>
      <Untrusted text={one.place.label} />
      <span class="under">
        {one.network ? <Untrusted text={one.network.organization} /> : null}
        {one.network ? ' · ' : null}
        <Untrusted text={one.gateway} />
      </span>
    </>
  );
}
