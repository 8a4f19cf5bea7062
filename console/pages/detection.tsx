// One detection: what happened, why it is abnormal in numbers, which other users are concerned,
// what to do next.

import type { JSX } from 'preact';
import { calmMs, useApi } from '../api/api.ts';
import { apiPaths, userHref } from '../api/paths.ts';
import type { Activity, Detection, Page, Profile } from '../api/types.ts';
import { otherEndOf, placesBeside, positionOf } from '../map/map-points.ts';
import type { MapArc, MapPoint } from '../map/map-types.ts';
import { WorldMap } from '../map/world-map.tsx';
import { Block, Credits, Show } from '../parts/answers.tsx';
import { EndedSessions, EndSession, useSessionEnds } from '../parts/end-session.tsx';
import { RawDetection } from '../parts/raw-detection.tsx';
import { ReasonTable } from '../parts/reason-table.tsx';
import { SessionsTable } from '../parts/sessions-table.tsx';
import { Severity } from '../parts/severity.tsx';
import { Time } from '../parts/time.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { Triage } from '../parts/triage.tsx';
import { grouped } from '../text/clock-text.ts';
import { detectionSentence } from '../text/sentences.ts';
import { Code, Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';
import { Sentence } from '../text/words.tsx';
import { Beside, Others } from './beside.tsx';

const hourMs = 3_600_000;
/** Sessions this long before and after a detection are shown beside it. */
const aroundMs = 26 * hourMs;

export function DetectionPage({ id }: { readonly id: string }): JSX.Element {
  useTitle('Detection');
  const answer = useApi<Detection>(apiPaths.detection(id));
  return (
    <Show
      answer={answer}
      missing={
        <>
          <h1>No such detection</h1>
          <p>
            None has this id, or it is older than what is kept. See all{' '}
            <a href="/detections">detections</a>.
          </p>
        </>
      }
    >
      {(detection) => (
        <Found detection={detection} etag={answer.kind === 'ok' ? answer.etag : ''} />
      )}
    </Show>
  );
}

type FoundProps = { readonly detection: Detection; readonly etag: string };

function Found({ detection, etag }: FoundProps): JSX.Element {
  const { user, place } = detection;
  useTitle(`${detection.severity}: ${user} from ${place.label}`);
  const profile = useApi<Profile>(apiPaths.user(user), calmMs);
  const around = useApi<Page<Activity>>(apiPaths.activities(user, rangeAround(detection)), calmMs);
  const activities = around.kind === 'ok' ? around.data.items : [];
  const known = profile.kind === 'ok' ? profile.data : undefined;
  return (
    <>
      <Head detection={detection} activities={activities} />
      <Block id="why" title="Why it is abnormal" note={<Score detection={detection} />}>
        <ReasonTable reasons={detection.reasons} />
      </Block>
      <div class="columns wide-left">
        <Ends detection={detection} activities={activities} profile={known} />
        <NextSteps detection={detection} activities={activities} />
      </div>
      <Triage detection={detection} etag={etag} />
      <Around detection={detection} activities={activities} />
      <div class="columns">
        <Beside detection={detection} profile={known} />
        <Others detection={detection} />
      </div>
      <Block id="details" title="Details">
        <Techniques detection={detection} />
        <RawDetection detection={detection} />
      </Block>
      <Credits lines={detection.attribution ?? []} />
    </>
  );
}

function rangeAround({ firstSeen, lastSeen }: Detection): Record<string, string> {
  const from = new Date(Date.parse(firstSeen) - aroundMs).toISOString();
  const to = new Date(Date.parse(lastSeen) + aroundMs).toISOString();
  return { from, to, limit: '100' };
}

type DetectionProps = { readonly detection: Detection };
type WithActivities = DetectionProps & { readonly activities: readonly Activity[] };
type WithProfile = DetectionProps & { readonly profile: Profile | undefined };

function Head({ detection, activities }: WithActivities): JSX.Element {
  const { severity, title, user, place, firstSeen, status, classification } = detection;
  const { clientAddress, isLearning } = detection;
  const own = ownSessions(detection, activities);
  const open = own.filter(({ state }) => state === 'open');
  const people = detection.users?.length ?? 1;
  const isBurst = people > 1;
  return (
    <>
      <p class="eyebrow">
        <Severity severity={severity} />
        <Untrusted text={title} />
        <Time at={firstSeen} hasAge />
      </p>
      <h1>
        {isBurst ? `${people} people` : <Untrusted text={user} />} from{' '}
        <Untrusted text={place.label} />
      </h1>
      <Sentence words={detectionSentence(detection, own)} class="lead" />
      <p class="facts">
        {open.length > 0 ? <span class="tag alert">Still connected</span> : null}
        <span class="tag">
          <Untrusted text={classification ? `${status}, ${classification}` : status} />
        </span>
        {detection.looksLike ? (
          <span>
            Looks like{' '}
            <a href={userHref(detection.looksLike)}>
              <Untrusted text={detection.looksLike} />
            </a>
          </span>
        ) : null}
        {detection.isImported ? <span class="tag">From imported history</span> : null}
        {detection.isLate ? <span class="tag">Came late</span> : null}
        {isLearning ? <span class="tag learning">Made while learning</span> : null}
        {clientAddress === undefined ? null : (
          <span>
            Client <Code text={clientAddress} />
          </span>
        )}
        {(detection.users ?? [user]).map((one) => (
          <a key={one} href={userHref(one)}>
            Profile of <Untrusted text={one} />
          </a>
        ))}
      </p>
    </>
  );
}

function Score({ detection }: DetectionProps): JSX.Element {
  return (
    <span>
      Score <strong>{detection.score}</strong> of 100
    </span>
  );
}

function ownSessions({ sessions }: Detection, activities: readonly Activity[]): Activity[] {
  return activities.filter(({ id }) => sessions.includes(id));
}

function Ends({
  detection,
  activities,
  profile,
}: WithActivities & WithProfile): JSX.Element | null {
  const here = positionOf(detection.place);
  if (!here) return null;
  const other = otherEndOf(detection, activities);
  const { key, label, radiusKm = 0 } = detection.place;
  const usual = placesBeside(profile?.places ?? [], other?.activity).filter(
    (point) => point.key !== key,
  );
  const points: MapPoint[] = [
    ...usual,
    { ...here, key, label, radiusKm, share: 0.6, tone: 'alert' },
  ];
  const margin = detection.reasons.find(({ numbers }) => numbers['effectiveKm'] !== undefined);
  const distance = margin?.numbers['effectiveKm'];
  const arcs: MapArc[] = other
    ? [
        {
          from: other.at,
          to: here,
          tone: 'alert',
          ...(distance === undefined ? {} : { label: `${grouped(distance)} km at least` }),
        },
      ]
    : [];
  return (
    <Block id="ends" title="Both ends">
      <WorldMap label={endsText(detection, other?.activity)} points={points} arcs={arcs} />
      <p class="note">
        Discs show how far each position may be off; the distance is what remains after both are
        taken off.
      </p>
    </Block>
  );
}

function endsText({ place, user }: Detection, other: Activity | undefined): string {
  const from = other?.location ? `, and the session from ${other.location.label} beside it` : '';
  return `Map: ${user} from ${place.label}${from}`;
}

function NextSteps({ detection, activities }: WithActivities): JSX.Element {
  const own = ownSessions(detection, activities);
  const open = own.filter(({ state }) => state === 'open');
  const isOpen = open.length > 0;
  const orders = useSessionEnds(detection.users ? undefined : detection.user);
  const sessions = new Set(own.map(({ id }) => id));
  const given = orders.filter(
    (order) => order.detection === detection.id || sessions.has(order.session),
  );
  return (
    <Block id="next" title="What to do next">
      <ol class="steps">
        <li>
          Ask <Untrusted text={detection.user} /> by telephone or in person, not through the
          account: were you in <Untrusted text={detection.place.label} />?
        </li>
        <li>
          If not: {isOpen ? 'end the open session' : 'make sure no session is open'} on{' '}
          <Untrusted text={detection.gateway} />, lock the account, reset its password and revoke
          its tokens. The account first: a session that is ended comes back by its password.
          {detection.users
            ? null
            : open.map(({ id }) => (
                <EndSession
                  key={id}
                  user={detection.user}
                  session={id}
                  detection={detection.id}
                  orders={orders}
                />
              ))}
          <EndedSessions orders={given} open={open.map(({ id }) => id)} />
        </li>
        <li>
          Look at what{' '}
          {detection.clientAddress === undefined ? null : (
            <>
              <Code text={detection.clientAddress} /> and{' '}
            </>
          )}
          the VPN addresses of the session reached inside, since <Time at={detection.firstSeen} />.
        </li>
        <li>Look at who else came from there: below, under “Others from this area”.</li>
      </ol>
    </Block>
  );
}

function Around({ detection, activities }: WithActivities): JSX.Element | null {
  if (activities.length === 0) return null;
  const flagged = new Set(detection.sessions);
  return (
    <Block id="around" title="Sessions around it">
      <Timeline activities={activities} flagged={flagged} />
      <SessionsTable
        caption="Sessions within 26 hours, newest first"
        activities={activities}
        flagged={flagged}
        empty=""
      />
    </Block>
  );
}

function Techniques({ detection }: DetectionProps): JSX.Element {
  return (
    <p class="facts">
      <span>MITRE ATT&amp;CK</span>
      {detection.techniques.map(({ id, name }) => (
        <a
          key={id}
          rel="noreferrer"
          href={`https://attack.mitre.org/techniques/${id.replace('.', '/')}/`}
        >
          {id} {name}
        </a>
      ))}
    </p>
  );
}
