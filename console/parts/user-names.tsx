// Users as links, and a hint when there are none.

import type { JSX } from 'preact';
import { userHref } from '../api/paths.ts';
import type { UserRow } from '../api/types.ts';
import { Untrusted } from '../text/text.tsx';
import type { Column } from './table.tsx';

export function UserNames({ users }: { readonly users: readonly UserRow[] }): JSX.Element {
  return (
    <ul class="names">
      {users.map(({ user, kind }) => (
        <li key={user}>
          <a class="row-link" href={userHref(user)}>
            <Untrusted text={user} />
          </a>
          {kind === 'machine' ? <span class="tag">machine</span> : null}
        </li>
      ))}
    </ul>
  );
}

/** The column that names the user of a row, and leads to them. */
export const userColumn: Column<{ readonly user: string }> = {
  title: 'User',
  isHead: true,
  cell: ({ user }) => (
    <a class="row-link" href={userHref(user)}>
      <Untrusted text={user} />
    </a>
  ),
};

export function NobodyYet(): JSX.Element {
  return (
    <p class="empty">
      No VPN connection has been recorded yet. Point a gateway’s RADIUS accounting at the relay; a
      user appears here with the first connection.
    </p>
  );
}
