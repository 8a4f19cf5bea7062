// The user of a row as a link, and a hint when there are none.

import type { JSX } from 'preact';
import { userHref } from '../api/paths.ts';
import { Untrusted } from '../text/text.tsx';
import type { Column } from './table.tsx';

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
