// A detection beside its context: what is usual for the user, and other users of the same area.

import type { JSX } from 'preact';
import { calmMs, useApi } from '../api/api.ts';
import { apiPaths, placeHref, userHref } from '../api/paths.ts';
import type { CellUser, Detection, Page, Profile } from '../api/types.ts';
import { cellOf } from '../map/geometry.ts';
import { positionOf } from '../map/map-points.ts';
import { Block, Show } from '../parts/answers.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { counted } from '../text/clock-text.ts';
import { type Compared, comparisonOf } from '../text/comparison.ts';
import { Untrusted } from '../text/text.tsx';

type BesideProps = { readonly detection: Detection; readonly profile: Profile | undefined };

export function Beside({ detection, profile }: BesideProps): JSX.Element | null {
  if (!profile) return null;
  return (
    <Block id="beside" title="Beside what is usual">
      <Table
        caption="This connection beside the user's profile"
        columns={besideColumns}
        rows={comparisonOf(detection, profile)}
        keyOf={({ what }) => what}
        classOf={({ isNew }) => (isNew ? 'flagged' : undefined)}
      />
    </Block>
  );
}

const besideColumns: readonly Column<Compared>[] = [
  { title: 'What', isHead: true, cell: ({ what }) => <span class="whole">{what}</span> },
  {
    title: 'This connection',
    cell: ({ here, isNew, times }) => (
      <>
        <Untrusted text={here} />
        {isNew || times > 0 ? (
          <span class="under">{isNew ? 'first time' : `in ${counted(times, 'session')}`}</span>
        ) : null}
      </>
    ),
  },
  { title: 'Usually', cell: ({ usual }) => <Untrusted text={usual} /> },
];

export function Others({ detection }: { readonly detection: Detection }): JSX.Element | null {
  const here = positionOf(detection.place);
  const cell = here && cellOf(here);
  const answer = useApi<Page<CellUser>>(
    cell ? apiPaths.cellUsers(cell, { limit: '25' }) : undefined,
    calmMs,
  );
  if (!cell) return null;
  return (
    <Block id="others" title="Others from this area">
      <Show answer={answer}>
        {({ items, next }) => {
          const others = items.filter(({ user }) => user !== detection.user);
          return (
            <>
              <Table
                caption="Other users who connected from this area"
                columns={otherColumns}
                rows={others}
                keyOf={({ user, place }) => `${user} ${place}`}
                empty="Nobody else has connected from here."
              />
              {next ? <a href={placeHref(cell)}>Everybody from this area</a> : null}
            </>
          );
        }}
      </Show>
    </Block>
  );
}

const otherColumns: readonly Column<CellUser>[] = [
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
