// Sessions that are open now: from where, since when, through which gateway. Two places at once are
// highlighted.

import type { JSX } from 'preact';
import type { Activity } from '../api/types.ts';
import { octetsText } from '../text/clock-text.ts';
import { Code, Untrusted } from '../text/text.tsx';
import { Block } from './answers.tsx';
import { EndedSessions, EndSession, useSessionEnds } from './end-session.tsx';
import { overlappingPlaces } from './lanes.ts';
import { Lasting } from './lasting.tsx';
import { AddressLink, NetworkLink } from './origin-links.tsx';
import { Time, useNow } from './time.tsx';

type OpenProps = {
  readonly user: string;
  readonly sessions: readonly Activity[];
  readonly flagged: ReadonlySet<string>;
};

/** Orders of today and yesterday stay in sight. */
const shownMs = 2 * 86_400_000;

export function OpenSessions({ user, sessions, flagged }: OpenProps): JSX.Element {
  const orders = useSessionEnds(user);
  const now = useNow();
  const both = overlappingPlaces(sessions, now);
  const lately = orders.filter(({ orderedAt }) => now - Date.parse(orderedAt) < shownMs);
  const note =
    both.length > 1 ? <strong class="warn">{both.length} places at once</strong> : undefined;
  return (
    <Block id="open" title="Open now" note={note} class="plain">
      {sessions.length === 0 ? (
        <p class="empty">No session is open.</p>
      ) : (
        <ul class="open-sessions">
          {sessions.map((session) => (
            <li
              key={session.id}
              class={flagged.has(session.id) ? 'card tone-high' : 'card tone-ok'}
            >
              <OpenSession session={session} />
              <EndSession user={user} session={session.id} orders={orders} />
            </li>
          ))}
        </ul>
      )}
      <EndedSessions orders={lately} open={sessions.map(({ id }) => id)} />
    </Block>
  );
}

function OpenSession({ session }: { readonly session: Activity }): JSX.Element {
  const { location, network, clientAddress, gateway, assignedAddresses, octetsIn, octetsOut } =
    session;
  return (
    <>
      <p class="card-head">
        <strong>
          <Untrusted text={location?.label ?? 'no client address'} />
        </strong>
        <span class="card-time">
          since <Time at={session.startedAt} />, <Lasting session={session} />
        </span>
      </p>
      <p>
        {clientAddress ? <AddressLink address={clientAddress} /> : null}{' '}
        {network ? <NetworkLink network={network} /> : null}
      </p>
      <p class="card-meta">
        Through <Untrusted text={gateway} />
        {assignedAddresses.map((address) => (
          <span key={address}>
            {' as '}
            <Code text={address} />
          </span>
        ))}
        {octetsIn && octetsOut
          ? ` · ${octetsText(octetsIn)} up, ${octetsText(octetsOut)} down`
          : ''}
        {' · heard '}
        <Time at={session.lastSeen} hasAge />
        {session.lastSeenBy === 'start' ? ', its gateway sends no interims' : null}
      </p>
    </>
  );
}
