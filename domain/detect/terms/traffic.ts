// Term "traffic": did the session move far more than this user's sessions do?
// Formula: min(2, .8 max(0, z - 1.5)); z = ln(r / usual) / (1.4826 d + .5), of the two ways the
// greater; r: octets an hour (of the session's length and one hour more), usual: the median of the
// user's last 8 to 12 sessions that told it, d: their median absolute deviation, of logarithms.
// A second look: judged when the Stop has come, as other sessions are (decision 0028). Only more
// than usual counts; a usual volume takes nothing off, or a thief who keeps to the victim's habits
// would be believed for it.
// Source: volumes are log-normal (Alasmar et al., IEEE/ACM Transactions on Networking 29(3), 2021);
// median and MAD, because one session in two may be anything (Rousseeuw and Croux, JASA 88, 1993);
// MITRE ATT&CK T1048. Blind spots: who takes little, or slowly; users of whom fewer than 8 sessions
// told octets; a session that is not judged near the threshold; before its Stop.

import type { UsualTraffic, UsualWay } from '../../kept-judgement.ts';
import { perHourOf, stepsOf, stepsPerDoubling, trafficRates } from '../../profile/traffic.ts';
import type { Session } from '../../session/session.ts';
import { type BesideContext, type Evidence, rounded } from '../context/term.ts';

/** The most it says, nats. */
export const trafficMost = 2;
const fullWeight = 0.8;
const usualUpTo = 1.5;
/** MAD to standard deviation of a normal, and what is added for few samples, nats. */
const madScale = 1.4826;
const spreadMin = 0.5;
const natsPerStep = Math.LN2 / stepsPerDoubling;

type Way = {
  readonly aspect: 'unusual-upload' | 'unusual-download';
  readonly octets: number;
  readonly perHour: number;
  readonly usual: UsualWay;
};

export function trafficTerm({ presence, alone }: BesideContext): Evidence | undefined {
  const { traffic } = alone;
  if (!presence || !traffic) return undefined;
  const ways = waysOf(presence.session, traffic);
  const [most] = ways.sort((a, b) => oddness(b) - oddness(a));
  if (!most) return undefined;
  const { octets, perHour, usual, aspect } = most;
  const weight = Math.min(trafficMost, fullWeight * Math.max(0, oddness(most) - usualUpTo));
  if (weight <= 0) return undefined;
  const usualPerHour = perHourOf(usual.middle);
  const times = perHour / usualPerHour;
  return {
    term: 'traffic',
    aspect,
    weight,
    numbers: () => ({
      octets,
      octetsPerHour: Math.round(perHour),
      usualOctetsPerHour: Math.round(usualPerHour),
      times: rounded(times),
      sessions: usual.sessions,
      oddness: rounded(oddness(most)),
    }),
    inputs: () => ({ octetsPerHour: perHour, usualSteps: usual.middle, spreadSteps: usual.spread }),
    text: () =>
      `${aspect === 'unusual-upload' ? 'Sent' : 'Received'} ${sizeText(octets)}, ` +
      `${timesText(times)} what this user usually does in that time ` +
      `(the middle of ${usual.sessions} sessions)`,
  };
}

function waysOf(session: Session, traffic: UsualTraffic): Way[] {
  const rates = trafficRates(session);
  if (!rates) return [];
  const { up, down } = traffic;
  return [
    ...(up ? [{ aspect: 'unusual-upload' as const, ...rates.up, usual: up }] : []),
    ...(down ? [{ aspect: 'unusual-download' as const, ...rates.down, usual: down }] : []),
  ];
}

/** How many of the user's own spreads it lies above the usual. */
function oddness({ perHour, usual }: Way): number {
  const above = (stepsOf(perHour) - usual.middle) * natsPerStep;
  return above / (madScale * usual.spread * natsPerStep + spreadMin);
}

const units = ['octets', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `3.1 GB`, in powers of a thousand. */
function sizeText(octets: number): string {
  let value = octets;
  let power = 0;
  while (value >= 999.5 && power < units.length - 1) {
    value /= 1000;
    power += 1;
  }
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

const timesText = (times: number): string =>
  `${times >= 10 ? Math.round(times) : times.toFixed(1)} times`;
