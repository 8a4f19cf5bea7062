// Users by name. A search finds names that begin with a text, and an account in any spelling
// (`CONTOSO\alice`).

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { usePages } from '../api/api.ts';
import { apiPaths, userHref } from '../api/paths.ts';
import type { UserRow } from '../api/types.ts';
import { Block, Show } from '../parts/answers.tsx';
import { List } from '../parts/list.tsx';
import type { ListColumn } from '../parts/list-types.ts';
import { setParameter } from '../parts/router.ts';
import { NobodyYet } from '../parts/user-names.tsx';
import { counted } from '../text/clock-text.ts';
import { printable } from '../text/printable.ts';
import { Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';

const pageLimit = '100';

export function UsersPage({ search }: { readonly search: string }): JSX.Element {
  useTitle(search === '' ? 'Users' : `Users: ${search}`);
  const [cursor, setCursor] = useState<string | undefined>(undefined);
  const list = usePages<UserRow>((cursor) => apiPaths.users({ search, limit: pageLimit, cursor }));
  return (
    <>
      <h1>Users</h1>
      <Filter search={search} label="Name begins with" />
      <Show answer={list.answer}>
        {({ items }) =>
          items.length === 0 ? (
            <NoUser search={search} />
          ) : (
            <Block
              id="users"
              title={search === '' ? 'All users' : `“${printable(search)}”`}
              note={`${list.more ? 'at least ' : ''}${counted(items.length, 'user')}, by name`}
            >
              <List
                caption="Users by name"
                columns={columns}
                rows={items}
                keyOf={({ user }) => user}
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
    id: 'user',
    title: 'User',
    isHead: true,
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
