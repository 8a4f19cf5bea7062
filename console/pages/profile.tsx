// A user's profile: in one look, who this is, where they connect from, and what is odd.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Block, Credits, More, Show } from '../answers.tsx';
import { type Pages, useApi, usePages } from '../api.ts';
import type { Activity, Profile } from '../api-types.ts';
import { counted } from '../clock-text.ts';
import { DetectionList } from '../detection-list.tsx';
import { Heatmap } from '../heatmap.tsx';
import { overlappingPlaces } from '../lanes.ts';
import { pointsOfPlaces, travels } from '../map-points.ts';
import { apiPaths } from '../paths.ts';
import { usePreferences } from '../preferences.ts';
import {
  AddressTable,
  DeviceTable,
  GatewayTable,
  NetworkTable,
  PlaceTable,
} from '../profile-tables.tsx';
import { RangeChoice, rangeOf } from '../range-choice.tsx';
import { learningOf, profileSentence } from '../sentences.ts';
import { SessionsTable } from '../sessions-table.tsx';
import { Code, Untrusted } from '../text.tsx';
import { Time, useNow } from '../time.tsx';
import { Timeline } from '../timeline.tsx';
import { useTitle } from '../title.ts';
import { Sentence } from '../words.tsx';
import { WorldMap } from '../world-map.tsx';

const pageLimit = '100';

type PageProps = { readonly user: string; readonly range: string };

export function ProfilePage({ user, range }: PageProps): JSX.Element {
  useTitle(user);
  const answer = useApi<Profile>(apiPaths.user(user));
  const from = rangeOf(range);
  const sessions = usePages<Activity>((cursor) =>
    apiPaths.activities(user, { from, limit: pageLimit, cursor }),
  );
  return (
    <Show answer={answer} missing={<NoProfile user={user} />}>
      {(profile) => <Found profile={profile} range={from} sessions={sessions} />}
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
  readonly range: string;
  readonly sessions: Pages<Activity>;
};

function Found({ profile, range, sessions }: FoundProps): JSX.Element {
  const loaded = sessions.answer.kind === 'ok' ? sessions.answer.data.items : profile.activities;
  const odd = new Set(profile.detections.flatMap((detection) => detection.sessions));
  const usual = profile.places.find(({ lon }) => lon !== undefined);
  return (
    <>
      <Head profile={profile} />
      {profile.detections.length > 0 ? (
        <Block id="detections" title="Detections" class="plain">
          <DetectionList detections={profile.detections} hasUser={false} />
        </Block>
      ) : null}
      <OpenSessions sessions={profile.openSessions} odd={odd} />
      <Places profile={profile} activities={loaded} odd={odd} />
      <Sessions sessions={sessions} range={range} odd={odd} />
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
          <Block id="devices" title="Computers">
            <DeviceTable devices={profile.devices} />
          </Block>
          <Block id="gateways" title="Gateways">
            <GatewayTable gateways={profile.gateways} />
          </Block>
        </div>
      </div>
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
      </p>
    </>
  );
}

type SessionListProps = {
  readonly sessions: readonly Activity[];
  readonly odd: ReadonlySet<string>;
};

function OpenSessions({ sessions, odd }: SessionListProps): JSX.Element | null {
  const now = useNow();
  if (sessions.length === 0) return null;
  const both = overlappingPlaces(sessions, now);
  const note =
    both.length > 1 ? <strong class="warn">{both.length} places at once</strong> : undefined;
  return (
    <Block id="open" title="Open now" note={note}>
      <SessionsTable caption="Open sessions" activities={sessions} odd={odd} empty="" />
    </Block>
  );
}

type PlacesProps = {
  readonly profile: Profile;
  readonly activities: readonly Activity[];
  readonly odd: ReadonlySet<string>;
};

function Places({ profile, activities, odd }: PlacesProps): JSX.Element {
  const [pointed, setPointed] = useState<string>();
  const { places, detections } = profile;
  const oddKeys = new Set(detections.map(({ place }) => place.key));
  const top = places.slice(0, 3).map(({ label }) => label);
  return (
    <Block id="places" title="Places" note={counted(places.length, 'place')}>
      <div class="columns wide-left map-and-table">
        <WorldMap
          label={`Map of places: ${top.join(', ')}; the table has them all`}
          points={pointsOfPlaces(places, oddKeys)}
          arcs={travels(activities, odd)}
          pointed={pointed}
          aspect={0.56}
        />
        <PlaceTable places={places} oddKeys={oddKeys} onPoint={(place) => setPointed(place?.key)} />
      </div>
    </Block>
  );
}

type SessionsProps = {
  readonly sessions: Pages<Activity>;
  readonly range: string;
  readonly odd: ReadonlySet<string>;
};

function Sessions({ sessions, range, odd }: SessionsProps): JSX.Element {
  return (
    <Block id="sessions" title="Sessions" note={<RangeChoice range={range} />}>
      <Show answer={sessions.answer}>
        {({ items }) => (
          <>
            <Timeline activities={items} odd={odd} />
            <SessionsTable
              caption="Sessions, newest first"
              activities={items}
              odd={odd}
              empty="No session began in this time. Choose a longer time."
            />
            <More more={sessions.more} isLoading={sessions.isLoadingMore} label="Older sessions" />
          </>
        )}
      </Show>
    </Block>
  );
}
