// Term "hour": does the user connect at this hour of the week?
// Formula: ln((1/168) / q), clipped to [-1.5, 2.2]; q is the share of this user's sessions that
// began in such an hour: share of the kind of day (weekday or weekend) x share of the hour among
// all days, smoothed over +-2 hours, which also bridges a change of clock. Of a user far from
// home the hour of the sun there counts as well. Who connects on all days alike (within a tenth) is
// told nothing by the kind of day. Needs more than 6 sessions.
// Source: Elastic's rare-hour jobs; Chapple et al. 2007 (diurnal model of a VPN). Blind spots: an
// intruder who keeps the victim's hours; users without habits, for whom q is flat.

import type { UnixMs } from '../../accounting-event.ts';
import { ofSessions } from '../context/history.ts';
import { type Evidence, lowers, rounded, type TermContext, timeText } from '../context/term.ts';

const hourWeight = 1;
const lowest = -1.5;
const highest = 2.2;
const sessionsMin = 6;
/** Sessions' worth of belief in a flat week. */
const flatPrior = 3;
/** So near to an even week the kind of day says nothing. */
const evenWithin = 0.1;
const kernel = [0.1, 0.2, 0.4, 0.2, 0.1] as const;

/** The UTC hour of the week, 0 = Sunday 00:00. 1970-01-01 was a Thursday. */
export const hourOfWeek = (time: UnixMs): number => (Math.floor(time / 3_600_000) + 4 * 24) % 168;

const isWeekend = (hour: number): boolean => hour < 24 || hour >= 144;

export function hourTerm(context: TermContext): Evidence | undefined {
  const { observation, history } = context;
  const hour = hourOfWeek(observation.time);
  const shift = zoneShift(context);
  const byHour = new Array<number>(24).fill(0);
  let sessions = 0;
  let sameKind = 0;
  for (let at = 0; at < 168; at += 1) {
    const count = history.hours[at] ?? 0;
    if (count === 0) continue;
    sessions += count;
    byHour[at % 24] = (byHour[at % 24] ?? 0) + count;
    if (isWeekend(at) === isWeekend(hour)) sameKind += count;
  }
  if (sessions <= sessionsMin) return undefined;
  const hours = isWeekend(hour) ? 48 : 120;
  let hits = 0;
  const hitsAt = (middle: number): number => {
    let found = 0;
    for (let step = -2; step <= 2; step += 1) {
      found += (kernel[step + 2] ?? 0) * (byHour[(middle + step + 48) % 24] ?? 0);
    }
    return found;
  };
  hits = Math.max(hitsAt(hour), hitsAt(hour + shift));
  const nearby = Math.max(sessionsAbout(byHour, hour), sessionsAbout(byHour, hour + shift));
  const dayShare = (sameKind + (flatPrior * hours) / 168) / (sessions + flatPrior);
  // Of an even week: 1 where this kind of day has its share of the sessions.
  const ofEven = (dayShare * 168) / hours;
  const dayFactor = Math.abs(ofEven - 1) <= evenWithin ? 1 : ofEven;
  const hourShare = (hits + flatPrior / 24) / (sessions + flatPrior);
  const share = (dayFactor / 7) * hourShare;
  const weight = Math.min(highest, Math.max(lowest, hourWeight * Math.log(1 / 168 / share)));
  return {
    term: 'hour',
    aspect: weight > 0 ? 'odd-hour' : 'usual-hour',
    weight,
    numbers: () => ({
      sessions,
      ...(dayFactor === 1 ? {} : { sessionsOfDayKind: sameKind }),
      dayFactor: rounded(dayFactor),
      sessionsAboutHour: nearby,
      smoothedSessionsAtHour: rounded(hits),
      share: Math.round(share * 1e6) / 1e6,
    }),
    inputs: () => ({
      sessions,
      sessionsOfDayKind: sameKind,
      hoursOfDayKind: hours,
      smoothedSessionsAtHour: hits,
    }),
    text: () => {
      const atHour = `${ofSessions(nearby, sessions)} began within two hours of that time of day`;
      const kind = isWeekend(hour) ? 'weekend' : 'weekday';
      const onKind = dayFactor === 1 ? '' : `${ofSessions(sameKind, sessions)} on a ${kind}`;
      const began = `Began at ${timeText(observation.time)}`;
      // Of what speaks for the user: few sessions can be of one day, or of one hour.
      const known =
        weight > 0 ? [atHour, onKind] : [nearby > 0 ? atHour : '', sameKind > 0 ? onKind : ''];
      const said = known.filter((part) => part !== '').join(', ');
      return `${began}; ${said || 'a time that is usual for this user'}${weight > 0 ? '' : lowers}`;
    },
  };
}

/** Sessions that began in the five hours around an hour of the day, of all days. */
function sessionsAbout(byHour: readonly number[], middle: number): number {
  let found = 0;
  for (let step = -2; step <= 2; step += 1) found += byHour[(middle + step + 48) % 24] ?? 0;
  return found;
}

/** Hours by which the sun is ahead here of where the user usually is. */
function zoneShift({ observation, learned }: TermContext): number {
  if (!observation.located) return 0;
  let home: { readonly level: number; readonly lon: number } | undefined;
  for (const place of learned.places) {
    if (place.radiusKm >= 0 && (!home || place.level > home.level)) home = place;
  }
  return home ? Math.round((observation.located.lon - home.lon) / 15) : 0;
}
