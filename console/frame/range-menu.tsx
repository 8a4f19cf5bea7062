// The one time range of all views: presets, or two moments in the zone that times are shown in.

import type { JSX, TargetedSubmitEvent } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { usePreferences } from '../parts/preferences.ts';
import { setParameters } from '../parts/router.ts';
import { useNow } from '../parts/time.tsx';
import type { Zone } from '../text/clock-text.ts';
import { zoneText } from '../text/clock-text.ts';
import {
  type Range,
  rangeDaysMax,
  rangeParametersOf,
  ranges,
  rangeText,
  spanOfRange,
} from '../text/range.ts';

const other = 'between';
const dayMs = 24 * 3600 * 1000;

export function RangeMenu({ range }: { readonly range: Range }): JSX.Element {
  const { zone } = usePreferences();
  const now = useNow();
  const dialog = useRef<HTMLDialogElement>(null);
  const value = range.kind === 'last' ? range.duration : other;
  return (
    <>
      <select
        class="range"
        aria-label="Time range"
        value={value}
        onChange={({ currentTarget }) => {
          const { value: chosen } = currentTarget;
          if (chosen !== 'ask') {
            setParameters(rangeParametersOf({ kind: 'last', duration: chosen }));
            return;
          }
          currentTarget.value = value;
          dialog.current?.showModal();
        }}
      >
        {ranges.map(([key, text]) => (
          <option key={key} value={key} selected={key === value}>
            Last {text}
          </option>
        ))}
        {range.kind === 'between' ? (
          <option value={other} selected>
            {rangeText(range, zone, now)}
          </option>
        ) : null}
        <option value="ask">From … to …</option>
      </select>
      <dialog ref={dialog} aria-labelledby="range-title">
        <Between range={range} zone={zone} now={now} onDone={() => dialog.current?.close()} />
      </dialog>
    </>
  );
}

type BetweenProps = {
  readonly range: Range;
  readonly zone: Zone;
  readonly now: number;
  readonly onDone: () => void;
};

function Between({ range, zone, now, onDone }: BetweenProps): JSX.Element {
  const [fault, setFault] = useState('');
  const { from, to } = spanOfRange(range, now);
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const start = momentOf(String(fields.get('from')), zone);
    const end = momentOf(String(fields.get('to')), zone);
    const found = faultOf(start, end);
    setFault(found);
    if (found !== '') return;
    const text = (time: number): string => new Date(time).toISOString();
    setParameters(rangeParametersOf({ kind: 'between', from: text(start), to: text(end) }));
    onDone();
  };
  return (
    <form onSubmit={submit} class="form">
      <h2 id="range-title">From … to …</h2>
      <p class="note">Times in {zoneText(zone, now)}.</p>
      {(
        [
          ['from', 'From', from],
          ['to', 'To', to],
        ] as const
      ).map(([name, label, time]) => (
        <label key={name} class="field">
          <span>{label}</span>
          <input
            type="datetime-local"
            name={name}
            required
            defaultValue={fieldText(time, zone)}
            key={`${time - (time % 60_000)}`}
          />
        </label>
      ))}
      {fault === '' ? null : <p role="alert">{fault}</p>}
      <p class="actions">
        <button type="submit" class="main">
          Show
        </button>
        <button type="button" onClick={onDone}>
          Cancel
        </button>
      </p>
    </form>
  );
}

function faultOf(from: number, to: number): string {
  if (Number.isNaN(from) || Number.isNaN(to)) return 'Both moments are needed.';
  if (from >= to) return 'The end must come after the beginning.';
  return to - from > rangeDaysMax * dayMs ? `At most ${rangeDaysMax} days.` : '';
}

/** A field's text in the zone that is shown. */
function fieldText(time: number, zone: Zone): string {
  const offsetMs = zone === 'utc' ? 0 : -new Date(time).getTimezoneOffset() * 60_000;
  return new Date(time + offsetMs).toISOString().slice(0, 16);
}

const momentOf = (text: string, zone: Zone): number =>
  Date.parse(zone === 'utc' ? `${text}Z` : text);
