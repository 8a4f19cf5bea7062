// What needs a look now: detections by severity, the newest ones, and where they came from.

import type { JSX } from 'preact';
import { Block, Credits, Show } from '../answers.tsx';
import { type Answer, calmMs, useApi } from '../api.ts';
import type { Detection, Page, Summary, UserRow } from '../api-types.ts';
import { counted, dateText } from '../clock-text.ts';
import { DetectionList } from '../detection-list.tsx';
import { pointsOfDetections } from '../map-points.ts';
import { apiPaths } from '../paths.ts';
import { usePreferences } from '../preferences.ts';
import { SeverityShape, severities, toneOf } from '../severity.tsx';
import { useNow } from '../time.tsx';
import { useTitle } from '../title.ts';
import { NobodyYet, UserNames } from '../user-names.tsx';
import { WorldMap } from '../world-map.tsx';

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
      <Newest answer={detections} />
    </>
  );
}

function Numbers({ summary }: { readonly summary: Summary }): JSX.Element {
  const { zone } = usePreferences();
  const since = dateText(Date.parse(summary.detectionsSince), zone, useNow());
  const atLeast = summary.isUsersComplete ? '' : 'more than ';
  return (
    <>
      <ul class="tiles">
        {severities.map((severity) => (
          <li key={severity}>
            <a class={`tile ${toneOf(severity)}`} href={`/detections?severity=${severity}`}>
              <span class="tile-number">{summary.detections[severity] ?? 0}</span>
              <span class="tile-text">
                <SeverityShape severity={severity} />
                {severity}
              </span>
            </a>
          </li>
        ))}
        <li>
          <a class="tile" href="/users">
            <span class="tile-number">{summary.users}</span>
            <span class="tile-text">users known</span>
          </a>
        </li>
      </ul>
      <p class="tiles-note">
        Detections since {since}; {atLeast}
        {counted(summary.users, 'user')} with VPN connections.
        {summary.isDetectionsComplete ? '' : ' There are more detections than were counted.'}
      </p>
    </>
  );
}

function Newest({ answer }: { readonly answer: Answer<Page<Detection>> }): JSX.Element {
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
            <Block id="where" title="Where they came from">
              <WorldMap
                label={mapText(items)}
                points={pointsOfDetections(items)}
                aspect={0.7}
                spanMin={120}
              />
            </Block>
          </div>
          <People />
          <Credits lines={attribution} />
        </>
      )}
    </Show>
  );
}

/** The first of the directory: somewhere to start for those who have nobody to look for. */
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

function mapText(items: readonly Detection[]): string {
  const labels = [...new Set(items.map(({ place }) => place.label))];
  return labels.length === 0
    ? 'Map of the world without detections'
    : `Map of detections: ${labels.join(', ')}`;
}
