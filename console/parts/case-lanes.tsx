// The users of a case over time: a lane for each, a mark for each detection. The table of
// detections says the same in words.

import type { JSX } from 'preact';
import type { ListedDetection } from '../api/types.ts';
import { type UserLane, userLanes } from '../text/case-text.ts';
import { counted, timeText } from '../text/clock-text.ts';
import { printable } from '../text/printable.ts';
import type { Span } from './lanes.ts';
import { usePreferences } from './preferences.ts';
import { useNow } from './time.tsx';
import { Axis, axisHeight } from './time-axis.tsx';
import { useWidth } from './use-width.ts';

const laneHeight = 34;
const barHeight = 12;
const barWidthMin = 6;
/** Lanes drawn; the table has the others. */
const lanesMax = 40;
/** Users named to who hears the drawing. */
const namedMax = 20;
const minuteMs = 60_000;

export function CaseLanes({ items }: { readonly items: readonly ListedDetection[] }): JSX.Element {
  const [element, width] = useWidth();
  const { zone } = usePreferences();
  const now = useNow();
  const lanes = userLanes(items);
  const shown = lanes.slice(0, lanesMax);
  const span = spanOf(items);
  const height = shown.length * laneHeight + axisHeight;
  const text = (time: string): string => timeText(Date.parse(time), zone, now);
  return (
    <div class="timeline" ref={element}>
      {width === 0 ? null : (
        <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={inWords(lanes, text)}>
          <Axis span={span} zone={zone} now={now} width={width} height={height} />
          {shown.map((lane, at) => (
            <g key={lane.user}>
              <text class="lane-label" x={0} y={at * laneHeight + 14}>
                {printable(lane.user)}
              </text>
              {lane.at.map((one) => (
                <Mark key={one.id} one={one} span={span} width={width} top={at * laneHeight + 19} />
              ))}
            </g>
          ))}
        </svg>
      )}
      {lanes.length > shown.length ? (
        <p class="note">and {counted(lanes.length - shown.length, 'other user')} in the table</p>
      ) : null}
    </div>
  );
}

type MarkProps = {
  readonly one: ListedDetection;
  readonly span: Span;
  readonly width: number;
  readonly top: number;
};

function Mark({ one, span, width, top }: MarkProps): JSX.Element {
  const at = (time: string): number =>
    ((Date.parse(time) - span.from) / (span.to - span.from)) * width;
  const from = at(one.firstSeen);
  return (
    <rect
      class={one.status === 'resolved' ? 'bar usual' : 'bar alert'}
      x={Math.min(from, width - barWidthMin)}
      y={top}
      width={Math.max(barWidthMin, at(one.lastSeen) - from)}
      height={barHeight}
      rx={3}
    >
      <title>{printable(`${one.user} from ${one.place.label}`)}</title>
    </rect>
  );
}

/** From the first detection to the last, with a little room. */
function spanOf(items: readonly ListedDetection[]): Span {
  const times = items.flatMap(({ firstSeen, lastSeen }) => [
    Date.parse(firstSeen),
    Date.parse(lastSeen),
  ]);
  const from = Math.min(...times);
  const to = Math.max(...times);
  const room = Math.max((to - from) * 0.05, 5 * minuteMs);
  return { from: from - room, to: to + room };
}

function inWords(lanes: readonly UserLane[], text: (time: string) => string): string {
  const named = lanes
    .slice(0, namedMax)
    .map(({ user, at }) => `${user} ${at.map(({ firstSeen }) => text(firstSeen)).join(', ')}`);
  const more = lanes.length > namedMax ? `, and ${lanes.length - namedMax} more` : '';
  return printable(`Users over time: ${named.join('; ')}${more}`);
}
