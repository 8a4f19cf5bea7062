// Users by name, or by detections of the time range. A search finds names that begin with a text,
// and an account in any spelling (`CONTOSO\alice`).

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Answer, usePages } from '../api/api.ts';
import { apiPaths, queueHref, userHref } from '../api/paths.ts';
import type { Page, UserPage, UserRow } from '../api/types.ts';
import { Block, Show } from '../parts/answers.tsx';
import { CountLink } from '../parts/count-link.tsx';
import { List } from '../parts/list.tsx';
import type { ListColumn } from '../parts/list-types.ts';
import { setParameter, setParameters } from '../parts/router.ts';
import { NobodyYet } from '../parts/user-names.tsx';
import { listOrderOf, orderNote, orderParameters, orderQuery } from '../text/list-order.ts';
import { printable } from '../text/printable.ts';
import { type Range, rangeQuery } from '../text/range.ts';
import { Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';

const pageLimit = '100';
const sorts = ['name', 'detections'] as const;

type PageProps = { readonly query: URLSearchParams; readonly range: Range };
type Users = Page<UserRow> & UserPage;

export function UsersPage({ query, range }: PageProps): JSX.Element {
  const search = query.get('search') ?? '';
  useTitle(search === '' ? 'Users' : `Users: ${search}`);
  const [cursor, setCursor] = useState<string | undefined>(undefined);
  const order = listOrderOf(query, sorts);
  const isCounted = order.by === 'detections';
  const asked = { search, ...orderQuery(order), ...(isCounted ? rangeQuery(range) : {}) };
  const list = usePages<UserRow>((cursor) =>
    apiPaths.users({ ...asked, limit: pageLimit, cursor }),
  );
  return (
    <>
      <h1>Users</h1>
      <Filter search={search} label="Name begins with" />
      <Show answer={list.answer as Answer<Users>}>
        {({ items, ...whole }) =>
          items.length === 0 ? (
            <NoUser search={search} />
          ) : (
            <Block
              id="users"
              title={search === '' ? 'All users' : `“${printable(search)}”`}
              note={orderNote('user', {
                ...whole,
                shown: items.length,
                isMore: list.more !== undefined,
                order,
              })}
            >
              <List
                caption="Users"
                columns={columns}
                rows={items}
                keyOf={({ user }) => user}
                total={whole.total}
                order={order}
                onOrder={(next) => setParameters(orderParameters(next, sorts))}
                cursor={cursor}
                onCursor={setCursor}
                more={list.more}
                isLoadingMore={list.isLoadingMore}
                moreProblem={list.moreProblem}
                moreLabel="More users"
                empty={null}
              />
            </Block>
          )
        }
      </Show>
    </>
  );
}

const columns: readonly ListColumn<UserRow>[] = [
  {
    id: 'name',
    title: 'User',
    isHead: true,
    isSortable: true,
    cell: ({ user }) => (
      <a class="row-link" href={userHref(user)}>
        <Untrusted text={user} />
      </a>
    ),
  },
  {
    id: 'kind',
    title: 'Account of',
    width: '12rem',
    cell: ({ kind }) => (kind === 'machine' ? 'a machine' : 'a person'),
  },
  {
    id: 'detections',
    title: 'Detections',
    width: '9rem',
    isNumber: true,
    isSortable: true,
    cell: ({ user, detections, unresolved }) => (
      <CountLink
        count={detections}
        unresolved={unresolved}
        href={queueHref({ user, status: 'any' })}
      />
    ),
  },
];

function NoUser({ search }: { readonly search: string }): JSX.Element {
  if (search === '') return <NobodyYet />;
  return (
    <p class="empty" role="status">
      Nobody’s name begins with “<Untrusted text={search} />
      ”, and no account is spelled so. Try the first letters, or the name as the gateway sends it.
    </p>
  );
}

/** Between the last letter and the question, so that a name typed is not asked for by letters. */
const typingMs = 200;

/** A text to filter by, kept in the address. */
export function Filter(props: { readonly search: string; readonly label: string }): JSX.Element {
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => () => clearTimeout(waiting.current), []);
  useEffect(() => {
    // The address may change from elsewhere; never while the user types.
    const node = field.current;
    if (node !== null && node !== document.activeElement) node.value = props.search;
  }, [props.search]);
  const ask = (search: string): void => {
    clearTimeout(waiting.current);
    waiting.current = setTimeout(() => setParameter('search', search), typingMs);
  };
  return (
    <form class="filter" onSubmit={(event) => event.preventDefault()}>
      <label for="filter">{props.label}</label>
      <input
        id="filter"
        type="search"
        ref={field}
        defaultValue={props.search}
        maxLength={253}
        autocomplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => ask(currentTarget.value)}
      />
    </form>
  );
}
