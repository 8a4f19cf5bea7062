// A time as shown: in the reader's zone or UTC, both on hover, with its age beside it.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Time as Text } from '../api/types.ts';
import { ageText, fullText, timeText } from '../text/clock-text.ts';
import { usePreferences } from './preferences.ts';

const tickMs = 30_000;

/** Who is told of the present time: one timer for all times of a page. */
const watchers = new Set<(now: number) => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  const now = Date.now();
  for (const watcher of watchers) watcher(now);
}

/** The present time, often enough for ages in minutes. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    watchers.add(setNow);
    timer ??= setInterval(tick, tickMs);
    return () => {
      watchers.delete(setNow);
      if (watchers.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  }, []);
  return now;
}

type TimeProps = { readonly at: Text; readonly hasAge?: boolean };

export function Time({ at, hasAge = false }: TimeProps): JSX.Element {
  const { zone } = usePreferences();
  const now = useNow();
  const time = Date.parse(at);
  const title = `${fullText(time, 'utc')} · ${fullText(time, 'local')}`;
  return (
    <time dateTime={at} title={title} class="time">
      <span class="moment">
        {timeText(time, zone, now)}
        {zone === 'utc' ? <span class="zone"> UTC</span> : null}
      </span>
      {hasAge ? ' ' : null}
      {hasAge ? <span class="age">{ageText(time, now)}</span> : null}
    </time>
  );
}
