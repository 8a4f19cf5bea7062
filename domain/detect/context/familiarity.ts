// Compares an observation once with what is learned of the user; the terms read the result.
// Familiarity is a matter of degree: k = w^2 / (w^2 + 0.3^2), where w is the faded weight of
// trusted sessions that showed the value. One session of yesterday gives k = 0.91, of four weeks
// ago 0.41, a distrusted one of today (w = 0.05) 0.03: the 30-day window has no edge. A device is
// half familiar at 0.1: places change with every journey, a computer that was used some times is
// the same one months later. Three sessions of eight weeks ago give 0.78 there, 0.28 elsewhere.

import type { Device, UnixMs } from '../../accounting-event.ts';
import { distanceKm, type Located, type NetworkType } from '../../location.ts';
import type { Unfamiliar } from '../../profile/held.ts';
import { weightAt, weightOf, weightWhere } from '../../profile/known-values.ts';
import type { Answers, Learned } from '../../profile/learned.ts';
import type { Building } from '../../session/merge-values.ts';
import type { Observation, Prefix } from '../../session/observation.ts';

/** Beyond this a weight is no more than "familiar": its square would overflow. */
const weightMax = 1e100;
/** The weight at which a value is half familiar. */
const halfFamiliar = 0.3;
const halfFamiliarDevice = 0.1;

/** A value's faded weight and familiarity, 0 to 1. */
export type Familiarity = { readonly weight: number; readonly k: number };

export type ObservationFamiliarity = {
  /** Faded weight of all sessions. */
  readonly weight: number;
  readonly country: Familiarity;
  /** By a kernel around the position: a wrong city next door is the same place. */
  readonly place: Familiarity;
  readonly network: Familiarity;
  readonly wide: Familiarity;
  readonly near: Familiarity;
  readonly prefix: Familiarity;
  readonly device: Familiarity;
  /** Any device known by the same kind of key: a new kind of key is no new device. */
  readonly deviceKind: Familiarity;
  readonly gateway: Familiarity;
  readonly answers: Answers;
};

const unknown: Familiarity = { weight: 0, k: 0 };
const noAnswers: Answers = {};

/** Networks whose address says where a relay is, not where the user is. */
export const anonymising: ReadonlySet<NetworkType> = new Set([
  'hosting',
  'vpn',
  'tor',
  'proxy',
  'anycast',
]);

export function isAnonymous(observation: Observation): boolean {
  return observation.network !== undefined && anonymising.has(observation.network.type);
}

/** Networks that hand out far-away and fresh addresses: their prefixes and cities are no habit. */
export function isRoaming(observation: Observation): boolean {
  return observation.network?.type === 'mobile' || observation.network?.type === 'satellite';
}

/** The platforms of telephones and tablets, as Cisco's ACIDex names them. */
const phonePlatform = /^(apple-ios|android)\b/i;

/** Whether a device says that it is a telephone or a tablet. */
export const isPhone = ({ os, name, key }: Device): boolean =>
  phonePlatform.test(os ?? name ?? key.slice(key.indexOf(':') + 1));

/** Whether the device is one that the user is known by; a program's name tells no device. */
export const isOwnDevice = (
  { device }: Observation,
  found: Pick<ObservationFamiliarity, 'device'>,
): boolean => device !== undefined && device.kind !== 'client' && found.device.k >= 0.5;

/**
 * The user's own telephone: it is at home on any carrier's addresses, whatever its network is
 * called, so that those are no habit and no news.
 */
export const isOwnPhone = (
  observation: Observation,
  found: Pick<ObservationFamiliarity, 'device'>,
): boolean =>
  observation.device !== undefined &&
  isPhone(observation.device) &&
  isOwnDevice(observation, found);

/** Networks that a whole organisation leaves through, wherever its people are. */
export function isSecurityService(observation: Observation): boolean {
  return observation.network?.type === 'security-service';
}

/** Compares an observation with what is learned, as of its time. `overlap` comes from sessions. */
export function familiarityOf(
  observation: Observation,
  learned: Learned,
  overlap: number | undefined,
): ObservationFamiliarity {
  const { time, located, place, network, prefix, device, gatewayId } = observation;
  const begin = place?.slice(0, place.indexOf('/') + 1);
  let country = 0;
  if (begin) {
    country = weightWhere(learned.places, time, ({ key }) => key.startsWith(begin));
  }
  const blocks = prefix ? blockWeights(learned, prefix, time) : undefined;
  const devices = device ? deviceWeights(learned, device, time) : undefined;
  const found: Building<ObservationFamiliarity> = {
    weight: weightAt(learned.sessions, time),
    country: begin ? familiar(country) : unknown,
    place: familiar(located ? weightNearby(learned, located, time) : 0),
    network: network ? familiar(weightOf(learned.networks, `${network.asn}`, time)) : unknown,
    wide: blocks ? familiar(blocks.wide) : unknown,
    near: blocks ? familiar(blocks.near) : unknown,
    prefix: blocks ? familiar(blocks.key) : unknown,
    device: devices ? familiar(devices.key, halfFamiliarDevice) : unknown,
    deviceKind: devices ? familiar(devices.kind) : unknown,
    gateway: familiar(weightOf(learned.gateways, gatewayId, time)),
    answers: noAnswers,
  };
  found.answers = answersOf(observation, found, overlap);
  return found;
}

