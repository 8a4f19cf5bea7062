// Who to look at first of those connected: users at two places at once, and detections of the last
// day from a country that is new to the user.

import type { JSX } from 'preact';
import { calmMs, useApi } from '../api/api.ts';
import { apiPaths, detectionHref, userHref } from '../api/paths.ts';
import type { ListedDetection, OpenSession, OpenSessionPage, Page } from '../api/types.ts';
import { Block, Show } from '../parts/answers.tsx';
import { Time } from '../parts/time.tsx';
import { grouped } from '../text/clock-text.ts';
import { isNewCountry } from '../text/headline.ts';
import { Untrusted } from '../text/text.tsx';

const shown = 6;
/** Asked for: more are said to be there, not looked at. */
const lookedAt = 50;

export function LiveFirst(): JSX.Element {
  const apart = useApi<OpenSessionPage>(
    apiPaths.openSessions({ order: 'two-places', limit: `${lookedAt}` }),
    calmMs,
  );
  const fresh = useApi<Page<ListedDetection>>(
    apiPaths.detections({
      from: 'P1D',
      status: ['new', 'in-progress'],
      sort: 'score',
      limit: `${lookedAt}`,
    }),
    calmMs,
  );
  return (
    <div class="columns">
      <Block id="apart" title="Two places at once" class="plain">
        <Show answer={apart}>{(page) => <Apart page={page} />}</Show>
      </Block>
      <Block id="first-time" title="First time in a country, last 24 hours" class="plain">
        <Show answer={fresh}>
          {({ items, next }) => (
            <FirstTime detections={items.filter(isNewCountry)} isWhole={next === undefined} />
          )}
        </Show>
      </Block>
    </div>
  );
}

function Apart({ page }: { readonly page: OpenSessionPage }): JSX.Element {
  const { items, next, isTotalComplete } = page;
  const users = new Map<string, OpenSession[]>();
  for (const one of items) users.set(one.user, [...(users.get(one.user) ?? []), one]);
  if (users.size === 0) {
    const whose = isTotalComplete ? '' : ' of those who are listed';
    return <p class="empty">Nobody{whose} is at two places at once.</p>;
  }
  return (
    <>
      <ul class="detections">
        {[...users].slice(0, shown).map(([user, own]) => (
          <li key={user} class="card opens tone-high">
            <p class="card-head">
              <a class="row-link" href={userHref(user)}>
                <Untrusted text={user} />
              </a>
              <span class="card-time">{grouped(own[0]?.apartKm ?? 0)} km apart</span>
            </p>
            <p class="card-meta">
              <Untrusted
                text={[...new Set(own.map(({ location }) => location?.label ?? 'unknown'))].join(
                  ' and ',
                )}
              />
            </p>
          </li>
        ))}
      </ul>
      {users.size > shown || next !== undefined ? (
        <p class="note">
          The farthest apart; <a href="/live?order=two-places">all of them</a> are listed below.
        </p>
      ) : null}
    </>
  );
}

type FirstProps = {
  readonly detections: readonly ListedDetection[];
  /** False: only the highest scores of the day were looked at. */
  readonly isWhole: boolean;
};

function FirstTime({ detections, isWhole }: FirstProps): JSX.Element {
  const looked = isWhole ? '' : ` of the ${lookedAt} with the highest scores`;
  if (detections.length === 0) {
    return <p class="empty">No unresolved detection{looked} is from a country new to its user.</p>;
  }
  return (
    <>
      <ul class="detections">
        {detections.slice(0, shown).map(({ id, user, severity, place, firstSeen, gateway }) => (
          <li key={id} class={`card opens tone-${severity}`}>
            <p class="card-head">
              <a class="row-link" href={detectionHref(id)}>
                <Untrusted text={user} /> from <Untrusted text={place.label} />
              </a>
              <span class="card-time">
                <Time at={firstSeen} hasAge />
              </span>
            </p>
            <p class="card-meta">
              {severity}, through <Untrusted text={gateway} />
            </p>
          </li>
        ))}
      </ul>
      {detections.length > shown || !isWhole ? (
        <p class="note">
          {detections.length > shown ? `${shown} of ${detections.length}` : 'Those'}
          {looked}; the <a href="/">queue</a> has all.
        </p>
      ) : null}
    </>
  );
}
