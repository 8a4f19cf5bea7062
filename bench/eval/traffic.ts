// How much a session moves, in both directions. Volumes of users and links are log-normal: Alasmar,
// Clegg, Zakhleniuk, Parisis, "Internet Traffic Volumes Are Not Gaussian - They Are Log-Normal",
// IEEE/ACM Transactions on Networking 29(3), 2021 (232 traces; doi 10.1109/TNET.2021.3059542).
// Everybody has a level and a spread of their own, a session lies around that level, and now and
// then one is far above it: an installer, a backup, a video. What the paper cannot say, how people
// of one organisation differ and how much a thief takes, is assumed: README.md.

import { hourMs, type Parameters } from './parameters.ts';
import { Random } from './random.ts';
import type { TrueSession } from './true-session.ts';

/** Octets of a whole session: from the user (upload) and to the user (download). */
export type Traffic = { readonly octetsIn: number; readonly octetsOut: number };

/** What a person usually moves: natural logarithms of octets an hour, and how far they scatter. */
type Habit = { readonly up: number; readonly down: number; readonly spread: number };

/** The habit of whoever is named by `parts`: a person, or a thief with habits of their own. */
function habitOf({ traffic }: Parameters, ...parts: readonly (string | number)[]): Habit {
  const random = new Random(...parts, 'traffic-habit');
  const down = random.normal(Math.log(traffic.downPerHour), traffic.spreadPeople);
  const up = down + random.normal(Math.log(traffic.upShare), traffic.spreadShares);
  return { up, down, spread: random.between(...traffic.spreadSessions) };
}

/**
 * Draws a session's traffic; the same whenever it is asked. A thief keeps to the victim's habit
 * where the world's thieves do, else to one of their own, and some of them take what they came for.
 */
export function trafficOf(seed: number, parameters: Parameters, session: TrueSession, uid: number) {
  const { traffic, attackers } = parameters;
  const { person, campaign, start, end } = session;
  const random = new Random(seed, 'traffic', uid);
  const isOwn = campaign !== undefined && attackers.traffic === 'own';
  const habit = isOwn
    ? habitOf(parameters, seed, 'thief', campaign)
    : habitOf(parameters, seed, person);
  const hours = Math.max(1 / 30, (end - start) / hourMs);
  const isLarge = random.chance(traffic.largeSessions);
  const large = isLarge ? random.between(...traffic.largeTimes) : 1;
  const isLargeUp = random.chance(0.5);
  const draw = (level: number, times: number): number =>
    Math.round(Math.exp(random.normal(level, habit.spread)) * hours * times);
  const octetsIn = draw(habit.up, isLargeUp ? large : 1);
  const octetsOut = draw(habit.down, isLargeUp ? 1 : large);
  const isTaking = isOwn && new Random(seed, 'taking', campaign).chance(attackers.taking);
  const taken = isTaking ? Math.exp(random.normal(Math.log(attackers.takenOctets), 1.2)) : 0;
  return { octetsIn, octetsOut: Math.round(octetsOut + taken) } satisfies Traffic;
}
