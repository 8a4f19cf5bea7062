// Times as FreeRADIUS prints them. It prints the server's local time, with a zone's abbreviation or
// none; abbreviations are ambiguous (CST is three zones), but a record with a `Timestamp` shows
// how far its server's clock was from UTC. Promise: pure; what cannot be read is undefined.

const hourMs = 3_600_000;

/** Hours east of UTC of abbreviations that are usual where VPN gateways stand. */
const zoneHours: Readonly<Record<string, number>> = {
  Z: 0,
  UTC: 0,
  GMT: 0,
  WET: 0,
  WEST: 1,
  BST: 1,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  IST: 5.5,
  JST: 9,
  KST: 9,
  AEST: 10,
  AEDT: 11,
  NZST: 12,
  NZDT: 13,
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
};

/** `Nov 23 2026 08:00:00 CET`, also with a weekday, in another order, or with `+0100`. */
const zoned = /^(.*\d)\s*(?:([A-Za-z]{1,5})|([+-])(\d{2}):?(\d{2})?)$/;
/** Zones without a name of their own print as `+03`; a date as `2026-11-23` does not end in one. */
const dateOnly = /^\d{4}-\d{2}-\d{2}$/;

/**
 * A printed date and time.
 * @param localOffsetMs how far east of UTC the server was, where that is known
 * @returns Unix ms; undefined when the text is no time
 */
export function readPrintedTime(text: string, localOffsetMs?: number): number | undefined {
  const trimmed = text.trim();
  if (/^\d{1,10}(?:\.\d+)?$/.test(trimmed)) return Math.floor(Number(trimmed)) * 1000;
  const match = dateOnly.test(trimmed) ? null : zoned.exec(trimmed);
  const isZone = match !== null && !/^[AP]M$/i.test(match[2] ?? '');
  const wall = asUtc(isZone ? (match[1] ?? '') : trimmed);
  if (wall === undefined) return undefined;
  if (isZone && match[3] !== undefined) {
    const minutes = Number(match[4]) * 60 + Number(match[5] ?? 0);
    return wall - (match[3] === '-' ? -minutes : minutes) * 60_000;
  }
  return wall - offsetOf(isZone ? match[2] : undefined, localOffsetMs);
}

/** A named zone counts where it is not far from what the record itself shows. */
function offsetOf(zone: string | undefined, localOffsetMs: number | undefined): number {
  const hours = zoneHours[(zone ?? '').toUpperCase()];
  const isFixed = hours === 0;
  if (hours === undefined) return localOffsetMs ?? 0;
  const named = hours * hourMs;
  if (isFixed || localOffsetMs === undefined) return named;
  // The clocks may have changed between the event and its record: one hour is no contradiction.
  return Math.abs(named - localOffsetMs) <= hourMs ? named : localOffsetMs;
}

function asUtc(text: string): number | undefined {
  const isIso = /^\d{4}-\d{2}-\d{2}[T ]\d/.test(text);
  const time = Date.parse(isIso ? `${text.replace(' ', 'T')}Z` : `${text} UTC`);
  return Number.isNaN(time) ? undefined : time;
}

const quarterMs = 15 * 60_000;
const offsetMsMax = 14 * hourMs;

/** How far east of UTC a server was whose header line reads `header` at `timeMs`; or undefined. */
export function localOffset(header: string, timeMs: number): number | undefined {
  const wall = asUtc(header);
  if (wall === undefined) return undefined;
  const offset = Math.round((wall - timeMs) / quarterMs) * quarterMs;
  const isWhole = Math.abs(wall - timeMs - offset) <= 60_000;
  return isWhole && Math.abs(offset) <= offsetMsMax ? offset : undefined;
}
