// Detections by day and severity, as bars. Drawing the pointer over days makes them the time range;
// who uses no pointer chooses it in the bar above (From … to …). The words say the same.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { DetectionCounts } from '../api/types.ts';
import { counted, dateText } from '../text/clock-text.ts';
import { rangeParametersOf } from '../text/range.ts';
import { usePreferences } from './preferences.ts';
import { setParameters } from './router.ts';
import { useNow } from './time.tsx';
import { useWidth } from './use-width.ts';

const dayMs = 24 * 3600 * 1000;
const height = 44;
const levels = ['high', 'medium', 'low'] as const;

type Day = DetectionCounts['trend'][number];
/** The days that the pointer went over: where it began and where it is. */
type Drawn = readonly [from: number, to: number];

type TrendProps = {
  readonly counts: DetectionCounts;
  readonly span: { readonly from: number; readonly to: number };
};

export function Trend({ counts, span }: TrendProps): JSX.Element | null {
  const [element, width] = useWidth();
  const [drawn, setDrawn] = useState<Drawn | undefined>(undefined);
  const { zone } = usePreferences();
  const now = useNow();
  const { trend } = counts;
  if (trend.length < 2) return null;
  const most = Math.max(1, ...trend.map((day) => day.high + day.medium + day.low));
  const step = width / trend.length;
  const dayAt = (event: PointerEvent & { readonly currentTarget: Element }): number => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    return Math.min(trend.length - 1, Math.max(0, Math.floor(x / step)));
  };
  const choose = (): void => {
    if (!drawn) return;
    setDrawn(undefined);
    const [first, last] = [Math.min(...drawn), Math.max(...drawn)];
    const time = (at: number): number => Date.parse(`${trend[at]?.day}T00:00:00Z`);
    const from = Math.max(span.from, time(first));
    const to = Math.min(span.to, time(last) + dayMs);
    const text = (moment: number): string => new Date(moment).toISOString();
    setParameters(rangeParametersOf({ kind: 'between', from: text(from), to: text(to) }));
  };
  return (
    <div class="trend" ref={element}>
      {width === 0 ? null : (
        <svg
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={inWords(trend, zone, now)}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            setDrawn([dayAt(event), dayAt(event)]);
          }}
          onPointerMove={(event) => {
            if (drawn) setDrawn([drawn[0], dayAt(event)]);
          }}
          onPointerUp={choose}
          onPointerCancel={() => setDrawn(undefined)}
        >
          {drawn ? (
            <rect
              class="trend-drawn"
              x={Math.min(...drawn) * step}
              width={(Math.abs(drawn[1] - drawn[0]) + 1) * step}
              height={height}
            />
          ) : null}
          {trend.map((day, at) => (
            <Bar key={day.day} day={day} x={at * step} step={step} most={most} />
          ))}
        </svg>
      )}
    </div>
  );
}

type BarProps = {
  readonly day: Day;
  readonly x: number;
  readonly step: number;
  readonly most: number;
};

function Bar({ day, x, step, most }: BarProps): JSX.Element {
  let top = height;
  const room = step > 6 ? 2 : 0.5;
  return (
    <g>
      <title>{`${day.day}: ${day.high} high, ${day.medium} medium, ${day.low} low`}</title>
      <rect class="trend-room" x={x} width={step} height={height} />
      {levels.map((level) => {
        const tall = (day[level] / most) * (height - 4);
        top -= tall;
        return (
          <rect
            key={level}
            class={`trend-bar tone-${level}`}
            x={x + room / 2}
            y={top}
            width={Math.max(1, step - room)}
            height={tall}
          />
        );
      })}
    </g>
  );
}

function inWords(trend: readonly Day[], zone: 'local' | 'utc', now: number): string {
  const sum = (level: (typeof levels)[number]): number =>
    trend.reduce((all, day) => all + day[level], 0);
  const worst = [...trend].sort((a, b) => b.high - a.high || b.medium - a.medium)[0];
  const first = dateText(Date.parse(`${trend[0]?.day}T12:00:00Z`), zone, now);
  const peak = worst
    ? `; most high ones on ${dateText(Date.parse(`${worst.day}T12:00:00Z`), zone, now)}`
    : '';
  return (
    `By day since ${first}: ${counted(sum('high'), 'high', 'high')}, ` +
    `${counted(sum('medium'), 'medium', 'medium')}, ${counted(sum('low'), 'low', 'low')}${peak}.`
  );
}
