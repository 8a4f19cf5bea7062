// An address or a network: who came from there, since when and how often, what kind of network it
// is and what that means, and the detections that name it.

import type { JSX } from 'preact';
import { type Answer, usePages } from '../api/api.ts';
import { apiPaths, networkHref } from '../api/paths.ts';
import type { AddressOrigin, NetworkOrigin, OriginUser, Page } from '../api/types.ts';
import { Credits, More, Show } from '../parts/answers.tsx';
import { DetectionList } from '../parts/detection-list.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { userColumn } from '../parts/user-names.tsx';
import { networkMeaning } from '../text/network-types.ts';
import { Code, Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';

const pageLimit = '50';

type Origin = Page<OriginUser> & (AddressOrigin | NetworkOrigin);

export function AddressPage({ address }: { readonly address: string }): JSX.Element {
  const list = usePages<OriginUser>((cursor) =>
    apiPaths.address(address, { limit: pageLimit, cursor }),
  );
  const origin = list.answer as Answer<Origin>;
  useTitle(address);
  const block = origin.kind === 'ok' && 'block' in origin.data ? origin.data.block : address;
  return (
    <OriginView
      title={<Code text={block} />}
      list={{ ...list, answer: origin }}
      missing="Nobody has come from this address, as far as sessions are kept."
    />
  );
}

export function NetworkPage({ asn }: { readonly asn: string }): JSX.Element {
  const list = usePages<OriginUser>((cursor) =>
    apiPaths.network(asn, { limit: pageLimit, cursor }),
  );
  const origin = list.answer as Answer<Origin>;
  const name = origin.kind === 'ok' ? origin.data.network?.organization : undefined;
  useTitle(name ?? asn);
  return (
    <OriginView
      title={
        <>
          <Untrusted text={asn} /> {name === undefined ? null : <Untrusted text={name} />}
        </>
      }
      list={{ ...list, answer: origin }}
      missing="Nobody has come through this network, as far as sessions are kept."
    />
  );
}

type ViewProps = {
  readonly title: JSX.Element;
  readonly list: Omit<ReturnType<typeof usePages<OriginUser>>, 'answer'> & {
    readonly answer: Answer<Origin>;
  };
  readonly missing: string;
};

function OriginView({ title, list, missing }: ViewProps): JSX.Element {
  return (
    <>
      <h1>{title}</h1>
      <Show answer={list.answer} missing={<p class="empty">{missing}</p>}>
        {(origin) => (
          <>
            <Facts origin={origin} />
            <h2>Detections</h2>
            {origin.detections.length === 0 ? (
              <p class="empty">
                {origin.isDetectionsComplete
                  ? 'No detection names it.'
                  : 'None among the newest of those who came last.'}
              </p>
            ) : (
              <DetectionList detections={origin.detections} />
            )}
            <h2>Users</h2>
            <Table
              caption={
                origin.order === 'last-seen' ? 'Users, who came last first' : 'Users by name'
              }
              columns={columns}
              rows={origin.items}
              keyOf={({ user }) => user}
            />
            <More
              more={list.more}
              isLoading={list.isLoadingMore}
              problem={list.moreProblem}
              label="More users"
            />
            <Credits lines={origin.attribution} />
          </>
        )}
      </Show>
    </>
  );
}

const atLeast = (count: number, isComplete: boolean): string =>
  `${isComplete ? '' : 'at least '}${count.toLocaleString('en')}`;

function Facts({ origin }: { readonly origin: Origin }): JSX.Element {
  const { network, users, isUsersComplete, sessions, isSessionsComplete } = origin;
  const location = 'location' in origin ? origin.location : undefined;
  return (
    <dl class="facts">
      <dt>Users</dt>
      <dd>{atLeast(users, isUsersComplete)}</dd>
      <dt>Sessions</dt>
      <dd>{atLeast(sessions, isSessionsComplete)}</dd>
      <dt>First</dt>
      <dd>
        <Time at={origin.firstSeen} hasAge />
      </dd>
      <dt>Last</dt>
      <dd>
        <Time at={origin.lastSeen} hasAge />
      </dd>
      {location ? (
        <>
          <dt>Place</dt>
          <dd>
            <Untrusted text={location.label} />
            {location.radiusKm === undefined ? '' : `, within ${location.radiusKm} km`}
          </dd>
        </>
      ) : null}
      {network ? (
        <>
          <dt>Network</dt>
          <dd>
            {'block' in origin ? (
              <a href={networkHref(network.asn)}>
                <Untrusted text={`AS${network.asn} ${network.organization}`} />
              </a>
            ) : (
              <Untrusted text={network.organization} />
            )}
          </dd>
          <dt>Type</dt>
          <dd>{networkMeaning(network.type)}</dd>
        </>
      ) : null}
    </dl>
  );
}

const columns: readonly Column<OriginUser>[] = [
  userColumn,
  { title: 'Last seen', cell: ({ lastSeen }) => <Time at={lastSeen} hasAge /> },
  { title: 'First seen', cell: ({ firstSeen }) => <Time at={firstSeen} /> },
  { title: 'Sessions', isNumber: true, cell: ({ sessions }) => sessions.toLocaleString('en') },
  { title: 'Detections', isNumber: true, cell: ({ detections }) => detections },
];
