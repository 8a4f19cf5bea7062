// Hours of the week as a table of shades: a real table, so that it needs no equivalent in words.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { counted } from '../text/clock-text.ts';
import { busiestText, type HourZone, sunOffsetHours, weekOf } from '../text/hours.ts';
import { Choice, type Choices } from './choice.tsx';
import { usePreferences } from './preferences.ts';

type HeatmapProps = {
  /** 168 counts of UTC hours, from Sunday. */
  readonly hours: readonly number[];
  /** Longitude and name of the usual place, when it has one. */
  readonly usual?: { readonly lon: number; readonly label: string } | undefined;
};

const choices: Choices<HourZone> = [
  ['utc', 'UTC'],
  ['local', 'My zone'],
  ['sun', 'Their sun time'],
];

export function Heatmap({ hours, usual }: HeatmapProps): JSX.Element {
  const { zone: preferred } = usePreferences();
  const [chosen, setZone] = useState<HourZone>();
  const zone = chosen ?? preferred;
  const offset =
    zone === 'local'
      ? Math.round(-new Date().getTimezoneOffset() / 60)
      : zone === 'sun' && usual
        ? sunOffsetHours(usual.lon)
        : 0;
  const week = weekOf(hours, offset);
  const max = Math.max(1, ...hours);
  return (
    <>
      <Choice
        name="hours"
        label="Hours shown in"
        isLabelUnseen
        value={zone}
        choices={choices.filter(([key]) => key !== 'sun' || usual)}
        onChange={setZone}
      />
      <table class="heatmap">
        <caption>
          {busiestText(week)}
          {zone === 'sun' ? ' Sun time is estimated from the longitude.' : null}
        </caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">Day</span>
            </th>
            {Array.from({ length: 24 }, (_, hour) => (
              <th key={hour} scope="col">
                <span class={hour % 6 === 0 ? undefined : 'unseen'}>{hour}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {week.map(({ name, hours: counts }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {counts.map((count, hour) => (
                <Cell key={hour} name={name} hour={hour} count={count} max={max} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

type CellProps = { name: string; hour: number; count: number; max: number };

function Cell({ name, hour, count, max }: CellProps): JSX.Element {
  const title = `${name} ${String(hour).padStart(2, '0')}:00: ${counted(count, 'start')}`;
  const strength = count === 0 ? 0 : 0.25 + 0.75 * (count / max);
  return (
    <td title={title} class={count > 0 ? 'some' : undefined} style={{ '--strength': strength }}>
      <span class="unseen">{count}</span>
    </td>
  );
}
