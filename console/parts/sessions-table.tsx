// A table of sessions: when, from where, through which gateway, how it ended.

import type { JSX } from 'preact';
import { deviceHref } from '../api/paths.ts';
import type { Activity } from '../api/types.ts';
import { octetsText } from '../text/clock-text.ts';
import { deviceText } from '../text/sentences.ts';
import { Code, Untrusted } from '../text/text.tsx';
import { Lasting } from './lasting.tsx';
import type { ListColumn } from './list-types.ts';
import { Origin } from './origin.tsx';
import { type Column, Table } from './table.tsx';
import { Time } from './time.tsx';

const states: Readonly<Record<string, string>> = {
  open: 'open',
  ended: 'ended',
  silent: 'silent: no word from the gateway',
  'gateway-restarted': 'ended by a restart of the gateway',
  replaced: 'ended: another began in its place',
};

type SessionsProps = {
  readonly caption: string;
  readonly activities: readonly Activity[];
  /** Ids of sessions that a detection is about. */
  readonly flagged: ReadonlySet<string>;
  readonly empty: string;
};

export function SessionsTable({ caption, activities, flagged, empty }: SessionsProps): JSX.Element {
  return (
    <Table
      caption={caption}
      isWide
      columns={sessionColumns}
      rows={activities}
      keyOf={({ id }) => id}
      classOf={({ id }) => (flagged.has(id) ? 'flagged' : undefined)}
      empty={empty}
    />
  );
}

/** Of a table or of a list. */
export const sessionColumns: readonly (Column<Activity> & ListColumn<Activity>)[] = [
  {
    id: 'started',
    title: 'Started',
    isHead: true,
    cell: (activity) => (
      <>
        <Time at={activity.startedAt} />
        <span class="under">
          <Lasting session={activity} />
        </span>
      </>
    ),
  },
  {
    id: 'from',
    title: 'From',
    cell: (activity) => <Origin {...activity} />,
  },
  {
    id: 'through',
    title: 'Through',
    cell: ({ gateway, devices, assignedAddresses }) => (
      <>
        <Untrusted text={gateway} />
        <span class="under">
          {devices.map((device) => (
            <a key={device.key} href={deviceHref(device.key)}>
              <Untrusted text={deviceText(device)} />
            </a>
          ))}{' '}
          {assignedAddresses.map((address) => (
            <Code key={address} text={address} />
          ))}
        </span>
      </>
    ),
  },
  {
    id: 'state',
    title: 'State',
    cell: (activity) => (
      <>
        <span class={activity.state === 'open' ? 'state-open' : undefined}>
          {states[activity.state] ?? activity.state}
        </span>
        <span class="under">
          <Traffic activity={activity} />
        </span>
      </>
    ),
  },
];

/** What the gateway received from the user and sent to them. */
function Traffic({ activity }: { readonly activity: Activity }): JSX.Element | null {
  const { octetsIn, octetsOut, terminateCause } = activity;
  const parts = [
    octetsIn ? `${octetsText(octetsIn)} up` : '',
    octetsOut ? `${octetsText(octetsOut)} down` : '',
  ].filter((part) => part !== '');
  return (
    <>
      {parts.join(', ')}
      {terminateCause ? (
        <>
          {parts.length > 0 ? ' · ' : ''}
          <Untrusted text={terminateCause} />
        </>
      ) : null}
    </>
  );
}
