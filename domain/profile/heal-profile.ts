// Healing a profile that was dated ahead of the clock: one event of 2100 set what was seen last
// there, and weighed so much that nothing else counted. Events are bounded since (decision 0016);
// what they left behind is taken out when the user is folded next. Pure.

import type { UnixMs } from '../accounting-event.ts';
import { nowToleranceMs } from '../limits.ts';
import { observationOf } from '../session/observation.ts';
import type { Session } from '../session/session.ts';
import { addToDay, daysKept } from './days.ts';
import { emptyLearned, type Learned, learn } from './learned.ts';
import { emptyProfile, type Profile } from './profile.ts';
import { addressValue, deviceValue, mark, startsBy, valuesOf } from './recent.ts';
import type { Tally } from './tally.ts';

/** Sessions that healing reads: what is usual of a person is learned from a month. */
export const healedFromMs = daysKept * 24 * 3600 * 1000;
/** Nothing an analyst decided holds for longer. */
const marksMsMax = 400 * 24 * 3600 * 1000;

/** Whether anything of the profile lies ahead of the clock. */
export function isAhead(profile: Profile | undefined, now: UnixMs): boolean {
  return profile !== undefined && profile.lastSeen > now + nowToleranceMs;
}

/** Sessions that can be: a row that lies ahead of the clock is none. */
export const canBe = (session: Session, now: UnixMs): boolean =>
  session.startedAt <= now + nowToleranceMs;

/**
 * The profile without what lies ahead of the clock.
 * @param sessions all of the last 30 days, those that lie ahead among them
 */
export function healed(profile: Profile, sessions: readonly Session[], now: UnixMs): Profile {
  const latest = now + nowToleranceMs;
  const good = sessions
    .filter((session) => canBe(session, now))
    .sort((a, b) => a.startedAt - b.startedAt);
  const bad = sessions.filter((session) => !canBe(session, now));
  const left = Math.max(good.length, profile.sessions - Math.max(1, bad.length));
  if (left === 0) {
    const { userKey, kind, spellings } = profile;
    return { ...emptyProfile(userKey, kind), spellings };
  }
  const startsOf = (shown: (session: Session) => readonly string[]): Sorted => ({
    good: startsBy(good, shown),
    bad: startsBy(bad, shown),
    latest,
  });
  const byValue = startsOf(valuesOf);
  const within = <T extends Tally>(
    map: ReadonlyMap<string, T>,
    valueOfKey: (key: string) => string,
  ): ReadonlyMap<string, T> => healedTallies(map, valueOfKey, byValue);
  const byGateway = startsOf(({ gatewayId }) => [gatewayId]);
  const firstSeen = Math.min(profile.firstSeen, good[0]?.startedAt ?? profile.firstSeen);
  const places = within(profile.places, (key) => mark(`p:${key}`));
  const lastSeen = Math.max(
    good.at(-1)?.startedAt ?? 0,
    ...[...places.values()].map((tally) => tally.lastSeen),
    firstSeen <= latest ? firstSeen : 0,
  );
  let days: readonly number[] = new Array<number>(daysKept).fill(0);
  for (const { startedAt } of good) days = addToDay(days, lastSeen, startedAt, 1);
  return {
    ...profile,
    firstSeen: firstSeen <= latest ? firstSeen : lastSeen,
    lastSeen,
    sessions: left,
    places,
    addresses: within(profile.addresses, (key) => mark(addressValue(key))),
    networks: within(profile.networks, (key) => mark(`n:${key}`)),
    devices: within(profile.devices, (key) => mark(deviceValue(key))),
    gateways: healedTallies(profile.gateways, (key) => key, byGateway),
    days,
    learned: learnedAgain(profile.learned, good, now),
    detections: profile.detections
      .filter((one) => one.firstSeen <= latest)
      .map((one) => ({ ...one, isFinal: true as const })),
    recent: profile.recent.filter(({ rowStart, start = rowStart }) => start <= latest),
  };
}

/** When sessions began, by what they show, in the order of time. */
type Starts = ReadonlyMap<string, readonly UnixMs[]>;

type Sorted = { readonly good: Starts; readonly bad: Starts; readonly latest: UnixMs };

function healedTallies<T extends Tally>(
  map: ReadonlyMap<string, T>,
  valueOfKey: (key: string) => string,
  { good, bad, latest }: Sorted,
): ReadonlyMap<string, T> {
  const next = new Map<string, T>();
  for (const [key, tally] of map) {
    if (tally.lastSeen <= latest) {
      next.set(key, tally);
      continue;
    }
    const value = valueOfKey(key);
    const starts = good.get(value) ?? [];
    const others = tally.count - Math.max(1, bad.get(value)?.length ?? 0);
    const count = Math.max(starts.length, others);
    const isKnownBefore = tally.firstSeen <= latest;
    if (count <= 0 || (starts.length === 0 && !isKnownBefore)) continue;
    const known = isKnownBefore ? tally.firstSeen : latest;
    const firstSeen = Math.min(starts[0] ?? known, known);
    next.set(key, {
      ...tally,
      count,
      firstSeen,
      lastSeen: Math.max(starts.at(-1) ?? 0, firstSeen),
    });
  }
  return next;
}

/** What is usual, from the sessions at hand; what analysts decided stays. */
function learnedAgain(
  { marks, expected }: Learned,
  good: readonly Session[],
  now: UnixMs,
): Learned {
  let learned: Learned = {
    ...emptyLearned,
    marks: marks.filter(({ until }) => until <= now + marksMsMax),
    ...(expected ? { expected } : {}),
  };
  for (const { startedAt: time, gatewayId, sightings, devices } of good) {
    const [device] = devices;
    const shown = sightings.length > 0 ? sightings : [undefined];
    for (const [at, sighting] of shown.entries()) {
      const { address, location } = sighting ?? {};
      const seen = observationOf({ time, gatewayId, address, location, device });
      const isFirst = at === 0;
      const fresh = { isSession: isFirst, isLocation: sighting !== undefined, isDevice: isFirst };
      learned = learn(learned, seen, 1, {}, fresh);
    }
  }
  return learned;
}
