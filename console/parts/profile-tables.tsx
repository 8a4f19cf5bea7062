// The tables of a profile: what was seen, how often, since when and until when.

import type { ComponentChildren, JSX } from 'preact';
import { deviceHref, placeHref } from '../api/paths.ts';
import type {
  AddressTally,
  Device,
  GatewayTally,
  NetworkTally,
  PlaceTally,
  Tally,
} from '../api/types.ts';
import { percentText } from '../text/clock-text.ts';
import { deviceText } from '../text/sentences.ts';
import { Untrusted } from '../text/text.tsx';
import { AddressLink, NetworkLink } from './origin-links.tsx';
import { type Column, Share, Table } from './table.tsx';
import { Time } from './time.tsx';

function head<T>(title: string, cell: (row: T) => ComponentChildren): Column<T> {
  return { title, cell, isHead: true };
}

const count: Column<Tally> = { title: 'Sessions', isNumber: true, cell: (row) => row.count };

const shareOf: Column<Tally & { readonly share: number }> = {
  title: 'Share',
  cell: (row) => <Share share={row.share} text={`${percentText(row.share)} · ${row.count}`} />,
};

const seen: Column<Tally> = {
  title: 'First, last seen',
  cell: ({ firstSeen, lastSeen }) => (
    <>
      <Time at={firstSeen} hasAge={firstSeen === lastSeen} />
      {firstSeen === lastSeen ? null : (
        <span class="under">
          <Time at={lastSeen} hasAge />
        </span>
      )}
    </>
  ),
};

type PlaceTableProps = {
  readonly places: readonly PlaceTally[];
  readonly flaggedKeys: ReadonlySet<string>;
  readonly onPoint?: (place: PlaceTally | undefined) => void;
};

export function PlaceTable({ places, flaggedKeys, onPoint }: PlaceTableProps): JSX.Element {
  return (
    <Table
      caption="Places, most used first"
      columns={placeColumns}
      rows={places}
      keyOf={({ key }) => key}
      classOf={({ key }) => (flaggedKeys.has(key) ? 'flagged' : undefined)}
      {...(onPoint ? { onPoint } : {})}
      empty="No place is known: the gateways send no client address."
    />
  );
}

const placeColumns: readonly Column<PlaceTally>[] = [
  head('Place', (place) => (
    <>
      <Untrusted text={place.label} />
      <span class="under">
        {place.region && place.region !== place.city ? (
          <>
            <Untrusted text={place.region} />,{' '}
          </>
        ) : null}
        {place.radiusKm === undefined ? null : `within ${place.radiusKm} km`}
        {place.cell ? (
          <>
            {' · '}
            <a href={placeHref(place.cell)}>
              who else<span class="unseen"> came from {place.label}</span>
            </a>
          </>
        ) : null}
      </span>
    </>
  )),
  shareOf,
  seen,
];

export function NetworkTable({
  networks,
}: {
  readonly networks: readonly NetworkTally[];
}): JSX.Element {
  return (
    <Table
      caption="Networks"
      columns={networkColumns}
      rows={networks}
      keyOf={({ asn, organization }) => `${asn} ${organization}`}
      empty="No network is known."
    />
  );
}

const networkColumns: readonly Column<NetworkTally>[] = [
  head('Network', ({ asn, organization, type }) => (
    <>
      <NetworkLink network={{ asn, organization }} />
      <span class="under">
        {asn > 0 ? `AS${asn} · ` : ''}
        <Untrusted text={type} />
      </span>
    </>
  )),
  shareOf,
  seen,
];

type AddressTableProps = {
  readonly addresses: readonly AddressTally[];
  readonly places: readonly PlaceTally[];
};

export function AddressTable({ addresses, places }: AddressTableProps): JSX.Element {
  const labels = new Map(places.map(({ key, label }) => [key, label]));
  const columns: readonly Column<AddressTally>[] = [
    head('Address', ({ address, place }) => (
      <>
        <AddressLink address={address} />
        <span class="under">
          <Untrusted text={labels.get(place) ?? place} />
        </span>
      </>
    )),
    count,
    seen,
  ];
  return (
    <Table
      caption="Client addresses"
      isWide
      columns={columns}
      rows={addresses}
      keyOf={({ address }) => address}
      empty="No client address is known: the gateways send none."
    />
  );
}

export function DeviceTable({ devices }: { devices: readonly (Device & Tally)[] }): JSX.Element {
  return (
    <Table
      caption="Devices"
      columns={deviceColumns}
      rows={devices}
      keyOf={({ key }) => key}
      empty="The gateways say nothing of devices."
    />
  );
}

const deviceColumns: readonly Column<Device & Tally>[] = [
  head('Device', (device) => (
    <>
      <a href={deviceHref(device.key)}>
        <Untrusted text={deviceText(device)} />
      </a>
      <span class="under">
        <Untrusted
          text={[device.os, device.name ? device.client : ''].filter(Boolean).join(' · ')}
        />
      </span>
    </>
  )),
  count,
  seen,
];

export function GatewayTable({ gateways }: { gateways: readonly GatewayTally[] }): JSX.Element {
  return (
    <Table
      caption="Gateways"
      columns={[head<GatewayTally>('Gateway', ({ id }) => <Untrusted text={id} />), count, seen]}
      rows={gateways}
      keyOf={({ id }) => id}
    />
  );
}
