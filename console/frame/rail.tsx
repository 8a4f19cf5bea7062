// The rail of sections, with what waits in each: new detections, open sessions, relays in trouble.

import type { JSX } from 'preact';
import { calmMs, useApi } from '../api/api.ts';
import { apiPaths } from '../api/paths.ts';
import type { Relays, Summary } from '../api/types.ts';
import { grouped } from '../text/clock-text.ts';
import { useTitleCount } from '../text/title.ts';
import { sections } from './sections.ts';

/** A place, seen from afar. */
const brandMark =
  'M12 2a7.5 7.5 0 0 0-7.5 7.5C4.5 15 12 22 12 22s7.5-7 7.5-12.5A7.5 7.5 0 0 0 12 2z';

type RailProps = {
  readonly section: string;
  /** Asks nothing: nobody is signed in yet. */
  readonly isQuiet: boolean;
};

export function Rail({ section, isQuiet }: RailProps): JSX.Element {
  const badges = useBadges(isQuiet);
  return (
    <nav class="rail" aria-label="Sections">
      <a class="brand" href="/">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d={brandMark} />
          <circle cx="12" cy="9.5" r="2.8" />
        </svg>
        Wherefrom
      </a>
      <div class="rail-links">
        {sections.map(({ key, href, title, mark }) => (
          <a key={key} href={href} aria-current={key === section ? 'page' : undefined}>
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d={mark.join('')} fill-rule="evenodd" />
            </svg>
            {title}
            <BadgeOf badge={badges[key]} />
          </a>
        ))}
      </div>
    </nav>
  );
}

type Badge = {
  readonly text: string;
  /** What is counted, for who hears it. */
  readonly meaning: string;
  readonly tone?: string;
};

function BadgeOf({ badge }: { readonly badge: Badge | undefined }): JSX.Element | null {
  if (!badge) return null;
  return (
    <span class={`badge ${badge.tone ?? ''}`} title={`${badge.text} ${badge.meaning}`}>
      {badge.text}
      <span class="unseen"> {badge.meaning}</span>
    </span>
  );
}

/** Nothing is said of what could not be read. */
function useBadges(isQuiet: boolean): Readonly<Record<string, Badge>> {
  const summary = useApi<Summary>(isQuiet ? undefined : apiPaths.summary, calmMs);
  const relays = useApi<Relays>(isQuiet ? undefined : apiPaths.relays, calmMs);
  const known = summary.kind === 'ok' ? summary.data : undefined;
  const fresh = known && countText(known.detectionsNew, known.isDetectionsComplete);
  useTitleCount(known && known.detectionsNew > 0 ? (fresh ?? '') : '');
  const enrolled = relays.kind === 'ok' ? relays.data.items : [];
  const ill = enrolled.filter(({ state, isHealthy }) => state === 'enrolled' && !isHealthy);
  return {
    ...(known && fresh && known.detectionsNew > 0
      ? { queue: { text: fresh, meaning: 'detections nobody has looked at' } }
      : {}),
    ...(known && known.live.openSessions > 0
      ? {
          live: {
            text: countText(known.live.openSessions, known.live.isComplete),
            meaning: 'open sessions',
          },
        }
      : {}),
    ...(ill.length > 0
      ? { relays: { text: String(ill.length), meaning: 'not healthy', tone: 'alert' } }
      : {}),
  };
}

/** `12`; `1,000+` where there may be more. */
const countText = (count: number, isComplete: boolean): string =>
  `${grouped(count)}${isComplete ? '' : '+'}`;
