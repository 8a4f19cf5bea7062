// Users by name. A search finds names that begin with a text; any other spelling of an account
// (`CONTOSO\alice`) is asked for by itself.

import type { JSX } from 'preact';
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
  const exact = useApi<Profile>(isNone && search !== '' ? apiPaths.user(search) : undefined, false);
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

/** A text to filter by, kept in the address. */
export function Filter(props: { readonly search: string; readonly label: string }): JSX.Element {
  return (
    <form class="filter" onSubmit={(event) => event.preventDefault()}>
      <label for="filter">{props.label}</label>
      <input
        id="filter"
        type="search"
        value={props.search}
        maxLength={253}
        autocomplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => setParameter('search', currentTarget.value)}
      />
    </form>
  );
}
