// Who else is concerned: detections from the same address, network and device, and users who were
// seen in the same area; one tab each, with its count.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Answer, calmMs, useApi } from '../api/api.ts';
import { apiPaths, detectionHref, placeHref, userHref } from '../api/paths.ts';
import type { CellUser, Detection, ListedDetection, Page } from '../api/types.ts';
import { cellOf } from '../map/geometry.ts';
import { positionOf } from '../map/map-points.ts';
import { Block, Show } from '../parts/answers.tsx';
import { CaseLink } from '../parts/case-link.tsx';
import { Severity } from '../parts/severity.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { Time } from '../parts/time.tsx';
import { grouped } from '../text/clock-text.ts';
import { briefOf } from '../text/headline.ts';
import { Untrusted } from '../text/text.tsx';
import { stateText, whoText } from './queue-columns.tsx';

const lookedBack = 'P180D';
const shownMax = '25';

type Listed = Page<ListedDetection> & { readonly total?: number };

/** What is shared, as a filter of the queue. */
type Shared = { readonly key: string; readonly title: string; readonly filter: Filter };
type Filter = Readonly<Record<string, string>>;

function sharedOf({ clientAddress, network, device }: Detection): readonly Shared[] {
  return [
    ...(clientAddress === undefined
      ? []
      : [{ key: 'address', title: 'Same address', filter: { address: clientAddress } }]),
    ...(network
      ? [{ key: 'asn', title: 'Same network', filter: { asn: String(network.asn) } }]
      : []),
    ...(device ? [{ key: 'device', title: 'Same device', filter: { device: device.key } }] : []),
  ];
}

export function WhoElse({ detection }: { readonly detection: Detection }): JSX.Element {
  const shared = sharedOf(detection);
  const [chosen, setChosen] = useState(shared[0]?.key ?? 'area');
  const of = (key: string): Filter | undefined => shared.find((one) => one.key === key)?.filter;
  const lists: Readonly<Record<string, Answer<Listed>>> = {
    address: useShared(of('address')),
    asn: useShared(of('asn')),
    device: useShared(of('device')),
  };
  const here = positionOf(detection.place);
  const cell = here && cellOf(here);
  const area = useApi<Page<CellUser>>(
    cell ? apiPaths.cellUsers(cell, { limit: shownMax }) : undefined,
    calmMs,
  );
  const list = lists[chosen];
  const tabs = [
    ...shared.map(({ key, title }) => ({ key, title, count: countOf(lists[key], detection) })),
    ...(cell ? [{ key: 'area', title: 'Same area', count: areaCount(area, detection) }] : []),
  ];
  return (
    <Block id="others" title="Who else">
      <CaseLink detection={detection.id} />
      <Tabs label="Who else" tabs={tabs} chosen={chosen} onChoose={setChosen}>
        {chosen === 'area' && cell ? (
          <Area answer={area} detection={detection} cell={cell} />
        ) : list ? (
          <SharedList answer={list} detection={detection} filter={of(chosen) ?? {}} />
        ) : null}
      </Tabs>
    </Block>
  );
}

function useShared(filter: Filter | undefined): Answer<Listed> {
  const query = { ...filter, from: lookedBack, sort: 'severity', limit: shownMax };
  return useApi<Listed>(filter && apiPaths.detections(query), calmMs);
}

/** Of the list without the detection itself. */
function countOf(answer: Answer<Listed> | undefined, { id }: Detection): string | undefined {
  if (answer?.kind !== 'ok') return undefined;
  const { total, items, next } = answer.data;
  const own = items.some((one) => one.id === id) ? 1 : 0;
  if (total !== undefined) return grouped(Math.max(0, total - own));
  return `${grouped(items.length - own)}${next ? '+' : ''}`;
}

function areaCount(answer: Answer<Page<CellUser>>, { user }: Detection): string | undefined {
  if (answer.kind !== 'ok') return undefined;
  const { items, next } = answer.data;
  const users = new Set(items.map((one) => one.user).filter((one) => one !== user));
  return `${users.size}${next ? '+' : ''}`;
}

type SharedProps = {
  readonly answer: Answer<Listed>;
  readonly detection: Detection;
  readonly filter: Filter;
};

function SharedList({ answer, detection, filter }: SharedProps): JSX.Element {
  const query = new URLSearchParams({ ...filter, status: 'any', range: lookedBack });
  return (
    <Show answer={answer}>
      {({ items, next }) => (
        <>
          <Table
            caption="Other detections, worst first"
            isWide
            columns={columns}
            rows={items.filter(({ id }) => id !== detection.id)}
            keyOf={({ id }) => id}
            empty="No other detection in 180 days."
          />
          {next ? <a href={`/?${query}`}>All of them in the queue</a> : null}
        </>
      )}
    </Show>
  );
}

const columns: readonly Column<ListedDetection>[] = [
  {
    title: 'User',
    isHead: true,
    cell: (one) => (
      <>
        <a href={detectionHref(one.id)}>
          <Untrusted text={whoText(one)} />
        </a>
        <span class="under">
          <Untrusted text={briefOf(one)} />
        </span>
      </>
    ),
  },
  { title: 'Severity', cell: ({ severity }) => <Severity severity={severity} /> },
  { title: 'From', cell: ({ place }) => <Untrusted text={place.label} /> },
  {
    title: 'When',
    cell: (one) => (
      <>
        <Time at={one.firstSeen} />
        <span class="under">
          <Untrusted text={stateText(one)} />
        </span>
      </>
    ),
  },
];

type AreaProps = {
  readonly answer: Answer<Page<CellUser>>;
  readonly detection: Detection;
  readonly cell: string;
};

function Area({ answer, detection, cell }: AreaProps): JSX.Element {
  return (
    <Show answer={answer}>
      {({ items, next }) => (
        <>
          <Table
            caption="Other users who connected from this area"
            columns={areaColumns}
            rows={items.filter(({ user }) => user !== detection.user)}
            keyOf={({ user, place }) => `${user} ${place}`}
            empty="Nobody else has connected from here."
          />
          {next ? <a href={placeHref(cell)}>Everybody from this area</a> : null}
        </>
      )}
    </Show>
  );
}

const areaColumns: readonly Column<CellUser>[] = [
  {
    title: 'User',
    isHead: true,
    cell: ({ user }) => (
      <a href={userHref(user)}>
        <Untrusted text={user} />
      </a>
    ),
  },
  { title: 'First seen', cell: ({ firstSeen }) => <Time at={firstSeen} hasAge /> },
];
