// Devices that users connect from, by name or other key.

import type { JSX } from 'preact';
import { usePages } from '../api/api.ts';
import { apiPaths, deviceHref } from '../api/paths.ts';
import type { Device } from '../api/types.ts';
import { More, Show } from '../parts/answers.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { deviceText } from '../text/sentences.ts';
import { Code, Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';
import { Filter } from './users.tsx';

const pageLimit = '100';

export function DevicesPage({ search }: { readonly search: string }): JSX.Element {
  useTitle('Devices');
  const list = usePages<Device>((cursor) => apiPaths.devices({ search, limit: pageLimit, cursor }));
  return (
    <>
      <h1>Devices</h1>
      <Filter search={search} label="Name or key begins with (mac:, uid:, client:)" />
      <Show answer={list.answer}>
        {({ items }) => (
          <>
            <Table
              caption="Devices"
              isWide
              columns={columns}
              rows={items}
              keyOf={({ key }) => key}
              empty={
                search === ''
                  ? 'No device is known: no gateway has sent a name, MAC address or id yet.'
                  : 'No name begins so, and no key. A key begins with its kind, as in mac:00-15.'
              }
            />
            <More
              more={list.more}
              isLoading={list.isLoadingMore}
              problem={list.moreProblem}
              label="More devices"
            />
          </>
        )}
      </Show>
    </>
  );
}

const columns: readonly Column<Device>[] = [
  {
    title: 'Device',
    isHead: true,
    cell: (device) => (
      <a class="row-link" href={deviceHref(device.key)}>
        <Untrusted text={deviceText(device)} />
      </a>
    ),
  },
  { title: 'System', cell: ({ os }) => <Untrusted text={os ?? '-'} /> },
  { title: 'VPN client', cell: ({ client }) => <Untrusted text={client ?? '-'} /> },
  { title: 'Key', cell: ({ key }) => <Code text={key} /> },
];
