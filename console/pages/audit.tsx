// The audit: who did what, when, to what, newest first, of the time range. Users are references
// that the API resolves as long as they are not erased. It takes the role admin.

import type { JSX } from 'preact';
import { usePages } from '../api/api.ts';
import { apiPaths, caseHref, detectionHref, userHref } from '../api/paths.ts';
import type { AuditEntry, Me } from '../api/types.ts';
import { Show } from '../parts/answers.tsx';
import { ExportButtons } from '../parts/export.tsx';
import { type FilterField, FilterForm } from '../parts/filter-form.tsx';
import { List } from '../parts/list.tsx';
import type { ListColumn } from '../parts/list-types.ts';
import { ownerText, refusalOf, useMe } from '../parts/me.ts';
import { Time } from '../parts/time.tsx';
import {
  actionNames,
  actionText,
  type NamedEntry,
  namedEntries,
  outcomeText,
} from '../text/audit-text.ts';
import { type Range, rangeQuery } from '../text/range.ts';
import { Code, Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';

const pageLimit = '100';

const fields: readonly FilterField[] = [
  { name: 'actor', label: 'Who (id)' },
  { name: 'action', label: 'What', choices: actionNames },
  { name: 'user', label: 'About the user' },
];

type PageProps = { readonly query: URLSearchParams; readonly range: Range };

export function AuditPage({ query, range }: PageProps): JSX.Element {
  useTitle('Audit');
  const me = useMe();
  const refusal = refusalOf(me, 'read-audit');
  return (
    <>
      <h1>Audit</h1>
      {refusal === undefined ? (
        <Trail query={query} range={range} me={me} />
      ) : (
        <p class="notice">The audit is not shown. {refusal}</p>
      )}
    </>
  );
}

function Trail({ query, range, me }: PageProps & { readonly me: Me | undefined }): JSX.Element {
  const filters = Object.fromEntries(fields.map(({ name }) => [name, query.get(name) ?? '']));
  const asked = { ...rangeQuery(range), ...filters };
  const list = usePages<AuditEntry>((cursor) =>
    apiPaths.audit({ ...asked, limit: pageLimit, cursor }),
  );
  return (
    <>
      <FilterForm path="/audit" fields={fields} query={query} />
      <Show answer={list.answer}>
        {({ items }) => (
          <>
            <div class="head-line">
              <p class="tiles-note" role="status">
                {list.more ? 'The newest ' : ''}
                {items.length.toLocaleString('en')}{' '}
                {items.length === 1 && !list.more ? 'entry' : 'entries'}, newest first.
              </p>
              <ExportButtons path={apiPaths.audit(asked)} name="audit" />
            </div>
            <List
              caption="Who did what, newest first"
              columns={columnsFor(me)}
              rows={namedEntries(items)}
              keyOf={({ key }) => key}
              more={list.more}
              isLoadingMore={list.isLoadingMore}
              moreProblem={list.moreProblem}
              moreLabel="Older entries"
              empty={
                list.more
                  ? 'Nothing of that among the newest changes; older ones can be looked through.'
                  : 'Nothing of that in this time. Choose a longer time above, or other filters.'
              }
            />
          </>
        )}
      </Show>
    </>
  );
}

const columnsFor = (me: Me | undefined): readonly ListColumn<NamedEntry>[] => [
  { id: 'at', title: 'When', width: '11rem', isHead: true, cell: ({ at }) => <Time at={at} /> },
  {
    id: 'actor',
    title: 'Who',
    width: '14rem',
    cell: ({ actor }) => <Untrusted text={ownerText(actor, me)} />,
  },
  {
    id: 'action',
    title: 'What',
    cell: (entry) => (
      <>
        {actionText(entry.action)}
        <span class="under">
          <Subject entry={entry} />
        </span>
      </>
    ),
  },
  { id: 'user', title: 'About', cell: (entry) => <About entry={entry} /> },
  {
    id: 'outcome',
    title: 'Outcome',
    width: '10rem',
    cell: ({ outcome }) => (
      <span class={outcome === 'done' ? undefined : 'warn'}>{outcomeText(outcome)}</span>
    ),
  },
];

/** What was changed, as a link to where it is shown. */
function Subject({ entry }: { readonly entry: AuditEntry }): JSX.Element {
  const { action, subject } = entry;
  const text = <Code text={subject} />;
  if (action.startsWith('detection-')) return <a href={detectionHref(subject)}>{text}</a>;
  if (action.startsWith('case-')) return <a href={caseHref(subject)}>{text}</a>;
  if (action.startsWith('relay-')) return <a href="/relays">{text}</a>;
  if (action === 'settings-changed') return <a href="/settings">{text}</a>;
  return text;
}

/** Letters of a reference that tell two erased users apart. */
const referenceShown = 12;

/** The user, or that nothing leads to them any more. */
function About({ entry }: { readonly entry: AuditEntry }): JSX.Element | null {
  const { about, user } = entry;
  if (user !== undefined) {
    return (
      <a href={userHref(user)}>
        <Untrusted text={user} />
      </a>
    );
  }
  if (about === undefined) return null;
  return (
    <>
      an erased user{' '}
      <span class="under">
        <Code text={about.slice(0, referenceShown)} />
      </span>
    </>
  );
}
