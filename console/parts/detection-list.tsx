// A list of detections: severity, user, place, and the heaviest reason. A click on a row opens it.

import type { JSX } from 'preact';
import { detectionHref } from '../api/paths.ts';
import type { Detection } from '../api/types.ts';
import { caseStateText } from '../text/case-text.ts';
import { Untrusted } from '../text/text.tsx';
import { ReasonText } from './reason-text.tsx';
import { Severity, toneOf } from './severity.tsx';
import { Time } from './time.tsx';

type ListProps = {
  readonly detections: readonly Detection[];
  /** On a user's own page the name says nothing new. */
  readonly hasUser?: boolean;
};

export function DetectionList({ detections, hasUser = true }: ListProps): JSX.Element {
  return (
    <ul class="detections">
      {detections.map((detection) => (
        <li key={detection.id} class={`card opens ${toneOf(detection.severity)}`}>
          <div class="card-head">
            <Severity severity={detection.severity} />
            <a class="row-link" href={detectionHref(detection.id)}>
              {hasUser ? (
                <>
                  {detection.users && detection.users.length > 1 ? (
                    `${detection.users.length} people`
                  ) : (
                    <Untrusted text={detection.user} />
                  )}{' '}
                  from{' '}
                </>
              ) : (
                'From '
              )}
              <Untrusted text={detection.place.label} />
            </a>
            <span class="card-time">
              <Time at={detection.firstSeen} hasAge />
            </span>
          </div>
          <p>
            <ReasonText text={detection.reasons[0]?.text ?? detection.message} />.
          </p>
          <p class="card-meta">
            Score {detection.score} of 100
            {detection.network ? (
              <>
                {' · '}
                <Untrusted text={detection.network.organization} />
              </>
            ) : null}
            {detection.status === 'new' ? null : (
              <>
                {' · '}
                <Untrusted text={caseStateText(detection)} />
              </>
            )}
            {detection.isLearning ? ' · made while the profile was being learned' : null}
          </p>
        </li>
      ))}
    </ul>
  );
}
