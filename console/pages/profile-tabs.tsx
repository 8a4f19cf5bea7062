// One thing about a user at a time: sessions, detections, places, networks, addresses, devices,
// what people did, what is expected. The tab is part of the address, so a link leads to it.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Pages } from '../api/api.ts';
import type { Activity, ListedDetection, Page, Profile } from '../api/types.ts';
import { Show } from '../parts/answers.tsx';
import { ExpectedBlock } from '../parts/expected.tsx';
import { Heatmap } from '../parts/heatmap.tsx';
import { List } from '../parts/list.tsx';
import { useMe } from '../parts/me.ts';
import {
  AddressTable,
  DeviceTable,
  GatewayTable,
  NetworkTable,
  PlaceTable,
} from '../parts/profile-tables.tsx';
import { setParameter } from '../parts/router.ts';
import { sessionColumns } from '../parts/sessions-table.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { grouped } from '../text/clock-text.ts';
import { columnsOfUser } from './queue-columns.tsx';
import { UserHistory } from './user-history.tsx';

type TabsProps = {
  readonly chosen: string;
  readonly profile: Profile;
  readonly sessions: Pages<Activity>;
  /** Of the time range, newest first. */
  readonly detections: Pages<ListedDetection>;
  readonly flagged: ReadonlySet<string>;
  /** The timeline shows a part of the time range. */
  readonly isZoomed: boolean;
};

export function ProfileTabs(props: TabsProps): JSX.Element {
  const { profile, sessions, detections } = props;
  const tabs = [
    { key: 'sessions', title: 'Sessions', count: countOf(sessions) },
    { key: 'detections', title: 'Detections', count: detectionCount(detections) },
    { key: 'places', title: 'Places', count: grouped(profile.places.length) },
    { key: 'networks', title: 'Networks', count: grouped(profile.networks.length) },
    { key: 'addresses', title: 'Addresses', count: grouped(profile.addresses.length) },
    { key: 'devices', title: 'Devices', count: grouped(profile.devices.length) },
    { key: 'gateways', title: 'Gateways', count: grouped(profile.gateways.length) },
    { key: 'hours', title: 'Hours' },
    { key: 'history', title: 'History' },
    { key: 'expected', title: 'Expected' },
  ];
  const known = tabs.some(({ key }) => key === props.chosen) ? props.chosen : 'sessions';
  return (
    <section class="block" aria-label="In detail">
      <Tabs
        label="In detail"
        tabs={tabs}
        chosen={known}
        onChoose={(key) => setParameter('tab', key === 'sessions' ? undefined : key)}
      >
        <Panel {...props} chosen={known} />
      </Tabs>
    </section>
  );
}

/** Exact where all are loaded, else as many as there are at least. */
function countOf({ answer, more }: Pages<unknown>): string | undefined {
  if (answer.kind !== 'ok') return undefined;
  return `${grouped(answer.data.items.length)}${more ? '+' : ''}`;
}

function detectionCount(pages: Pages<ListedDetection>): string | undefined {
  if (pages.answer.kind !== 'ok') return undefined;
  const { total, isTotalComplete } = pages.answer.data as Page<ListedDetection> & {
    readonly total?: number;
    readonly isTotalComplete?: boolean;
  };
  if (total === undefined) return countOf(pages);
  return `${grouped(total)}${isTotalComplete === false ? '+' : ''}`;
}

function Panel({ chosen, profile, sessions, detections, ...rest }: TabsProps): JSX.Element {
  switch (chosen) {
    case 'detections':
      return <Detections detections={detections} />;
    case 'places':
      return <Places profile={profile} />;
    case 'networks':
      return <NetworkTable networks={profile.networks} />;
    case 'addresses':
      return <AddressTable addresses={profile.addresses} places={profile.places} />;
    case 'devices':
      return <DeviceTable devices={profile.devices} />;
    case 'gateways':
      return <GatewayTable gateways={profile.gateways} />;
    case 'hours':
      return <Hours profile={profile} />;
    case 'history':
      return <UserHistory profile={profile} detections={detections} />;
    case 'expected':
      return <ExpectedBlock user={profile.user} />;
    default:
      return <Sessions sessions={sessions} {...rest} />;
  }
}

function Places({ profile }: { readonly profile: Profile }): JSX.Element {
  const flaggedKeys = new Set(profile.detections.map(({ place }) => place.key));
  return <PlaceTable places={profile.places} flaggedKeys={flaggedKeys} />;
}

function Detections({ detections }: Pick<TabsProps, 'detections'>): JSX.Element {
  const me = useMe();
  const [cursor, setCursor] = useState<string>();
  return (
    <Show answer={detections.answer}>
      {({ items }) => (
        <List
          caption="Detections of this time, newest first"
          columns={columnsOfUser(me)}
          rows={items}
          keyOf={({ id }) => id}
          cursor={cursor}
          onCursor={setCursor}
          more={detections.more}
          isLoadingMore={detections.isLoadingMore}
          moreProblem={detections.moreProblem}
          moreLabel="Older detections"
          empty="No detection in this time. A longer time above may have some."
        />
      )}
    </Show>
  );
}

function Hours({ profile }: { readonly profile: Profile }): JSX.Element {
  const most = profile.places.find(({ lon }) => lon !== undefined);
  return (
    <Heatmap
      hours={profile.hours}
      usual={most?.lon === undefined ? undefined : { lon: most.lon, label: most.label }}
    />
  );
}

type SessionsProps = Pick<TabsProps, 'sessions' | 'flagged' | 'isZoomed'>;

function Sessions({ sessions, flagged, isZoomed }: SessionsProps): JSX.Element {
  return (
    <Show answer={sessions.answer}>
      {({ items }) => (
        <List
          caption={
            isZoomed
              ? 'Sessions of the part that the timeline shows, newest first'
              : 'Sessions, newest first'
          }
          columns={sessionColumns}
          rows={items}
          keyOf={({ id }) => id}
          classOf={({ id }) => (flagged.has(id) ? 'flagged' : undefined)}
          more={sessions.more}
          isLoadingMore={sessions.isLoadingMore}
          moreProblem={sessions.moreProblem}
          moreLabel="Older sessions"
          empty={
            isZoomed
              ? 'No session began in the part that the timeline shows.'
              : 'No session began in this time. Choose a longer time above.'
          }
        />
      )}
    </Show>
  );
}
