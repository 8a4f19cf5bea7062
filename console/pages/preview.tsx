// The marked detection beside the queue: enough to decide without opening it.

import type { JSX } from 'preact';
import { calmMs, useApi } from '../api/api.ts';
import { apiPaths, detectionHref, userHref } from '../api/paths.ts';
import type { ListedDetection, Me, Profile } from '../api/types.ts';
import { placesBeside, positionOf } from '../map/map-points.ts';
import { WorldMap } from '../map/world-map.tsx';
import { ownerText } from '../parts/me.ts';
import { ReasonBars } from '../parts/reason-bars.tsx';
import { ReasonText } from '../parts/reason-text.tsx';
import { Severity } from '../parts/severity.tsx';
import { Strip } from '../parts/strip.tsx';
import { Time } from '../parts/time.tsx';
import { headlineOf } from '../text/headline.ts';
import { Code, Untrusted } from '../text/text.tsx';
import { stateText, whoText } from './queue-columns.tsx';

type PreviewProps = { readonly detection: ListedDetection; readonly me: Me | undefined };

export function Preview({ detection, me }: PreviewProps): JSX.Element {
  const { id, user, severity, score, firstSeen, clientAddress, place, owner } = detection;
  const profile = useApi<Profile>(apiPaths.user(user), calmMs);
  const known = profile.kind === 'ok' ? profile.data : undefined;
  const here = positionOf(place);
  const points = here
    ? [
        ...placesBeside(known?.places ?? [], undefined).filter(({ key }) => key !== place.key),
        {
          ...here,
          key: place.key,
          label: place.label,
          radiusKm: place.radiusKm ?? 0,
          share: 0.6,
          tone: 'alert' as const,
        },
      ]
    : [];
  return (
    <aside class="preview" aria-label="The marked detection">
      <p class="eyebrow">
        <Severity severity={severity} />
        <span>score {score}</span>
        <Time at={firstSeen} hasAge />
      </p>
      <h2>
        <Untrusted text={whoText(detection)} />
      </h2>
      <p class="headline">
        <ReasonText text={headlineOf(detection)} />.
      </p>
      <p class="facts">
        <span class="tag">
          <Untrusted text={stateText(detection)} />
        </span>
        {owner === undefined ? null : (
          <span>
            of <Untrusted text={ownerText(owner, me)} />
          </span>
        )}
        {clientAddress === undefined ? null : <Code text={clientAddress} />}
      </p>
      {points.length > 0 ? (
        <WorldMap label={`Map: ${user} from ${place.label}, beside usual places`} points={points} />
      ) : null}
      {known ? <Strip detection={detection} profile={known} /> : null}
      <ReasonBars reasons={detection.reasons} />
      <p class="actions">
        <a href={detectionHref(id)}>Open the detection</a>
        <a href={userHref(user)}>Open the user</a>
      </p>
    </aside>
  );
}
