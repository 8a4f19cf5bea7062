// Devices that users connect from, by name or other key, or by detections of the time range.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Answer, usePages } from '../api/api.ts';
import { apiPaths, deviceHref, queueHref } from '../api/paths.ts';
import type { DevicePage } from '../api/types.ts';
import { Show } from '../parts/answers.tsx';
import { CountLink } from '../parts/count-link.tsx';
import { List } from '../parts/list.tsx';
import type { ListColumn } from '../parts/list-types.ts';
import { setParameters } from '../parts/router.ts';
import { listOrderOf, orderNote, orderParameters, orderQuery } from '../text/list-order.ts';
import { type Range, rangeQuery } from '../text/range.ts';
import { deviceText } from '../text/sentences.ts';
import { Code, Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';
import { Filter } from './users.tsx';

const pageLimit = '100';
const sorts = ['key', 'detections'] as const;

type PageProps = { readonly query: URLSearchParams; readonly range: Range };
type DeviceRow = DevicePage['items'][number];

export function DevicesPage({ query, range }: PageProps): JSX.Element {
  useTitle('Devices');
  const search = query.get('search') ?? '';
  const [cursor, setCursor] = useState<string | undefined>(undefined);
  const order = listOrderOf(query, sorts);
  const isCounted = order.by === 'detections';
  const asked = { search, ...orderQuery(order), ...(isCounted ? rangeQuery(range) : {}) };
  const list = usePages<DeviceRow>((cursor) =>
    apiPaths.devices({ ...asked, limit: pageLimit, cursor }),
  );
  const isMore = list.more !== undefined;
  return (
    <>
      <h1>Devices</h1>
      <Filter search={search} label="Name or key begins with (mac:, uid:, client:)" />
      <Show answer={list.answer as Answer<DevicePage>}>
        {({ items, ...whole }) => (
          <>
            <p class="tiles-note" role="status">
              {orderNote('device', { ...whole, shown: items.length, isMore, order })}.
            </p>
            <List
              caption="Devices"
              columns={columns}
              rows={items}
              keyOf={({ key }) => key}
              total={whole.total}
              order={order}
              onOrder={(next) => setParameters(orderParameters(next, sorts))}
              cursor={cursor}
              onCursor={setCursor}
              more={list.more}
              isLoadingMore={list.isLoadingMore}
              moreProblem={list.moreProblem}
              moreLabel="More devices"
              empty={
                search === ''
                  ? 'No device is known: no gateway has sent a name, MAC address or id yet.'
                  : 'No name begins so, and no key. A key begins with its kind, as in mac:00-15.'
              }
            />
          </>
        )}
      </Show>
    </>
  );
}

const columns: readonly ListColumn<DeviceRow>[] = [
  {
    id: 'device',
    title: 'Device',
    isHead: true,
    cell: (device) => (
      <a class="row-link" href={deviceHref(device.key)}>
        <Untrusted text={deviceText(device)} />
      </a>
    ),
  },
  { id: 'os', title: 'System', cell: ({ os }) => <Untrusted text={os ?? '-'} /> },
  { id: 'client', title: 'VPN client', cell: ({ client }) => <Untrusted text={client ?? '-'} /> },
  { id: 'key', title: 'Key', isSortable: true, cell: ({ key }) => <Code text={key} /> },
  {
    id: 'detections',
    title: 'Detections',
    width: '9rem',
    isNumber: true,
    isSortable: true,
    cell: ({ key, detections, unresolved }) => (
      <CountLink
        count={detections}
        unresolved={unresolved}
        href={queueHref({ device: key, status: 'any' })}
      />
    ),
  },
];
