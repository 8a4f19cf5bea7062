// What people did about a user: decisions, ended sessions, what was said to be expected. The trail
// of who did what, which takes the role admin, is a link.

import type { JSX } from 'preact';
import { calmMs, type Pages, useApi } from '../api/api.ts';
import { apiPaths, auditHref, detectionHref } from '../api/paths.ts';
import type { ExpectedList, ListedDetection, Profile } from '../api/types.ts';
import { Show } from '../parts/answers.tsx';
import { useSessionEnds } from '../parts/end-session.tsx';
import { EraseUser } from '../parts/erase-user.tsx';
import { ownerText, refusalOf, useMe } from '../parts/me.ts';
import { Time } from '../parts/time.tsx';
import { Untrusted } from '../text/text.tsx';
import { type HistoryLine, historyOf } from '../text/user-history.ts';

type HistoryProps = {
  readonly profile: Profile;
  readonly detections: Pages<ListedDetection>;
};

export function UserHistory({ profile, detections }: HistoryProps): JSX.Element {
  const { user } = profile;
  const me = useMe();
  const orders = useSessionEnds(user);
  const expected = useApi<ExpectedList>(apiPaths.expected(user), calmMs);
  const refusal = refusalOf(me, 'read-audit');
  return (
    <>
      <Show answer={detections.answer}>
        {({ items }) => (
          <Show answer={expected}>
            {(stated) => (
              <Lines
                lines={historyOf(together(profile, items), orders, stated.items)}
                nameOf={(by) => ownerText(by, me)}
                isWhole={detections.more === undefined}
              />
            )}
          </Show>
        )}
      </Show>
      {detections.more === undefined ? null : (
        <p class="note">
          Of detections, decisions about the newest are listed; “Older detections” under Detections
          adds those about older ones.
        </p>
      )}
      <p class="note">
        {refusal === undefined ? (
          <>
            Every change of anything about this user is in <a href={auditHref(user)}>the audit</a>.
          </>
        ) : (
          <>The audit has every change of anything. {refusal}</>
        )}
      </p>
      <EraseUser user={user} refusal={refusalOf(me, 'erase-users')} />
    </>
  );
}

/** The newest with the profile, and those of the time range, each once. */
function together(
  profile: Profile,
  listed: readonly ListedDetection[],
): readonly (Profile['detections'][number] | ListedDetection)[] {
  const known = new Set(listed.map(({ id }) => id));
  return [...listed, ...profile.detections.filter(({ id }) => !known.has(id))];
}

type LinesProps = {
  readonly lines: readonly HistoryLine[];
  readonly nameOf: (by: string) => string;
  /** False: the time range has detections that are not loaded. */
  readonly isWhole: boolean;
};

function Lines({ lines, nameOf, isWhole }: LinesProps): JSX.Element {
  if (lines.length === 0) {
    const about = isWhole ? 'this user' : 'the newest detections of this user';
    return <p class="empty">Nobody has decided anything about {about} in this time.</p>;
  }
  return (
    <ul class="history">
      {lines.map(({ key, at, by, text, quoted, detection }) => (
        <li key={key}>
          <Time at={at} hasAge />{' '}
          <strong>
            <Untrusted text={nameOf(by)} />
          </strong>
          {': '}
          {detection === undefined ? (
            <Untrusted text={text} />
          ) : (
            <a href={detectionHref(detection)}>
              <Untrusted text={text} />
            </a>
          )}
          {quoted ? (
            <p class="quoted">
              <Untrusted text={quoted} />
            </p>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
