// A user at a glance: who this is, what stands open, where they connect from, when, and under tabs
// each thing by itself. The timeline shows all of the time range; what it shows near, the table of
// sessions lists.

import type { JSX } from 'preact';
import { calmMs, type Pages, useApi, usePages } from '../api/api.ts';
import { apiPaths, userHref } from '../api/paths.ts';
import type { Activity, ListedDetection, Profile, Timeline } from '../api/types.ts';
import { Block, Credits, Show } from '../parts/answers.tsx';
import { DetectionList } from '../parts/detection-list.tsx';
import { ExportButtons } from '../parts/export.tsx';
import type { Span } from '../parts/lanes.ts';
import { OpenSessions } from '../parts/open-sessions.tsx';
import { usePreferences } from '../parts/preferences.ts';
import { setParameter } from '../parts/router.ts';
import { Time, useNow } from '../parts/time.tsx';
import { UserTimeline } from '../parts/user-timeline.tsx';
import { zoomOf, zoomText } from '../parts/zoom.ts';
import { type Range, rangeQuery, spanOfRange } from '../text/range.ts';
import { learningOf, profileSentence, riskOf } from '../text/sentences.ts';
import { Code, Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';
import { Sentence } from '../text/words.tsx';
import { ProfileMap } from './profile-places.tsx';
import { ProfileTabs } from './profile-tabs.tsx';

const pageLimit = '100';
/** More sessions than this are drawn by day. */
const drawnMax = 300;
const minuteMs = 60_000;

type PageProps = {
  readonly user: string;
  readonly range: Range;
  /** Parameters of the page's address: `zoom` and `tab`. */
  readonly query: URLSearchParams;
};

export function ProfilePage({ user, range, query }: PageProps): JSX.Element {
  useTitle(user);
  const answer = useApi<Profile>(apiPaths.user(user));
  return (
    <Show answer={answer} missing={<NoProfile user={user} />}>
      {(profile) => <Found profile={profile} range={range} query={query} />}
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
  readonly query: URLSearchParams;
};

/** What the time range holds of a user. */
function useRangeOf(user: string, range: Range, query: URLSearchParams) {
  // By the minute, so that what is drawn stands still between two draws.
  const now = Math.ceil(useNow() / minuteMs) * minuteMs;
  const whole = spanOfRange(range, now);
  const zoom = zoomOf(query.get('zoom'), whole);
  const asked = rangeQuery(range);
  const near = zoom ? { from: textOf(zoom.from), to: textOf(zoom.to) } : asked;
  const days = useApi<Timeline>(apiPaths.timeline(user, asked), calmMs);
  const sessions = usePages<Activity>((cursor) =>
    apiPaths.activities(user, { ...near, limit: pageLimit, cursor }),
  );
  const detections = usePages<ListedDetection>((cursor) =>
    apiPaths.detections({ user, ...asked, sort: 'time', order: 'desc', limit: pageLimit, cursor }),
  );
  return { whole, zoom, near, days, sessions, detections };
}

const textOf = (time: number): string => new Date(time).toISOString();

const itemsOf = <T,>({ answer }: Pages<T>): readonly T[] =>
  answer.kind === 'ok' ? answer.data.items : [];

function Found({ profile, range, query }: FoundProps): JSX.Element {
  const { user } = profile;
  const { whole, zoom, near, days, sessions, detections } = useRangeOf(user, range, query);
  const found = [...profile.detections, ...itemsOf(detections)];
  const flagged = new Set(found.flatMap((detection) => detection.sessions));
  const labels = new Map(profile.places.map(({ key, label }) => [key, label]));
  const loaded = sessions.more || sessions.isLoadingMore ? undefined : itemsOf(sessions);
  const isDrawn = sessions.answer.kind === 'ok' && loaded && loaded.length <= drawnMax;
  return (
    <>
      <Head profile={profile} />
      <div class="columns wide-left">
        <ProfileMap profile={profile} flagged={flagged} />
        <div>
          <OpenSessions user={user} sessions={profile.openSessions} flagged={flagged} />
          <Unresolved profile={profile} />
        </div>
      </div>
      <Block
        id="when"
        title="Timeline"
        note={<ExportButtons path={apiPaths.activities(user, near)} name="activities" />}
      >
        <Show answer={days}>
          {(timeline) =>
            timeline.sessions === 0 ? (
              <p class="empty">No session began in this time. Choose a longer time above.</p>
            ) : (
              <UserTimeline
                whole={whole}
                zoom={zoom}
                onZoom={setZoom}
                days={timeline}
                sessions={isDrawn ? loaded : undefined}
                flagged={flagged}
                detections={itemsOf(detections)}
                labelOf={(place) => labels.get(place) ?? placeName(place)}
              />
            )
          }
        </Show>
      </Block>
      <ProfileTabs
        chosen={query.get('tab') ?? 'sessions'}
        profile={profile}
        sessions={sessions}
        detections={detections}
        flagged={flagged}
        isZoomed={zoom !== undefined}
      />
      <Credits lines={profile.attribution} />
    </>
  );
}

/** Detections shown beside the map; the tab has them all. */
const unresolvedShown = 2;

function Unresolved({ profile }: { readonly profile: Profile }): JSX.Element | null {
  const isOpen = ({ status }: Profile['detections'][number]): boolean =>
    status === 'new' || status === 'in-progress';
  const unresolved = profile.detections.filter(isOpen);
  if (unresolved.length === 0) return null;
  return (
    <Block id="unresolved" title="Newest unresolved" class="plain">
      <DetectionList detections={unresolved.slice(0, unresolvedShown)} hasUser={false} />
    </Block>
  );
}

const setZoom = (zoom: Span | undefined): void => setParameter('zoom', zoomText(zoom));

/** `FR/Île-de-France/Paris` as `Paris, FR`: of a place that the profile holds no more. */
function placeName(key: string): string {
  const [country = '', region, city] = key.split('/');
  const place = city || region;
  return place ? `${place}, ${country}` : country;
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
          First connected <Time at={profile.firstSeen} />, last connected{' '}
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
