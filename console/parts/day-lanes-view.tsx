// Sessions by day as lanes, one a place: the taller a day, the more sessions began on it.

import type { JSX } from 'preact';
import { counted, dateText, type Zone } from '../text/clock-text.ts';
import { printable } from '../text/printable.ts';
import type { DayLane } from './day-lanes.ts';
import type { Span } from './lanes.ts';
import { Axis, axisHeight } from './time-axis.tsx';

const laneHead = 20;
const laneRoom = 26;
const laneGap = 8;
const cellHeightMin = 4;
const cellWidthMin = 2;
const noonMs = 12 * 3600 * 1000;

type ViewProps = {
  readonly lanes: readonly DayLane[];
  readonly span: Span;
  readonly width: number;
  readonly zone: Zone;
  readonly now: number;
  /** Keys of places that a detection is of. */
  readonly flagged: ReadonlySet<string>;
};

export function DayLanesView(props: ViewProps): JSX.Element {
  const { lanes, span, width, zone, now, flagged } = props;
  const step = laneHead + laneRoom + laneGap;
  const height = lanes.length * step + axisHeight;
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={inWords(lanes)}>
      <Axis span={span} zone={zone} now={now} width={width} height={height} />
      {lanes.map((lane, at) => (
        <Lane
          key={lane.key}
          lane={lane}
          top={at * step}
          width={width}
          tone={flagged.has(lane.key) ? 'alert' : 'usual'}
          titleOf={(date) => dateText(Date.parse(date) + noonMs, 'utc', now)}
        />
      ))}
    </svg>
  );
}

function inWords(lanes: readonly DayLane[]): string {
  const parts = lanes.map(
    ({ label, sessions, days }) =>
      `${counted(sessions, 'session')} from ${label} on ${counted(days, 'day')}`,
  );
  return printable(`Timeline by day: ${parts.join(', ')}.`);
}

type LaneProps = {
  readonly lane: DayLane;
  readonly top: number;
  readonly width: number;
  readonly tone: 'alert' | 'usual';
  readonly titleOf: (date: string) => string;
};

function Lane({ lane, top, width, tone, titleOf }: LaneProps): JSX.Element {
  const most = Math.max(1, ...lane.cells.map(({ sessions }) => sessions));
  const bottom = top + laneHead + laneRoom;
  return (
    <g>
      <text class="lane-label" x={0} y={top + laneHead - 6}>
        {printable(lane.label)}
      </text>
      {lane.cells.map(({ date, from, to, sessions }) => {
        const tall = Math.max(cellHeightMin, (sessions / most) * laneRoom);
        const wide = Math.max(cellWidthMin, (to - from) * width - 1);
        return (
          <rect
            key={date}
            class={`bar ${tone}`}
            x={from * width}
            y={bottom - tall}
            width={wide}
            height={tall}
            rx={Math.min(2, wide / 2)}
          >
            <title>
              {printable(`${titleOf(date)} (UTC): ${counted(sessions, 'session')}, ${lane.label}`)}
            </title>
          </rect>
        );
      })}
    </g>
  );
}
