// One device: who used it, from where, first and last seen.

import type { JSX } from 'preact';
import { useApi } from '../api/api.ts';
import { apiPaths } from '../api/paths.ts';
import type { DeviceProfile, Location, Tally } from '../api/types.ts';
import { pointsOfPlaces } from '../map/map-points.ts';
import { WorldMap } from '../map/world-map.tsx';
import { Block, Credits, Show } from '../parts/answers.tsx';
import { DetectionList } from '../parts/detection-list.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { userColumn } from '../parts/user-names.tsx';
import { counted } from '../text/clock-text.ts';
import { deviceText, type Words } from '../text/sentences.ts';
import { Code, Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';
import { Sentence } from '../text/words.tsx';

export function DevicePage({ deviceKey }: { readonly deviceKey: string }): JSX.Element {
  useTitle(deviceKey);
  const answer = useApi<DeviceProfile>(apiPaths.device(deviceKey));
  return (
    <Show
      answer={answer}
      missing={
        <>
          <h1>No such device</h1>
          <p>
            Nobody has connected from <Code text={deviceKey} /> so far. See all{' '}
            <a href="/devices">devices</a>.
          </p>
        </>
      }
    >
      {(device) => <Found device={device} />}
    </Show>
  );
}

function Found({ device }: { readonly device: DeviceProfile }): JSX.Element {
  const total = Math.max(
    1,
    device.locations.reduce((sum, { count }) => sum + count, 0),
  );
  const places = device.locations.map((place) => ({ ...place, share: place.count / total }));
  return (
    <>
      <h1>
        <Untrusted text={deviceText(device)} />
      </h1>
      <Sentence words={sentenceOf(device)} class="lead" />
      <p class="facts">
        <Code text={device.key} />
        {device.os ? <Untrusted text={device.os} /> : null}
        {device.client ? <Untrusted text={device.client} /> : null}
      </p>
      <div class="columns">
        <Block id="users" title="Who used it">
          <Table
            caption="Users"
            columns={userColumns}
            rows={device.users}
            keyOf={({ user }) => user}
          />
        </Block>
        <Block id="places" title="Where from">
          <WorldMap
            label={`Map: ${places.map(({ label }) => label).join(', ')}`}
            points={pointsOfPlaces(places, new Set())}
          />
          <Table
            caption="Places"
            columns={placeColumns}
            rows={device.locations}
            keyOf={({ key }) => key}
            empty="No session of this device is kept any more."
          />
        </Block>
      </div>
      <Block id="detections" title="Detections">
        {device.detections.length === 0 ? (
          <p class="empty">Nothing abnormal has been found on this device.</p>
        ) : (
          <DetectionList detections={device.detections} />
        )}
      </Block>
      <Credits lines={device.attribution} />
    </>
  );
}

function sentenceOf(device: DeviceProfile): Words {
  const { users, locations } = device;
  const where = locations[0];
  return [
    { text: deviceText(device), isStrong: true },
    { text: ` was used by ${counted(users.length, 'user')}` },
    ...(where ? [{ text: ', mostly from ' }, { text: where.label, isStrong: true }] : []),
    { text: '.' },
  ];
}

const seen: Column<Tally> = {
  title: 'First to last',
  cell: ({ firstSeen, lastSeen }) => (
    <>
      <Time at={firstSeen} /> – <Time at={lastSeen} />
    </>
  ),
};

const count: Column<Tally> = { title: 'Sessions', isNumber: true, cell: (row) => row.count };

const userColumns: readonly Column<Tally & { readonly user: string }>[] = [userColumn, count, seen];

const placeColumns: readonly Column<Location & Tally>[] = [
  { title: 'Place', isHead: true, cell: ({ label }) => <Untrusted text={label} /> },
  count,
  seen,
];
