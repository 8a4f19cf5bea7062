// Sessions as bars over time, a lane per place: when the user was where, and where two places
// overlap. The table of sessions says the same in words.

import type { JSX } from 'preact';
import type { Activity } from '../api/types.ts';
import { counted, timeText, type Zone } from '../text/clock-text.ts';
import { printable } from '../text/printable.ts';
import { endOf, type Lane, lanesOf, overlappingPlaces, type Span, spanOf } from './lanes.ts';
import { usePreferences } from './preferences.ts';
import { useNow } from './time.tsx';
import { Axis, axisHeight } from './time-axis.tsx';
import { useWidth } from './use-width.ts';

const barHeight = 12;
const rowHeight = 16;
const laneHead = 22;
const laneGap = 8;
const barWidthMin = 4;

type TimelineProps = {
  readonly activities: readonly Activity[];
  /** Ids of sessions that a detection is about. */
  readonly flagged: ReadonlySet<string>;
  readonly span?: Span;
};

export function Timeline({ activities, flagged, span: asked }: TimelineProps): JSX.Element {
  const [element, width] = useWidth();
  const { zone } = usePreferences();
  const now = useNow();
  const span = asked ?? spanOf(activities, now);
  const lanes = lanesOf(activities, span, now);
  const tops = topsOf(lanes);
  const height = (tops.at(-1) ?? 0) + axisHeight;
  return (
    <div class="timeline" ref={element}>
      {width === 0 || lanes.length === 0 ? null : (
        <svg
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={inWords(lanes, activities, now)}
        >
          <Axis span={span} zone={zone} now={now} width={width} height={height} />
          {lanes.map((lane, at) => (
            <LaneOf
              key={lane.key}
              lane={lane}
              top={tops[at] ?? 0}
              width={width}
              flagged={flagged}
              zone={zone}
              now={now}
            />
          ))}
        </svg>
      )}
      {lanes.length === 0 ? null : (
        <p class="legend">
          {flagged.size > 0 ? <span class="alert">of a detection</span> : null}
          <span class="usual">other sessions</span>
          <span class="usual open">still open</span>
        </p>
      )}
    </div>
  );
}

function topsOf(lanes: readonly Lane[]): readonly number[] {
  const tops = [0];
  for (const lane of lanes)
    tops.push((tops.at(-1) ?? 0) + laneHead + lane.rows * rowHeight + laneGap);
  return tops;
}

function inWords(lanes: readonly Lane[], activities: readonly Activity[], now: number): string {
  const counts = lanes.map(({ label, bars }) => `${counted(bars.length, 'session')} from ${label}`);
  const both = overlappingPlaces(activities, now);
  const overlap = both.length > 1 ? ` At the same time from ${both.join(' and ')}.` : '';
  return printable(`Timeline: ${counts.join(', ')}.${overlap}`);
}

type LaneProps = {
  lane: Lane;
  top: number;
  width: number;
  flagged: ReadonlySet<string>;
  zone: Zone;
  now: number;
};

function LaneOf({ lane, top, width, flagged, zone, now }: LaneProps): JSX.Element {
  return (
    <g>
      <text class="lane-label" x={0} y={top + laneHead - 7}>
        {printable(lane.label)}
      </text>
      {lane.bars.map(({ activity, from, to, row }) => {
        const isOpen = activity.state === 'open';
        const tone = flagged.has(activity.id) ? 'alert' : 'usual';
        return (
          <rect
            key={activity.id}
            class={`bar ${tone} ${isOpen ? 'open' : ''}`}
            x={from * width}
            y={top + laneHead + row * rowHeight}
            width={Math.max(barWidthMin, (to - from) * width)}
            height={barHeight}
            rx={3}
          >
            <title>{barTitle(activity, zone, now)}</title>
          </rect>
        );
      })}
    </g>
  );
}

function barTitle(activity: Activity, zone: Zone, now: number): string {
  const start = timeText(Date.parse(activity.startedAt), zone, now);
  const end = activity.state === 'open' ? 'now' : timeText(endOf(activity, now), zone, now);
  const place = activity.location?.label ?? 'unknown location';
  return printable(`${place}: ${start} to ${end}, through ${activity.gateway}`);
}
