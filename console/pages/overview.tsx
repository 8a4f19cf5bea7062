// The overview: detections by severity, who is connected, the health of relays, the newest
// detections, and where users came from today.

import type { JSX } from 'preact';
import { type Answer, calmMs, useApi } from '../api/api.ts';
import { apiPaths, placeHref } from '../api/paths.ts';
import type {
  Detection,
  LivePlace,
  Page,
  Relays as RelayList,
  Summary,
  UserRow,
} from '../api/types.ts';
import { pointsOfToday } from '../map/map-points.ts';
import { WorldMap } from '../map/world-map.tsx';
import { Block, Credits, Show } from '../parts/answers.tsx';
import { DetectionList } from '../parts/detection-list.tsx';
import { usePreferences } from '../parts/preferences.ts';
import { SeverityShape, severities, toneOf } from '../parts/severity.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useNow } from '../parts/time.tsx';
import { NobodyYet, UserNames } from '../parts/user-names.tsx';
import { counted, dateText } from '../text/clock-text.ts';
import { Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';

const newestShown = '10';
const peopleShown = '24';

export function OverviewPage(): JSX.Element {
  useTitle('Overview');
  const summary = useApi<Summary>(apiPaths.summary, calmMs);
  const detections = useApi<Page<Detection>>(apiPaths.detections({ limit: newestShown }));
  return (
    <>
      <h1>Overview</h1>
      <Show answer={summary}>{(data) => <Numbers summary={data} />}</Show>
      <Newest answer={detections} summary={summary} />
    </>
  );
}

function Numbers({ summary }: { readonly summary: Summary }): JSX.Element {
  const { zone } = usePreferences();
  const { live } = summary;
  const since = dateText(Date.parse(summary.detectionsSince), zone, useNow());
  const atLeast = summary.isUsersComplete ? '' : 'more than ';
  return (
    <>
      <ul class="tiles">
        {severities.map((severity) => (
          <li key={severity}>
            <a class={`tile ${toneOf(severity)}`} href={`/detections?severity=${severity}`}>
              <span class="tile-number">
                {summary.isDetectionsComplete ? null : <span class="unseen">at least </span>}
                {summary.detections[severity] ?? 0}
                {summary.isDetectionsComplete ? null : <span aria-hidden="true">+</span>}
              </span>
              <span class="tile-text">
                <SeverityShape severity={severity} />
                {severity}
              </span>
            </a>
          </li>
        ))}
        <li>
          <a class="tile" href="/live">
            <span class="tile-number">
              {live.isComplete ? null : <span class="unseen">at least </span>}
              {live.openSessions}
              {live.isComplete ? null : <span aria-hidden="true">+</span>}
            </span>
            <span class="tile-text">open sessions now</span>
          </a>
        </li>
        {live.usersAtTwoPlaces > 0 ? (
          <li>
            <a class="tile tone-medium" href="/live?order=two-places">
              <span class="tile-number">{live.usersAtTwoPlaces}</span>
              <span class="tile-text">at two places at once</span>
            </a>
          </li>
        ) : null}
        <Relays />
      </ul>
      <p class="tiles-note">
        Detections since {since}, {summary.detectionsNew} of them not looked at; {atLeast}
        {counted(summary.users, 'user')} with VPN connections, {live.usersConnected} connected now.
        {live.silentSessions > 0
          ? ` ${counted(live.silentSessions, 'session')} without an end fell silent today.`
          : ''}
        {live.isComplete ? '' : ' There are more open sessions than were read.'}
        {summary.isDetectionsComplete ? '' : ' Counted are the newest 1,000: there are more.'}
      </p>
    </>
  );
}

/** How relays and gateways do, in one tile. Who may not see relays sees no tile. */
function Relays(): JSX.Element | null {
  const answer = useApi<RelayList>(apiPaths.relays, calmMs);
  if (answer.kind !== 'ok') return null;
  const relays = answer.data.items.filter(({ state }) => state === 'enrolled');
  const well = relays.filter(({ isHealthy }) => isHealthy).length;
  const isWell = well === relays.length;
  return (
    <li>
      <a class={isWell ? 'tile' : 'tile tone-high'} href="/relays">
        <span class="tile-number">
          {well}/{relays.length}
        </span>
        <span class="tile-text">relays healthy</span>
      </a>
    </li>
  );
}

type NewestProps = {
  readonly answer: Answer<Page<Detection>>;
  readonly summary: Answer<Summary>;
};

function Newest({ answer, summary }: NewestProps): JSX.Element {
  return (
    <Show answer={answer}>
      {({ items, next, attribution }) => (
        <>
          <div class="columns wide-left">
            <Block id="newest" title="Newest detections">
              {items.length === 0 ? <Calm /> : <DetectionList detections={items} />}
              {next ? (
                <p class="more">
                  <a href="/detections">All detections</a>
                </p>
              ) : null}
            </Block>
            <Block id="where" title="Where people came from today">
              <Show answer={summary}>
                {({ live }) => <Today places={live.places} detections={items} />}
              </Show>
            </Block>
          </div>
          <People />
          <Credits lines={attribution} />
        </>
      )}
    </Show>
  );
}

/** The first users of the directory: a start without a name to search for. */
function People(): JSX.Element {
  const users = useApi<Page<UserRow>>(apiPaths.users({ limit: peopleShown }), calmMs);
  return (
    <Block id="people" title="Users">
      <Show answer={users}>
        {({ items, next }) =>
          items.length === 0 ? (
            <NobodyYet />
          ) : (
            <>
              <UserNames users={items} />
              {next ? (
                <p class="more">
                  <a href="/users">All users</a>
                </p>
              ) : null}
            </>
          )
        }
      </Show>
    </Block>
  );
}

function Calm(): JSX.Element {
  return <p class="empty">Nothing abnormal in the last 30 days.</p>;
}

type TodayProps = {
  readonly places: readonly LivePlace[];
  readonly detections: readonly Detection[];
};

function Today({ places, detections }: TodayProps): JSX.Element {
  return (
    <>
      <WorldMap
        label={mapText(detections, places)}
        points={pointsOfToday(places, detections)}
        aspect={0.7}
        spanMin={120}
      />
      <PlacesToday places={places} />
    </>
  );
}

const placesShown = 6;

/** The map's twin in words. */
function PlacesToday({ places }: { readonly places: readonly LivePlace[] }): JSX.Element {
  return (
    <>
      <Table
        caption="Places of the last 24 hours, most users first"
        columns={placeColumns}
        rows={places.slice(0, placesShown)}
        keyOf={({ key }) => key}
        empty="Nobody connected in the last 24 hours."
      />
      {places.length > placesShown ? (
        <p class="note">and {counted(places.length - placesShown, 'other place')}</p>
      ) : null}
    </>
  );
}

const placeColumns: readonly Column<LivePlace>[] = [
  {
    title: 'Place',
    isHead: true,
    cell: ({ label, cell }) =>
      cell ? (
        <a href={placeHref(cell)}>
          <Untrusted text={label} />
        </a>
      ) : (
        <Untrusted text={label} />
      ),
  },
  { title: 'Users today', isNumber: true, cell: ({ users }) => users },
];

function mapText(items: readonly Detection[], places: readonly LivePlace[]): string {
  const found = [...new Set(items.map(({ place }) => place.label))];
  const usual = places.slice(0, 3).map(({ label }) => label);
  return `Map of today: ${usual.join(', ') || 'nobody'}; detections: ${found.join(', ') || 'none'}`;
}
