// The cases of the time range: detections that belong together, the worst first.

import type { JSX } from 'preact';
import { usePages } from '../api/api.ts';
import { apiPaths, caseHref } from '../api/paths.ts';
import type { Case, CasePage, Me } from '../api/types.ts';
import { Credits, Show } from '../parts/answers.tsx';
import { List } from '../parts/list.tsx';
import type { ListColumn } from '../parts/list-types.ts';
import { ownerText, useMe } from '../parts/me.ts';
import { Severity } from '../parts/severity.tsx';
import { Time } from '../parts/time.tsx';
import { caseStateText } from '../text/case-text.ts';
import { counted } from '../text/clock-text.ts';
import { type Range, rangeQuery } from '../text/range.ts';
import { Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';

const pageLimit = '50';
const open = ['new', 'in-progress'];

type PageProps = { readonly query: URLSearchParams; readonly range: Range };

export function CasesPage({ query, range }: PageProps): JSX.Element {
  useTitle('Cases');
  const me = useMe();
  const isAny = query.get('status') === 'any';
  const status = isAny ? undefined : open;
  const asked = { ...rangeQuery(range), status, sort: 'severity', limit: pageLimit };
  const list = usePages<Case>((cursor) => apiPaths.cases({ ...asked, cursor }));
  return (
    <>
      <div class="head-line">
        <h1>Cases</h1>
        <a href={isAny ? '/cases' : '/cases?status=any'}>
          {isAny ? 'Unresolved ones only' : 'Resolved ones too'}
        </a>
        <a href="/">Queue</a>
      </div>
      <p class="note">
        Detections that share an address, a device, a new network, a new place or a burst.
      </p>
      <Show answer={list.answer}>
        {(page) => (
          <>
            <Amount page={page as CasePage} />
            <List
              caption="Cases, worst first"
              columns={columnsFor(me)}
              rows={page.items}
              keyOf={({ id }) => id}
              more={list.more}
              isLoadingMore={list.isLoadingMore}
              moreProblem={list.moreProblem}
              moreLabel="More cases"
              empty={emptyText(page as CasePage, isAny)}
            />
            <Credits lines={page.attribution} />
          </>
        )}
      </Show>
    </>
  );
}

/** How many there are; at least, where not all detections of the time were looked at. */
function Amount({ page }: { readonly page: CasePage }): JSX.Element {
  const { total, isTotalComplete } = page;
  return (
    <p class="tiles-note" role="status">
      {isTotalComplete ? '' : 'At least '}
      {counted(total, 'case')}.
      {isTotalComplete
        ? null
        : ' This time has more detections than are looked at: choose a shorter one for all cases.'}
    </p>
  );
}

function emptyText({ isTotalComplete }: CasePage, isAny: boolean): string {
  const which = isAny ? '' : 'unresolved ';
  const when = isTotalComplete ? 'of this time' : 'that were looked at';
  return `No ${which}detections ${when} belong together.`;
}

const columnsFor = (me: Me | undefined): readonly ListColumn<Case>[] => [
  {
    id: 'severity',
    title: 'Severity',
    width: '6.5rem',
    cell: ({ severity, score }) => (
      <>
        <Severity severity={severity} />
        <span class="under">score {score}</span>
      </>
    ),
  },
  {
    id: 'title',
    title: 'Case',
    isHead: true,
    cell: (one) => (
      <>
        <a class="row-link" href={caseHref(one.id)}>
          <Untrusted text={one.title} />
        </a>
        <span class="under">
          {counted(one.detections.length, 'detection')}
          {one.network === undefined ? null : (
            <>
              {' · '}
              <Untrusted text={one.network} />
            </>
          )}
        </span>
      </>
    ),
  },
  {
    id: 'time',
    title: 'When',
    width: '9rem',
    cell: (one) => (
      <>
        <Time at={one.firstSeen} />
        <span class="under">
          {caseStateText(one)}
          {one.owner === undefined ? null : (
            <>
              {' · '}
              <Untrusted text={ownerText(one.owner, me)} />
            </>
          )}
        </span>
      </>
    ),
  },
];
