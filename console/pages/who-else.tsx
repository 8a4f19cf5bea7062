// Who else is concerned: detections from the same address, network and device, which are one
// question, and users who were seen in the same area; one tab each, with its count.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Answer, calmMs, useApi } from '../api/api.ts';
import { apiPaths, detectionHref, placeHref, queueHref, userHref } from '../api/paths.ts';
import type {
  CellUser,
  Detection,
  ListedDetection,
  Page,
  Related,
  RelatedDetections,
} from '../api/types.ts';
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

/** What is shared: of the answer, and as a filter of the queue. */
type Shared = { readonly key: 'address' | 'network' | 'device'; readonly title: string };
type Filter = Readonly<Record<string, string>>;

const kinds: readonly Shared[] = [
  { key: 'address', title: 'Same address' },
  { key: 'network', title: 'Same network' },
  { key: 'device', title: 'Same device' },
];

function filterOf({ clientAddress, network, device }: Detection, key: string): Filter | undefined {
  if (key === 'address')
    return clientAddress === undefined ? undefined : { address: clientAddress };
  if (key === 'network') return network && { asn: String(network.asn) };
  return device && { device: device.key };
}

export function WhoElse({ detection }: { readonly detection: Detection }): JSX.Element {
  const shared = kinds.filter(({ key }) => filterOf(detection, key) !== undefined);
  const [chosen, setChosen] = useState<string>(shared[0]?.key ?? 'area');
  const related = useApi<Related>(apiPaths.related(detection.id), calmMs);
  const here = positionOf(detection.place);
  const cell = here && cellOf(here);
  const area = useApi<Page<CellUser>>(
    cell ? apiPaths.cellUsers(cell, { limit: shownMax }) : undefined,
    calmMs,
  );
  const tabs = [
    ...shared.map(({ key, title }) => ({ key, title, count: countOf(related, key) })),
    ...(cell ? [{ key: 'area', title: 'Same area', count: areaCount(area, detection) }] : []),
  ];
  const kind = shared.find(({ key }) => key === chosen)?.key;
  return (
    <Block id="others" title="Who else">
      <CaseLink answer={related} />
      <Tabs label="Who else" tabs={tabs} chosen={chosen} onChoose={setChosen}>
        {kind ? (
          <SharedList answer={related} kind={kind} filter={filterOf(detection, kind) ?? {}} />
        ) : cell ? (
          <Area answer={area} detection={detection} cell={cell} />
        ) : null}
      </Tabs>
    </Block>
  );
}

function countOf(answer: Answer<Related>, key: Shared['key']): string | undefined {
  if (answer.kind !== 'ok') return undefined;
  const { isComplete, [key]: found } = answer.data;
  return found && `${grouped(found.total)}${isComplete ? '' : '+'}`;
}

function areaCount(answer: Answer<Page<CellUser>>, { user }: Detection): string | undefined {
  if (answer.kind !== 'ok') return undefined;
  const { items, next } = answer.data;
  const users = new Set(items.map((one) => one.user).filter((one) => one !== user));
  return `${users.size}${next ? '+' : ''}`;
}

type SharedProps = {
  readonly answer: Answer<Related>;
  readonly kind: Shared['key'];
  readonly filter: Filter;
};

function SharedList({ answer, kind, filter }: SharedProps): JSX.Element {
  return (
    <Show answer={answer}>
      {({ isComplete, [kind]: { total, items } = nothing }) => (
        <>
          <Table
            caption="Other detections, worst first"
            isWide
            columns={columns}
            rows={items}
            keyOf={({ id }) => id}
            empty={
              isComplete
                ? 'No other detection in 180 days.'
                : 'No other among the newest detections.'
            }
          />
          {total > items.length ? (
            <a href={queueHref({ ...filter, status: 'any', range: lookedBack })}>
              All of them in the queue
            </a>
          ) : null}
        </>
      )}
    </Show>
  );
}

const nothing: RelatedDetections = { total: 0, items: [] };

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
