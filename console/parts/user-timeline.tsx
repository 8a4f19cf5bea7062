// All sessions of one user in the time range: each of them where they are few enough to be loaded,
// else by day, with the detections above. What is shown near is what the table below lists.

import type { JSX } from 'preact';
import { detectionHref } from '../api/paths.ts';
import type { Activity, Timeline as Days, Detection } from '../api/types.ts';
import { counted, grouped, timeText } from '../text/clock-text.ts';
import { printable } from '../text/printable.ts';
import { dayLanesOf, daysWithin, type Mark, marksOf } from './day-lanes.ts';
import { DayLanesView } from './day-lanes-view.tsx';
import type { Span } from './lanes.ts';
import { usePreferences } from './preferences.ts';
import { SeverityShape, toneOf } from './severity.tsx';
import { useNow } from './time.tsx';
import { Timeline } from './timeline.tsx';
import { useWidth } from './use-width.ts';
import { zoomMsMin, zoomTo } from './zoom.ts';
import { ZoomSurface } from './zoom-surface.tsx';

type TimelineProps = {
  readonly whole: Span;
  readonly zoom: Span | undefined;
  readonly onZoom: (zoom: Span | undefined) => void;
  readonly days: Days;
  /** All sessions of what is shown; undefined: they are not all loaded. */
  readonly sessions: readonly Activity[] | undefined;
  readonly flagged: ReadonlySet<string>;
  readonly detections: readonly Detection[];
  readonly labelOf: (place: string) => string;
};

export function UserTimeline(props: TimelineProps): JSX.Element {
  const { whole, zoom, onZoom, days, sessions, flagged, detections, labelOf } = props;
  const [element, width] = useWidth();
  const { zone } = usePreferences();
  const now = useNow();
  const span = zoom ?? whole;
  const flaggedPlaces = new Set(detections.map(({ place }) => place.key));
  return (
    <ZoomSurface
      label="Timeline"
      whole={whole}
      zoom={zoom}
      onZoom={onZoom}
      note={
        <>
          {timeText(span.from, zone, now)} to{' '}
          {span.to >= now ? 'now' : timeText(span.to, zone, now)}: {amountOf(days, span, sessions)}
        </>
      }
    >
      <div ref={element}>
        {width === 0 ? null : (
          <>
            <Marks
              detections={detections}
              span={span}
              whole={whole}
              onZoom={onZoom}
              width={width}
            />
            {sessions ? (
              <Timeline activities={sessions} flagged={flagged} span={span} />
            ) : (
              <div class="timeline">
                <DayLanesView
                  lanes={dayLanesOf(days.days, span, labelOf)}
                  span={span}
                  width={width}
                  zone={zone}
                  now={now}
                  flagged={flaggedPlaces}
                />
                <p class="legend">
                  {flaggedPlaces.size > 0 ? (
                    <span class="alert">a place of a detection</span>
                  ) : null}
                  <span class="usual">sessions by day (UTC); draw over a part to see each</span>
                </p>
              </div>
            )}
          </>
        )}
      </div>
    </ZoomSurface>
  );
}

function amountOf(days: Days, span: Span, sessions: readonly Activity[] | undefined): string {
  if (sessions) return counted(sessions.length, 'session');
  const shown = daysWithin(days.days, span);
  const count = shown.reduce((sum, day) => sum + day.sessions, 0);
  const amount = `${counted(count, 'session')} on ${counted(shown.length, 'day')}`;
  return days.isComplete ? amount : `at least ${amount}`;
}

/** Marks are not nearer to each other than a finger is wide. */
const markGapPx = 30;

type MarksProps = {
  readonly detections: readonly Detection[];
  readonly span: Span;
  readonly whole: Span;
  readonly onZoom: (zoom: Span | undefined) => void;
  readonly width: number;
};

/** Detections above the sessions. */
function Marks({ detections, span, whole, onZoom, width }: MarksProps): JSX.Element | null {
  const marks = marksOf(detections, timeOf, span, markGapPx / Math.max(1, width));
  if (marks.length === 0) return null;
  const count = marks.reduce((sum, { items }) => sum + items.length, 0);
  const isNearest = span.to - span.from <= 2 * zoomMsMin;
  return (
    <ul class="marks" aria-label={`${counted(count, 'detection')} in this time`}>
      {marks.map((mark) => (
        <li
          key={mark.items[0]?.id}
          style={{ left: `${mark.at * 100}%` }}
          onPointerDown={(event) => event.stopPropagation()}
        >
          <OneMark
            mark={mark}
            onNear={isNearest ? undefined : () => onZoom(zoomTo(around(mark.items), whole))}
          />
        </li>
      ))}
    </ul>
  );
}

const timeOf = ({ firstSeen }: Detection): number => Date.parse(firstSeen);

/** The time of some detections with room on both sides. */
function around(items: readonly Detection[]): Span {
  const times = items.map(timeOf);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const room = Math.max(zoomMsMin, (to - from) * 0.2);
  return { from: from - room, to: to + room };
}

type MarkProps = {
  readonly mark: Mark<Detection>;
  /** Shows the detections of the mark near; absent where that tells none apart. */
  readonly onNear: (() => void) | undefined;
};

/** A link to a detection; several that stand together open when they are shown near. */
function OneMark({ mark, onNear }: MarkProps): JSX.Element | null {
  const { zone } = usePreferences();
  const now = useNow();
  const { items } = mark;
  const [first] = items;
  if (!first) return null;
  const worst = worstOf(items);
  const when = timeText(timeOf(first), zone, now);
  const shape = (
    <>
      <SeverityShape severity={worst} />
      {items.length > 1 ? grouped(items.length) : null}
    </>
  );
  if (items.length > 1 && onNear) {
    const name = `${counted(items.length, 'detection')} from ${when} on: show them near`;
    return (
      <button
        type="button"
        class={`quiet mark ${toneOf(worst)}`}
        aria-label={name}
        title={name}
        onClick={onNear}
      >
        {shape}
      </button>
    );
  }
  const name = printable(`${worst} detection, ${when}, ${first.place.label}`);
  return (
    <a
      class={`mark ${toneOf(worst)}`}
      href={detectionHref(first.id)}
      aria-label={name}
      title={name}
    >
      {shape}
    </a>
  );
}

const severities = ['high', 'medium', 'low'] as const;

const worstOf = (items: readonly Detection[]): string =>
  severities.find((severity) => items.some((one) => one.severity === severity)) ?? 'low';
