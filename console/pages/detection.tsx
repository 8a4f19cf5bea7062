// One detection: the fact that cannot be, what is usual beside it, where and when on one screen
// with the decision; below, why in numbers, who else is concerned, what was said about it.

import type { JSX } from 'preact';
import { calmMs, useApi } from '../api/api.ts';
import { apiPaths, userHref } from '../api/paths.ts';
import type { Activity, Detection, Page, Profile, Reason } from '../api/types.ts';
import { otherEndOf, placesBeside, positionOf } from '../map/map-points.ts';
import type { MapArc, MapPoint } from '../map/map-types.ts';
import { WorldMap } from '../map/world-map.tsx';
import { Block, Credits, Show } from '../parts/answers.tsx';
import { Comments } from '../parts/comments.tsx';
import { Corrected } from '../parts/corrected.tsx';
import { Neighbours } from '../parts/neighbours.tsx';
import { AddressLink, NetworkLink } from '../parts/origin-links.tsx';
import { RawDetection } from '../parts/raw-detection.tsx';
import { ReasonBars } from '../parts/reason-bars.tsx';
import { ReasonText } from '../parts/reason-text.tsx';
import { RestsOn } from '../parts/rests-on.tsx';
import { SessionsTable } from '../parts/sessions-table.tsx';
import { Severity } from '../parts/severity.tsx';
import { StripRow } from '../parts/strip.tsx';
import { Time } from '../parts/time.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { Triage } from '../parts/triage.tsx';
import { caseStateText } from '../text/case-text.ts';
import { counted, grouped } from '../text/clock-text.ts';
import { endStateBrief } from '../text/end-states.ts';
import { headlineOf } from '../text/headline.ts';
import { detectionSentence } from '../text/sentences.ts';
import { silentText } from '../text/silent-text.ts';
import { Untrusted } from '../text/text.tsx';
import { useTitle } from '../text/title.ts';
import { Sentence } from '../text/words.tsx';
import { NextSteps } from './next-steps.tsx';
import { WhoElse } from './who-else.tsx';

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
            <a href="/?status=any">detections</a>.
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
  const flagged = new Set(detection.sessions);
  return (
    <div class="detection">
      <div class="detection-main">
        <Head detection={detection} activities={activities} />
        <Corrected detection={detection} />
        {known ? <StripRow detection={detection} profile={known} /> : null}
        <div class="both">
          <Ends detection={detection} activities={activities} profile={known} />
          <Block id="when" title="When">
            <Show answer={around}>
              {({ items }) => <Timeline activities={items} flagged={flagged} />}
            </Show>
          </Block>
        </div>
        <Block id="why" title="Why it is abnormal" note={<Score detection={detection} />}>
          <ReasonBars reasons={detection.reasons} hasNumbers />
          <Silent detection={detection} />
          <RestsOn detection={detection} />
        </Block>
        <WhoElse detection={detection} />
        <Comments id={detection.id} />
        <Block id="around" title="Sessions around it">
          <SessionsTable
            caption="Sessions within 26 hours, newest first"
            activities={activities}
            flagged={flagged}
            empty="None is known yet."
          />
        </Block>
        <Block id="details" title="Details">
          <Techniques detection={detection} />
          <RawDetection detection={detection} />
        </Block>
        <Credits lines={detection.attribution ?? []} />
      </div>
      <div class="decide">
        <Triage detection={detection} etag={etag} />
        <NextSteps
          detection={detection}
          activities={activities}
          links={known?.accountLinks ?? []}
        />
      </div>
    </div>
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
  const { severity, user, firstSeen, users = [user] } = detection;
  const own = activities.filter(({ id }) => detection.sessions.includes(id));
  return (
    <>
      <p class="eyebrow">
        <Severity severity={severity} />
        {users.length > 1 ? counted(users.length, 'account') : null}
        {users.map((one) => (
          <a key={one} href={userHref(one)}>
            <Untrusted text={one} />
          </a>
        ))}
        <Time at={firstSeen} hasAge />
        <Neighbours id={detection.id} />
      </p>
      <h1>
        <ReasonText text={headlineOf(detection)} />
      </h1>
      <Sentence words={detectionSentence(detection, own)} class="lead" />
      <Facts detection={detection} isOpen={own.some(({ state }) => state === 'open')} />
    </>
  );
}

/** What would have kept it silent. */
function Silent({ detection }: DetectionProps): JSX.Element | null {
  const text = silentText(detection.silentWithout);
  return text === undefined ? null : <p class="card-meta">{text}</p>;
}

function Facts({ detection, isOpen }: DetectionProps & { readonly isOpen: boolean }): JSX.Element {
  const { clientAddress, looksLike, sessionEnd } = detection;
  return (
    <p class="facts">
      {isOpen ? <span class="tag alert">Still connected</span> : null}
      <span class="tag">
        <Untrusted text={caseStateText(detection)} />
      </span>
      {sessionEnd ? (
        <span class={sessionEnd.state === 'came-back' ? 'tag alert' : 'tag'}>
          <Untrusted text={endStateBrief(sessionEnd.state)} />
        </span>
      ) : null}
      {looksLike ? (
        <span>
          Looks like{' '}
          <a href={userHref(looksLike)}>
            <Untrusted text={looksLike} />
          </a>
        </span>
      ) : null}
      {detection.isImported ? <span class="tag">From imported history</span> : null}
      {detection.isLate ? <span class="tag">Came late</span> : null}
      {detection.isLearning ? <span class="tag learning">Made while learning</span> : null}
      {clientAddress === undefined ? null : (
        <span>
          Client <AddressLink address={clientAddress} />
          {detection.network ? (
            <>
              {' of '}
              <NetworkLink network={detection.network} />
            </>
          ) : null}
        </span>
      )}
    </p>
  );
}

function Score({ detection }: DetectionProps): JSX.Element {
  return (
    <span>
      Score <strong>{detection.score}</strong> of 100
    </span>
  );
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
    <Block id="ends" title="Where">
      <WorldMap
        label={endsText(detection, other?.activity)}
        points={points}
        arcs={arcs}
        aspect={0.55}
      />
      <p class="note">
        Discs show how far each position may be off.
        {other && margin ? marginText(margin.numbers) : null}
      </p>
    </Block>
  );
}

/** What the distance beside the arc is of: the reason's own numbers, as its sentence says them. */
function marginText(numbers: Reason['numbers']): string {
  const [whole, off] = [numbers['distanceKm'] ?? 0, numbers['uncertaintyKm'] ?? 0];
  const taken = `${grouped(off)} km are taken off, for both discs and a margin`;
  return ` The distance is what remains of ${grouped(whole)} km: ${taken}.`;
}

function endsText({ place, user }: Detection, other: Activity | undefined): string {
  const from = other?.location ? `, and the session from ${other.location.label} beside it` : '';
  return `Map: ${user} from ${place.label}${from}`;
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
