// Term "overlap": is the user already connected from somewhere else, however near?
// Formula: 1.1 (1 - k_near) ln(.3 / p_overlap) when another session of theirs is open at this
// moment from other addresses (not the same /24 or IPv6 /48), x .3 by mobile access: a network
// known as mobile, the user's own telephone, or a device of the user's where addresses move as a
// phone's do; p_overlap
// is how often that happens to them (a telephone beside the device, lost Stops). A session
// without Stop counts as open as far as it is likely to be (`chanceOpen`). Nothing when both show
// the same device no farther apart than a line that changes, or when the other session is on a
// mobile network: that is a line changed in the middle of the work; or when the other one's Stop
// came within 300 s of this begin: its gateway noticed late that the line was gone. The version of
// a client program is no device: a whole company has the same.
// Distance is term "travel"; this one sees the hijack next door. Source: MITRE ATT&CK T1078,
// Splunk's concurrent sessions. Blind spot: an intruder who waits until the victim is gone.

import { prefixOf } from '../../session/observation.ts';
import type { KnownSession } from '../../session/outlook.ts';
import {
  beganBefore,
  chanceStill,
  isLostLine,
  type Presence,
  presencesOf,
} from '../../session/presence.ts';
import type { Session, SessionKey } from '../../session/session.ts';
import { isRoaming } from '../context/familiarity.ts';
import {
  type BesideContext,
  type Evidence,
  rateInputs,
  rateNumbers,
  rounded,
  timeText,
} from '../context/term.ts';
import { isBeyondHandover, lastWordNumbers, lastWordText, wordInputs } from './travel.ts';

const fullWeight = 1.1;
const attackShare = 0.3;
const roamingShare = 0.3;
/** What is less likely to be open than this overlaps nothing. */
const chanceMin = 0.125;

/**
 * The other presence that is open at the start of this one, from elsewhere; the one open longest.
 */
export function overlappingPresence(
  presence: Presence,
  others: readonly KnownSession[],
): Presence | undefined {
  const here = prefixOf(presence.sighting.address);
  let found: Presence | undefined;
  for (const session of others) {
    if (isSame(session, presence.session) || session.startedAt > presence.from) continue;
    for (const other of presencesOf(session)) {
      if (!beganBefore(other, presence) || chanceAt(other, presence.from) < chanceMin) continue;
      if (prefixOf(other.sighting.address)?.near === here?.near) continue;
      if (networkType(other) === 'mobile') continue;
      const isFar = isBeyondHandover(presence, other);
      if (!isFar && isLostLine(other, presence.from)) continue;
      const isSameDevice = sharesDevice(session, presence.session);
      if (isSameDevice && !isFar) continue;
      if (!found || other.from < found.from) found = other;
    }
  }
  return found;
}

/** The most that an overlap could weigh, nats. */
export const overlapMost = (
  { near, overlapRate, isMobile }: BesideContext['alone'],
  isRoaming: boolean,
): number => {
  const odds = Math.max(0, Math.log(attackShare / overlapRate.rate));
  return fullWeight * (isRoaming || isMobile ? roamingShare : 1) * (1 - near) * odds;
};

/** How likely a presence that began before was going on at a time. */
function chanceAt(other: Presence, time: number): number {
  return other.to > time ? 1 : chanceStill(other, time);
}

export function overlapTerm(context: BesideContext): Evidence | undefined {
  const { presence, others, alone } = context;
  if (!presence) return undefined;
  const other = overlappingPresence(presence, others);
  if (!other) return undefined;
  const unseen = 1 - alone.near;
  const isMobile = isRoaming(context.observation) || alone.isMobile === true;
  const odds = Math.max(0, Math.log(attackShare / alone.overlapRate.rate));
  const hours = (presence.from - other.from) / 3_600_000;
  const chance = chanceAt(other, presence.from);
  const what = other.isUnended
    ? `has not ended (${lastWordText(other)})`
    : `went on until ${timeText(other.to)}`;
  return {
    term: 'overlap',
    aspect: 'overlap',
    weight: fullWeight * (isMobile ? roamingShare : 1) * unseen * odds * chance,
    about: keyOf(other.session),
    numbers: () => ({
      openHours: rounded(hours),
      unseenBlock: rounded(unseen),
      ...lastWordNumbers(other, presence.from),
      ...rateNumbers(alone.overlapRate),
    }),
    inputs: () => ({
      nearWeight: alone.nearWeight,
      isRoaming: isMobile ? 1 : 0,
      ...wordInputs(other, presence.from),
      ...rateInputs(alone.overlapRate),
    }),
    text: () =>
      `Another session of this user, through ${other.session.gatewayId} since ` +
      `${timeText(other.from)}, ${what} and is from another address`,
  };
}

const keyOf = ({ rowStart, identity }: SessionKey): SessionKey => ({ rowStart, identity });

const isSame = (a: Session, b: Session): boolean =>
  a.identity === b.identity && a.rowStart === b.rowStart;

/** Whether both show one device. What names a program (`client`) names no device. */
export function sharesDevice(a: Session, b: Session): boolean {
  return a.devices.some(
    (device) => device.kind !== 'client' && b.devices.some((other) => other.key === device.key),
  );
}

function networkType(presence: Presence): string | undefined {
  const { location } = presence.sighting;
  return location.kind === 'special' ? undefined : location.network.type;
}
