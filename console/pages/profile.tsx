// A user's profile at a glance: who this is, where they connect from, and what is abnormal.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Pages, useApi, usePages } from '../api/api.ts';
import { apiPaths, userHref } from '../api/paths.ts';
import type { Activity, Profile } from '../api/types.ts';
import { Block, Credits, More, Show } from '../parts/answers.tsx';
import { ExpectedBlock } from '../parts/expected.tsx';
import { ExportButtons } from '../parts/export.tsx';
import { Heatmap } from '../parts/heatmap.tsx';
import { OpenSessions } from '../parts/open-sessions.tsx';
import { usePreferences } from '../parts/preferences.ts';
import { ProfileDetections } from '../parts/profile-detections.tsx';

import { AddressTable, DeviceTable, GatewayTable, NetworkTable } from '../parts/profile-tables.tsx';
import { SessionsTable } from '../parts/sessions-table.tsx';
import { Time, useNow } from '../parts/time.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { counted } from '../text/clock-text.ts';
import { type Range, rangeQuery } from '../text/range.ts';
import { learningOf, profileSentence, riskOf } from '../text/sentences.ts';
import { Code, Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';
import { Sentence } from '../text/words.tsx';
import { ProfilePlaces } from './profile-places.tsx';

const pageLimit = '100';

type PageProps = { readonly user: string; readonly range: Range };

export function ProfilePage({ user, range }: PageProps): JSX.Element {
  useTitle(user);
  const answer = useApi<Profile>(apiPaths.user(user));
  const asked = rangeQuery(range);
  const sessions = usePages<Activity>((cursor) =>
    apiPaths.activities(user, { ...asked, limit: pageLimit, cursor }),
  );
  return (
    <Show answer={answer} missing={<NoProfile user={user} />}>
      {(profile) => <Found profile={profile} range={range} sessions={sessions} />}
    </Show>
  );
}

function NoProfile({ user }: { readonly user: string }): JSX.Element {
  return (
    <>
      <h1>No such user</h1>
      <p>
        No VPN connection of <Code text={user} /> has been recorded. Look for another spelling among
        the <a href="/users">users</a>.
      </p>
    </>
  );
}

type FoundProps = {
  readonly profile: Profile;
  readonly range: Range;
  readonly sessions: Pages<Activity>;
};

function Found({ profile, range, sessions }: FoundProps): JSX.Element {
  const loaded = sessions.answer.kind === 'ok' ? sessions.answer.data.items : profile.activities;
  const flagged = new Set(profile.detections.flatMap((detection) => detection.sessions));
  const usual = profile.places.find(({ lon }) => lon !== undefined);
  return (
    <>
      <Head profile={profile} />
      <div class="columns wide-left">
        <Block id="detections" title="Detections" class="plain">
          {profile.detections.length === 0 ? (
            <p class="empty">Nothing abnormal has been found.</p>
          ) : (
            <ProfileDetections profile={profile} />
          )}
        </Block>
        <OpenSessions user={profile.user} sessions={profile.openSessions} flagged={flagged} />
      </div>
      <ProfilePlaces profile={profile} activities={loaded} flagged={flagged} />
      <When user={profile.user} sessions={sessions} range={range} flagged={flagged} />
      <div class="columns">
        <Block id="hours" title="Hours of the week">
          <Heatmap
            hours={profile.hours}
            usual={usual?.lon === undefined ? undefined : { lon: usual.lon, label: usual.label }}
          />
        </Block>
        <Block id="networks" title="Networks">
          <NetworkTable networks={profile.networks} />
        </Block>
        <Block id="addresses" title="Addresses">
          <AddressTable addresses={profile.addresses} places={profile.places} />
        </Block>
        <div>
          <Block id="devices" title="Devices">
            <DeviceTable devices={profile.devices} />
          </Block>
          <Block id="gateways" title="Gateways">
            <GatewayTable gateways={profile.gateways} />
          </Block>
        </div>
      </div>
      <ExpectedBlock user={profile.user} />
      <Sessions sessions={sessions} flagged={flagged} />
      <Credits lines={profile.attribution} />
    </>
  );
}

function Head({ profile }: { readonly profile: Profile }): JSX.Element {
  const { zone } = usePreferences();
  const now = useNow();
  const learning = learningOf(profile, zone, now);
  return (
    <>
      <h1>
        <Untrusted text={profile.user} />
      </h1>
      <Sentence words={profileSentence(profile, zone, now)} class="lead" />
      <p class="facts">
        <Risk profile={profile} />
        <span class={learning.isOver ? 'tag ok' : 'tag learning'}>{learning.text}</span>
        {profile.kind === 'machine' ? <span class="tag">machine account</span> : null}
        <span>
          First seen <Time at={profile.firstSeen} />, last seen{' '}
          <Time at={profile.lastSeen} hasAge />
        </span>
        {profile.spellings.length > 1 ? (
          <span>
            Typed as{' '}
            {profile.spellings.map((spelling, at) => (
              <span key={spelling}>
                {at > 0 ? ', ' : ''}
                <Code text={spelling} />
              </span>
            ))}
          </span>
        ) : null}
        {(profile.looksLike ?? []).map((user) => (
          <span key={user}>
            Looks like{' '}
            <a href={userHref(user)}>
              <Untrusted text={user} />
            </a>
          </span>
        ))}
      </p>
    </>
  );
}

/** What stands open about the user, or that everything was decided. */
function Risk({ profile }: { readonly profile: Profile }): JSX.Element | null {
  const { user, detections } = profile;
  if (detections.length === 0) return null;
  const state = riskOf(detections);
  const query = new URLSearchParams({ user, status: 'any' });
  return (
    <a class={state === 'cleared' ? 'tag ok' : 'tag alert'} href={`/?${query}`}>
      {state === 'cleared' ? 'Cleared' : 'At risk'}
    </a>
  );
}

type SessionsProps = { readonly sessions: Pages<Activity>; readonly flagged: ReadonlySet<string> };

type WhenProps = SessionsProps & { readonly user: string; readonly range: Range };

function When({ user, sessions, flagged, range }: WhenProps): JSX.Element {
  return (
    <Block
      id="when"
      title="Timeline"
      note={<ExportButtons path={apiPaths.activities(user, rangeQuery(range))} name="activities" />}
    >
      <Show answer={sessions.answer}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="empty">No session began in this time. Choose a longer time above.</p>
          ) : (
            <>
              <Timeline activities={items} flagged={flagged} />
              {sessions.more ? <NotAll items={items} /> : null}
            </>
          )
        }
      </Show>
    </Block>
  );
}

