// What this connection shows beside what is usual for the user: place, network, gateway, device.

import type { JSX } from 'preact';
import type { Detection, Profile } from '../api/types.ts';
import { counted } from '../text/clock-text.ts';
import { type Compared, comparisonOf, noneYet } from '../text/comparison.ts';
import { Untrusted } from '../text/text.tsx';
import { type Column, Table } from './table.tsx';

type StripProps = { readonly detection: Detection; readonly profile: Profile };

export function Strip({ detection, profile }: StripProps): JSX.Element {
  return (
    <div class="strip">
      <Table
        caption="This connection beside what is usual"
        columns={columns}
        rows={comparisonOf(detection, profile)}
        keyOf={({ what }) => what}
        classOf={({ isNew }) => (isNew ? 'flagged' : undefined)}
      />
    </div>
  );
}

/** The same side by side, for the width of a page. */
export function StripRow({ detection, profile }: StripProps): JSX.Element {
  return (
    <dl class="strip-row" aria-label="This connection beside what is usual">
      {comparisonOf(detection, profile).map(({ what, here, usual, isNew, times }) => (
        <div key={what} class={isNew ? 'strip-cell new' : 'strip-cell'}>
          <dt>{what}</dt>
          <dd class="strip-here">
            <Untrusted text={here} />
          </dd>
          <dd class="under">
            {isNew ? 'first time; ' : times > 0 ? `in ${counted(times, 'session')}; ` : ''}
            {usual === noneYet ? '' : 'usually '}
            <Untrusted text={usual} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

const columns: readonly Column<Compared>[] = [
  { title: 'What', isHead: true, cell: ({ what }) => <span class="whole">{what}</span> },
  {
    title: 'This',
    cell: ({ here, isNew, times }) => (
      <>
        <Untrusted text={here} />
        {isNew || times > 0 ? (
          <span class="under">{isNew ? 'first time' : `in ${counted(times, 'session')}`}</span>
        ) : null}
      </>
    ),
  },
  { title: 'Usual', cell: ({ usual }) => <Untrusted text={usual} /> },
];
