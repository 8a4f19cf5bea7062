// Networks: those that detections of the time name, and those that users are connected through. Any
// other is found by the search.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { calmMs, useApi } from '../api/api.ts';
import { apiPaths, networkHref } from '../api/paths.ts';
import type { DetectionCounts, Facet, OpenSessionPage } from '../api/types.ts';
import { Show } from '../parts/answers.tsx';
import { CountLink } from '../parts/count-link.tsx';
import { List } from '../parts/list.tsx';
import type { ListColumn } from '../parts/list-types.ts';
import { counted } from '../text/clock-text.ts';
import { type NetworkRow, networkRows } from '../text/network-rows.ts';
import { type Range, rangeQuery } from '../text/range.ts';
import { Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';

export function NetworksPage({ range }: { readonly range: Range }): JSX.Element {
  useTitle('Networks');
  const counts = useApi<DetectionCounts>(apiPaths.detectionCounts(rangeQuery(range)), calmMs);
  const open = useApi<OpenSessionPage>(apiPaths.openSessions({ limit: '1' }), calmMs);
  return (
    <>
      <h1>Networks</h1>
      <p class="note">
        Those of detections of this time, and those that users are connected through now. The search
        above finds every other by its name or AS number.
      </p>
      <Show answer={counts}>
        {({ facets, isComplete }) => (
          <Show answer={open}>
            {(page) => (
              <Networks
                detections={facets.asn}
                connected={page.counts?.asn}
                isComplete={isComplete && page.isTotalComplete}
              />
            )}
          </Show>
        )}
      </Show>
    </>
  );
}

type NetworksProps = {
  readonly detections: Facet;
  readonly connected: Facet | undefined;
  readonly isComplete: boolean;
};

function Networks({ detections, connected, isComplete }: NetworksProps): JSX.Element {
  const [cursor, setCursor] = useState<string | undefined>(undefined);
  const rows = networkRows(detections, connected);
  const isListed = detections.others === 0 && (connected?.others ?? 0) === 0;
  const isWhole = isComplete && isListed;
  return (
    <>
      <p class="tiles-note" role="status">
        {isWhole ? '' : 'At least '}
        {counted(rows.length, 'network')}, those with the most detections first.
        {isListed ? '' : ' Of those with few, not every number is counted here: “look” does.'}
        {isComplete ? '' : ' There is more than is looked at: each number is “at least”.'}
      </p>
      <List
        caption="Networks, those with the most detections first"
        columns={columns}
        rows={rows}
        keyOf={({ asn }) => asn}
        classOf={(row) => ((row.detections ?? 0) > 0 ? 'flagged' : undefined)}
        cursor={cursor}
        onCursor={setCursor}
        moreLabel="More networks"
        empty={
          isWhole
            ? 'No detection of this time names a network, and nobody is connected through one.'
            : 'None of what was looked at names a network.'
        }
      />
    </>
  );
}

const columns: readonly ListColumn<NetworkRow>[] = [
  {
    id: 'network',
    title: 'Network',
    isHead: true,
    cell: ({ asn, name }) => (
      <a class="row-link" href={networkHref(asn)}>
        <Untrusted text={name === '' ? `AS${asn}` : name} />
        {name === '' ? '' : ` (AS${asn})`}
      </a>
    ),
  },
  {
    id: 'detections',
    title: 'Detections',
    width: '9rem',
    isNumber: true,
    cell: ({ asn, detections }) => (
      <CountLink count={detections} href={`/?status=any&asn=${asn}`} />
    ),
  },
  {
    id: 'connected',
    title: 'Connected now',
    width: '9rem',
    isNumber: true,
    cell: ({ asn, connected }) => <CountLink count={connected} href={`/live?asn=${asn}`} />,
  },
];