/** What the timeline does not show yet, so that a gap is not read as silence. */
function NotAll({ items }: { readonly items: readonly Activity[] }): JSX.Element {
  const oldest = items.at(-1);
  return (
    <p class="note">
      Drawn are the newest {counted(items.length, 'session')}
      {oldest ? (
        <>
          , back to <Time at={oldest.startedAt} />
        </>
      ) : null}
      . There are older ones in this time: “Older sessions” below adds them.
    </p>
  );
}

/** Rows shown at first, and with each request for more. */
const rowsShown = 25;

function Sessions({ sessions, flagged }: SessionsProps): JSX.Element {
  const [count, setCount] = useState(rowsShown);
  return (
    <Block id="sessions" title="Sessions">
      <Show answer={sessions.answer}>
        {({ items }) => (
          <>
            <SessionsTable
              caption="Sessions, newest first"
              activities={items.slice(0, count)}
              flagged={flagged}
              empty="No session began in the time chosen above the timeline."
            />
            <More
              more={
                items.length > count
                  ? () => setCount(count + rowsShown)
                  : sessions.more &&
                    (() => {
                      setCount(count + rowsShown);
                      sessions.more?.();
                    })
              }
              isLoading={sessions.isLoadingMore}
              problem={sessions.moreProblem}
              label="Older sessions"
            />
          </>
        )}
      </Show>
    </Block>
  );
}
