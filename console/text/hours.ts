// When a user connects, by hour of the week. The profile counts hours in UTC; here they are shifted
// to the reader's zone or to the solar time of the user's usual place.

export type HourZone = 'utc' | 'local' | 'sun';

const hoursPerWeek = 168;
/** Weeks are shown from Monday; the profile's begin on Sunday. */
const daysFromMonday = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

export type Day = { readonly name: string; readonly hours: readonly number[] };

/** Hours between UTC and the sun at a longitude: an estimate, as addresses have no time zone. */
export const sunOffsetHours = (lon: number): number => Math.round(lon / 15) || 0;

/** Seven days of 24 counts, Monday first, `offsetHours` ahead of UTC. */
export function weekOf(hours: readonly number[], offsetHours: number): readonly Day[] {
  return daysFromMonday.map((name, day) => ({
    name,
    hours: Array.from({ length: 24 }, (_, hour) => {
      const own = ((day + 1) % 7) * 24 + hour;
      return hours[(((own - offsetHours) % hoursPerWeek) + hoursPerWeek) % hoursPerWeek] ?? 0;
    }),
  }));
}

/** `Most often Monday, 08:00 to 09:00.`: the busiest hour in words. */
export function busiestText(week: readonly Day[]): string {
  const all = week.flatMap(({ name, hours }) =>
    hours.map((count, hour) => ({ name, hour, count })),
  );
  const most = all.reduce((best, one) => (one.count > best.count ? one : best));
  if (most.count === 0) return 'No start has been counted yet.';
  const clock = (hour: number): string => `${String(hour % 24).padStart(2, '0')}:00`;
  return `Most often ${most.name}, ${clock(most.hour)} to ${clock(most.hour + 1)}.`;
}
