// Devices that users connect from, by name or other key.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { usePages } from '../api/api.ts';
import { apiPaths, deviceHref } from '../api/paths.ts';
import type { Device } from '../api/types.ts';
import { Show } from '../parts/answers.tsx';
import { List } from '../parts/list.tsx';
import type { ListColumn } from '../parts/list-types.ts';
import { counted } from '../text/clock-text.ts';
import { deviceText } from '../text/sentences.ts';
import { Code, Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';
import { Filter } from './users.tsx';

const pageLimit = '100';

export function DevicesPage({ search }: { readonly search: string }): JSX.Element {
  useTitle('Devices');
  const [cursor, setCursor] = useState<string | undefined>(undefined);
  const list = usePages<Device>((cursor) => apiPaths.devices({ search, limit: pageLimit, cursor }));
  return (
    <>
      <h1>Devices</h1>
      <Filter search={search} label="Name or key begins with (mac:, uid:, client:)" />
      <Show answer={list.answer}>
        {({ items }) => (
          <>
            <p class="tiles-note" role="status">
              {list.more ? 'At least ' : ''}
              {counted(items.length, 'device')}, by key.
            </p>
            <List
              caption="Devices"
              columns={columns}
              rows={items}
              keyOf={({ key }) => key}
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

const columns: readonly ListColumn<Device>[] = [
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
  { id: 'key', title: 'Key', cell: ({ key }) => <Code text={key} /> },
];