function familiar(weight: number, half = halfFamiliar): Familiarity {
  // Beside a session dated decades earlier, one of today weighs more than can be squared.
  if (weight > weightMax) return { weight, k: 1 };
  const square = weight * weight;
  return { weight, k: square / (square + half * half) };
}

/** Weights of an address and of the blocks around it. */
function blockWeights(
  { prefixes }: Learned,
  prefix: Prefix,
  time: UnixMs,
): { key: number; near: number; wide: number } {
  const sums = { key: 0, near: 0, wide: 0 };
  for (const { key, level } of prefixes) {
    if (!key.startsWith(prefix.wide)) continue;
    const weight = weightAt(level, time);
    sums.wide += weight;
    if (key.startsWith(prefix.near)) sums.near += weight;
    if (key === prefix.key) sums.key += weight;
  }
  return sums;
}

function deviceWeights(
  { devices }: Learned,
  device: Device,
  time: UnixMs,
): { key: number; kind: number } {
  const sums = { key: 0, kind: 0 };
  for (const { key, level } of devices) {
    if (!key.startsWith(device.kind) || key[device.kind.length] !== ':') continue;
    const weight = weightAt(level, time);
    sums.kind += weight;
    if (key === device.key) sums.key += weight;
  }
  return sums;
}

/**
 * Which questions of novelty this observation answers. A finer question is asked only where the
 * coarser value is known (chain rule: nothing counts twice), and never of addresses that move by
 * nature.
 */
function answersOf(
  observation: Observation,
  found: Omit<ObservationFamiliarity, 'answers'>,
  overlap: number | undefined,
): Answers {
  const isService = isSecurityService(observation);
  const isPlain = !isAnonymous(observation) && !isService && !isOwnPhone(observation, found);
  const isFixed = !isRoaming(observation) && isPlain;
  const isNew = ({ k }: Familiarity): number => 1 - k;
  const isKnown = ({ k }: Familiarity): boolean => k >= 0.5;
  const answers: { -readonly [Name in keyof Answers]: Answers[Name] } = {
    gateway: isNew(found.gateway),
  };
  if (overlap !== undefined) answers.overlap = overlap;
  if (observation.located && !isService) {
    answers.country = isNew(found.country);
    if (isFixed && isKnown(found.country)) answers.place = isNew(found.place);
  }
  if (observation.network) {
    answers.network = isNew(found.network);
    answers.hosting = isAnonymous(observation) ? 1 : 0;
  }
  if (observation.prefix && isFixed) {
    if (isKnown(found.network)) answers.wide = isNew(found.wide);
    if (isKnown(found.wide)) answers.near = isNew(found.near);
  }
  if (observation.device && isKnown(found.deviceKind)) {
    answers[deviceFeature(observation.device)] = isNew(found.device);
  }
  return answers;
}

/** What of an observation the user is not known by. */
export function unfamiliar(found: ObservationFamiliarity): Unfamiliar {
  const isNew = ({ k }: Familiarity): boolean => k < 0.5;
  return {
    country: isNew(found.country),
    place: isNew(found.place),
    network: isNew(found.network),
    prefix: isNew(found.prefix),
    device: isNew(found.device),
  };
}

/** A hardware address changes with the adapter (dock, Wi-Fi): how often, is asked apart. */
export function deviceFeature(device: Device): 'device' | 'adapter' {
  return device.kind === 'mac' ? 'adapter' : 'device';
}

/** Beyond this difference of latitude the kernel has nothing left, degrees (4 x 150 km). */
const latitudeReach = 5.4;

/** Weight of the places around a position: exp(-d^2 / 2 s^2), s = (r1 + r2) / 2 in 40..150 km. */
function weightNearby(learned: Learned, located: Located, time: UnixMs): number {
  let sum = 0;
  for (const known of learned.places) {
    if (known.radiusKm < 0 || Math.abs(known.lat - located.lat) > latitudeReach) continue;
    const weight = weightAt(known.level, time);
    if (weight < 0.01) continue;
    const isSame = known.lat === located.lat && known.lon === located.lon;
    const distance = isSame ? 0 : distanceKm(located, known);
    const spread = Math.min(150, Math.max(40, (located.radiusKm + known.radiusKm) / 2));
    sum += weight * Math.exp(-((distance / spread) ** 2) / 2);
  }
  return sum;
}
