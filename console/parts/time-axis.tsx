// The axis of time below a drawing.

import type { JSX } from 'preact';
import { clockText, dateText, type Zone } from '../text/clock-text.ts';
import { type Span, ticksOf } from './lanes.ts';

export const axisHeight = 26;
/** Pixels that one time takes. */
const tickRoom = 84;

type AxisProps = {
  readonly span: Span;
  readonly zone: Zone;
  readonly now: number;
  readonly width: number;
  /** Of the whole drawing, the axis included. */
  readonly height: number;
};

/** Marks and their times, on round hours or days of the zone. */
export function Axis({ span, zone, now, width, height }: AxisProps): JSX.Element {
  const offsetMs = zone === 'utc' ? 0 : -new Date(span.to).getTimezoneOffset() * 60_000;
  const ticks = ticksOf(span, Math.max(2, Math.floor(width / tickRoom)), offsetMs);
  const isLong = span.to - span.from > 2 * 24 * 3600 * 1000;
  const bottom = height - axisHeight + 4;
  return (
    <g class="axis">
      {ticks.map((tick) => {
        const x = ((tick - span.from) / (span.to - span.from)) * width;
        const text = isLong ? dateText(tick, zone, now) : clockText(tick, zone);
        return (
          <g key={tick}>
            <line x1={x} x2={x} y1={0} y2={bottom} />
            <text x={Math.min(Math.max(x, 20), width - 20)} y={height - 6} text-anchor="middle">
              {text}
            </text>
          </g>
        );
      })}
    </g>
  );
}
