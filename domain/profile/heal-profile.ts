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
import { addressValue, deviceValue, mark, valuesOf } from './recent.ts';
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
  const within = <T extends Tally>(
    map: ReadonlyMap<string, T>,
    valueOfKey: (key: string) => string,
  ): ReadonlyMap<string, T> => healedTallies(map, valueOfKey, { good, bad, latest });
  const ofGateway = (key: string): string => key;
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
    gateways: within(profile.gateways, ofGateway),
    days,
    learned: learnedAgain(profile.learned, good, now),
    detections: profile.detections
      .filter((one) => one.firstSeen <= latest)
      .map((one) => ({ ...one, isFinal: true as const })),
    recent: profile.recent.filter(({ rowStart, start = rowStart }) => start <= latest),
  };
}

type Sorted = {
  readonly good: readonly Session[];
  readonly bad: readonly Session[];
  readonly latest: UnixMs;
};

/** A gateway is told by its id, everything else by the mark of its value. */
const shows = (session: Session, value: string): boolean =>
  session.gatewayId === value || valuesOf(session).includes(value);

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
    const starts = good.filter((one) => shows(one, value)).map(({ startedAt }) => startedAt);
    const others = tally.count - Math.max(1, bad.filter((one) => shows(one, value)).length);
    const count = Math.max(starts.length, others);
    const isKnownBefore = tally.firstSeen <= latest;
    if (count <= 0 || (starts.length === 0 && !isKnownBefore)) continue;
    const firstSeen = Math.min(...starts, isKnownBefore ? tally.firstSeen : latest);
    next.set(key, { ...tally, count, firstSeen, lastSeen: Math.max(...starts, firstSeen) });
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
