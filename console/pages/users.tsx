// Users by name. A search finds names that begin with a text; any other spelling of an account
// (`CONTOSO\alice`) is asked for by itself.

import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Block, More, Show } from '../answers.tsx';
import { type Answer, useApi, usePages } from '../api.ts';
import type { Profile, UserRow } from '../api-types.ts';
import { apiPaths, userHref } from '../paths.ts';
import { printable } from '../printable.ts';
import { setParameter } from '../router.ts';
import { Untrusted } from '../text.tsx';
import { useTitle } from '../title.ts';
import { NobodyYet, UserNames } from '../user-names.tsx';

const pageLimit = '100';

export function UsersPage({ search }: { readonly search: string }): JSX.Element {
  useTitle(search === '' ? 'Users' : `Users: ${search}`);
  const list = usePages<UserRow>((cursor) => apiPaths.users({ search, limit: pageLimit, cursor }));
  const isNone = list.answer.kind === 'ok' && list.answer.data.items.length === 0;
  const exact = useApi<Profile>(isNone && search !== '' ? apiPaths.user(search) : undefined, 0);
  return (
    <>
      <h1>Users</h1>
      <Filter search={search} label="Name begins with" />
      <Show answer={list.answer}>
        {({ items }) =>
          items.length === 0 ? (
            <NoUser search={search} exact={exact} />
          ) : (
            <Block id="users" title={search === '' ? 'All users' : `“${printable(search)}”`}>
              <UserNames users={items} />
              <More more={list.more} isLoading={list.isLoadingMore} label="More users" />
            </Block>
          )
        }
      </Show>
    </>
  );
}

type NoUserProps = { readonly search: string; readonly exact: Answer<Profile> };

function NoUser({ search, exact }: NoUserProps): JSX.Element {
  if (search === '') return <NobodyYet />;
  if (exact.kind === 'loading') return <p role="status">Searching …</p>;
  if (exact.kind === 'ok') {
    const { user } = exact.data;
    return (
      <p role="status">
        <Untrusted text={search} /> is{' '}
        <a class="row-link" href={userHref(user)}>
          <Untrusted text={user} />
        </a>
        .
      </p>
    );
  }
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
    // The address may change from elsewhere; never under the fingers of somebody who types.
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
