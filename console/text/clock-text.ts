// Times and amounts in words. A time is shown in the reader's zone or in UTC, always with its zone;
// an age stands beside a time and never replaces it.

export type Zone = 'local' | 'utc';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: Zone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    ...options,
    hourCycle: 'h23',
    ...(zone === 'utc' ? { timeZone: 'UTC' } : {}),
  });
  formats.set(key, made);
  return made;
}

const clock = { hour: '2-digit', minute: '2-digit' } as const;
const day = { day: 'numeric', month: 'short' } as const;

/** `03:18` today, `22 Nov 03:18` this year, `22 Nov 2025 03:18` before. */
export function timeText(time: number, zone: Zone, now: number): string {
  const date = dateText(time, zone, now);
  const hour = format(zone, clock).format(time);
  return date === 'today' ? hour : `${date} ${hour}`;
}

/** `today`, `22 Nov`, `22 Nov 2025`. */
export function dateText(time: number, zone: Zone, now: number): string {
  const whole = format(zone, { ...day, year: 'numeric' });
  if (whole.format(time) === whole.format(now)) return 'today';
  const year = format(zone, { year: 'numeric' });
  return (year.format(time) === year.format(now) ? format(zone, day) : whole).format(time);
}

/** `03:18`. */
export const clockText = (time: number, zone: Zone): string => format(zone, clock).format(time);

/** `23 Nov 2026, 03:18:51 UTC`: the whole truth, for a tooltip. */
export function fullText(time: number, zone: Zone): string {
  const parts = { ...day, year: 'numeric', ...clock, second: '2-digit', timeZoneName: 'short' };
  return format(zone, parts as Intl.DateTimeFormatOptions).format(time);
}

/** The zone that times are shown in: `UTC`, `Europe/Paris, UTC+1`. */
export function zoneText(zone: Zone, now: number): string {
  if (zone === 'utc') return 'UTC';
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const minutes = -new Date(now).getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const offset = `UTC${minutes < 0 ? '-' : '+'}${hours}${rest === 0 ? '' : `:${rest}`}`;
  return timeZone === 'UTC' ? 'UTC' : `${timeZone.replaceAll('_', ' ')}, ${offset}`;
}

/** A reason's text with its times (ISO 8601 to the minute, UTC) as the reader has them. */
export function withLocalTimes(text: string, zone: Zone, now: number): string {
  return text.replace(/\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z/g, (time) => {
    const at = Date.parse(time);
    if (Number.isNaN(at)) return time;
    return zone === 'utc' ? `${timeText(at, zone, now)} UTC` : timeText(at, zone, now);
  });
}

/** `just now`, `12 min ago`, `3 h ago`, `5 days ago`; `in 3 h` for what is to come. */
export function ageText(time: number, now: number): string {
  const age = Math.abs(now - time);
  if (age < minuteMs) return 'just now';
  const amount =
    age < 90 * minuteMs
      ? `${Math.round(age / minuteMs)} min`
      : age < 36 * hourMs
        ? `${Math.round(age / hourMs)} h`
        : counted(Math.round(age / dayMs), 'day');
  return time > now ? `in ${amount}` : `${amount} ago`;
}

/** `48 s`, `38 min`, `3 h 30 min`, `2 d 4 h`. */
export function durationText(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;

/** Octets, exact decimal text of up to 64 bits, as a size: `12.3 MB`. */
export function octetsText(octets: string): string {
  let value = Number(octets);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `1 session`, `2 sessions`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** `11,361`. */
export const grouped = (value: number): string => value.toLocaleString('en-GB');

/**
 * `82 %` on one line; what is there is never `0 %`. Halves go to the even number, so that two
 * shares of a whole, shown side by side, add up to 100.
 */
export function percentText(share: number): string {
  const exact = Math.round(share * 1e6) / 1e4;
  const below = Math.floor(exact);
  const percent = exact - below === 0.5 ? below + (below % 2) : Math.round(exact);
  return percent === 0 && share > 0 ? '<1\u00a0%' : `${percent}\u00a0%`;
}
