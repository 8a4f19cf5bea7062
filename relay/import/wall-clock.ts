// Unix time of a wall clock in a named time zone, for databases that keep local times. Promise: the
// zone's own rules, summer time included; an hour that occurs twice reads as its first.

/** Makes a reader of local times. @throws RangeError naming the option for a zone that is none */
export function wallClockOf(zone: string): (utcMs: number) => number {
  const format = formatOf(zone, {
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const hourMs = 3_600_000;
  /** Offsets by whole hours: asking for them is slow, and history repeats its hours. */
  const offsets = new Map<number, number>();
  const offsetAt = (time: number): number => {
    const hour = Math.floor(time / hourMs);
    const known = offsets.get(hour);
    if (known !== undefined) return known;
    const parts = format.formatToParts(hour * hourMs);
    const [year = 0, month = 1, day = 1, hours = 0, minutes = 0] = (
      ['year', 'month', 'day', 'hour', 'minute'] as const
    ).map((type) => Number(parts.find((part) => part.type === type)?.value));
    const offset = Date.UTC(year, month - 1, day, hours, minutes) - hour * hourMs;
    offsets.set(hour, offset);
    return offset;
  };
  return (wall) => wall - offsetAt(wall - offsetAt(wall));
}

function formatOf(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone });
  } catch (cause) {
    const text = `--time-zone ${timeZone}: there is no such zone; Europe/Berlin is one`;
    throw new RangeError(text, { cause });
  }
}
