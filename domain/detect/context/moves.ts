// Whether a user's addresses move on a network, as a phone's do, or stay, as a fixed line's do. A
// carrier's number (AS) does not tell: many carry both. How the user's own sessions behaved there
// does, and for users who hardly know the network how those of others of the organisation did: up
// to 16 users a network who came often enough, each counted once (decision 0030).

import type { UnixMs } from '../../accounting-event.ts';
import type { PopulationView, Use } from '../../population/population.ts';
import { useOf } from '../../population/population.ts';
import { lineUseKey } from '../../population/use-keys.ts';
import { noveltyHalfLifeMs, weightAt } from '../../profile/known-values.ts';
import type { Learned } from '../../profile/learned.ts';
import type { Observation } from '../../session/observation.ts';
import {
  isAnonymous,
  isOwnDevice,
  isOwnPhone,
  isRoaming,
  isSecurityService,
  type ObservationFamiliarity,
} from './familiarity.ts';

/** Sessions' worth of belief in what others show, and in the user's own habit elsewhere. */
const othersPrior = 8;
const habitPrior = 4;
/** How often the neighbourhood is new to those whose address moves, and to those with a line. */
const movingRate = 0.8;
const steadyRate = 0.05;
/** Sessions after which a user shows others which of both it is, and the shares that say so. */
const sessionsToTell = 8;
const movingShare = 0.6;
const steadyShare = 0.2;
/** From this rate on a network is as a mobile one to the user. */
const mobileFrom = 0.5;

/** How often the neighbourhood of addresses is new to the user on a network, and from what. */
export type MoveRate = {
  readonly rate: number;
  readonly asked: number;
  readonly fresh: number;
  /** Users of the organisation whose addresses move there, and whose do not. */
  readonly movers: number;
  readonly stayers: number;
};

/**
 * The rate on a network: own answers, beside eight of what the organisation's other users show
 * there, beside four of how often it is new to this user on any network (`habit`).
 */
export function moveRate(
  { networks }: Learned,
  population: PopulationView,
  asked: { readonly asn: number; readonly time: UnixMs; readonly habit: number },
): MoveRate {
  const { asn, time, habit } = asked;
  const { movers, stayers } = linesOf(population.use(lineUseKey(asn)));
  const seen = movers * movingRate + stayers * steadyRate;
  const prior = (seen + habitPrior * habit) / (movers + stayers + habitPrior);
  const own = ownMoves(networks, asn, time);
  const rate = (own.fresh + othersPrior * prior) / (own.asked + othersPrior);
  return { rate: Math.min(0.95, rate), ...own, movers, stayers };
}

/** Whether the user's addresses move there as a phone's do. */
export const isMobileHere = ({ rate }: MoveRate): boolean => rate >= mobileFrom;

/**
 * Whether a session comes by mobile access as far as it can be told: by a network known as mobile,
 * on the user's own telephone, or on a device of the user's where addresses move, as the user's own
 * sessions and those of others there have shown.
 * @param moves how they move on the session's network; undefined where it has none
 */
export function comesByMobile(
  observation: Observation,
  found: Pick<ObservationFamiliarity, 'device'>,
  moves: () => MoveRate | undefined,
): boolean {
  if (isRoaming(observation) || isOwnPhone(observation, found)) return true;
  if (isAnonymous(observation) || !isOwnDevice(observation, found)) return false;
  const rate = moves();
  return rate !== undefined && isMobileHere(rate);
}

function ownMoves(networks: Learned['networks'], asn: number, time: UnixMs) {
  const moves = networks.find(({ key }) => key === `${asn}`)?.moves;
  if (!moves) return { asked: 0, fresh: 0 };
  return {
    asked: weightAt(moves.asked, time, noveltyHalfLifeMs),
    fresh: weightAt(moves.fresh, time, noveltyHalfLifeMs),
  };
}

function linesOf(use: Use | undefined): { readonly movers: number; readonly stayers: number } {
  const byUser = new Map(
    [...(use?.sighters ?? []), ...(use?.latest ?? [])].map(({ user, isOdd }) => [user, isOdd]),
  );
  const movers = [...byUser.values()].filter(Boolean).length;
  return { movers, stayers: byUser.size - movers };
}

/**
 * How new the neighbourhood is in a session on a network that the user knows; undefined where that
 * says nothing: on networks known as mobile, anonymous or a security service's.
 */
export function movedIn(
  observation: Observation,
  { network, near, device }: Pick<ObservationFamiliarity, 'network' | 'near' | 'device'>,
): number | undefined {
  const { prefix } = observation;
  if (!prefix || !observation.network || network.k < 0.5) return undefined;
  // A telephone's address says nothing of the line that the user's computers come by.
  const isOfPhone = isOwnPhone(observation, { device });
  const isTold = isRoaming(observation) || isAnonymous(observation) || isOfPhone;
  return isTold || isSecurityService(observation) ? undefined : 1 - near.k;
}

/** What a session shows the organisation of the network: once, when the user has shown enough. */
export function lineUses(
  observation: Observation,
  moved: number | undefined,
  { networks }: Learned,
  user: string,
): readonly Use[] {
  const { network, time } = observation;
  if (!network || moved === undefined) return [];
  const { asked, fresh } = ownMoves(networks, network.asn, time);
  if (asked >= sessionsToTell || asked + 1 < sessionsToTell) return [];
  const share = (fresh + moved) / (asked + 1);
  const isOdd = share >= movingShare;
  if (!isOdd && share > steadyShare) return [];
  return [useOf(lineUseKey(network.asn), { user, first: time, last: time, isOdd })];
}
