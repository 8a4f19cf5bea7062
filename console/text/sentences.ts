// A profile or a detection in one sentence made from its data: the first thing a user reads and a
// screen reader speaks. Pure: facts in, pieces of text out.

import type { Activity, Detection, Device, PlaceTally, Profile } from '../api/types.ts';
import {
  clockText,
  counted,
  dateText,
  durationText,
  octetsText,
  percentText,
  type Zone,
} from './clock-text.ts';

/** `strong` pieces carry the facts. Text from the network is escaped where it is shown. */
export type Words = readonly { readonly text: string; readonly isStrong?: boolean }[];

/** Below this many sessions nothing is called usual. */
const usualSessions = 5;

export type Learning = {
  readonly isOver: boolean;
  readonly text: string;
};

const plain = (text: string) => ({ text });
const strong = (text: string) => ({ text, isStrong: true });

/** Who is this, where do they connect from, is anything open or abnormal. */
export function profileSentence(profile: Profile, zone: Zone, now: number): Words {
  const first = Date.parse(profile.firstSeen);
  const day = dateText(first, zone, now);
  const since = day === 'today' ? `${clockText(first, zone)} today` : day;
  return [
    strong(counted(profile.sessions, 'session')),
    plain(` since ${since}. `),
    ...placeWords(profile),
    ...openWords(profile),
    ...detectionWords(profile),
  ];
}

function placeWords(profile: Profile): Words {
  const { places, sessions, devices } = profile;
  if (places.length === 0)
    return [plain('No place is known: the gateway sends no client address. ')];
  const isKnown = sessions >= usualSessions;
  const usual = isKnown ? places.filter((place) => place.isUsual) : places;
  const shown = usual.slice(0, 2);
  const more = places.length - shown.length;
  const device = devices[0];
  if (shown.length === 0) return [plain(`At ${counted(more, 'place')}, none of them usual. `)];
  return [
    plain(isKnown ? 'Usually ' : 'So far '),
    ...shown.flatMap((place, at) => [...(at > 0 ? [plain(' and ')] : []), ...placeShare(place)]),
    ...(more > 0 ? [plain(`, and ${counted(more, 'other place')}`)] : []),
    ...(device
      ? [plain(devices.length === 1 ? ', from ' : ', mostly from '), strong(deviceText(device))]
      : []),
    plain('. '),
  ];
}

const placeShare = ({ label, share }: PlaceTally): Words => [
  strong(label),
  plain(` (${percentText(share)})`),
];

function openWords({ openSessions }: Profile): Words {
  if (openSessions.length === 0) return [plain('No session open. ')];
  const labels = [...new Set(openSessions.map((session) => session.location?.label ?? 'unknown'))];
  const where = labels.length > 1 ? `, at ${labels.length} places at once: ` : ', from ';
  return [
    plain(`${counted(openSessions.length, 'session')} open${where}`),
    strong(labels.slice(0, 3).join(' and ')),
    plain('. '),
  ];
}

function detectionWords({ detections, hasMoreDetections }: Profile): Words {
  const newest = detections[0];
  if (!newest) return [plain('Nothing abnormal found.')];
  const most = `${newest.severity}: ${newest.place.label}.`;
  const count = counted(detections.length, 'detection');
  if (hasMoreDetections) return [strong(`More than ${count}, the newest ${most}`)];
  return [strong(detections.length === 1 ? `${count}, ${most}` : `${count}, the newest ${most}`)];
}

/** What happened; the reasons say why it is abnormal. `own` are its sessions, as far as known. */
export function detectionSentence(detection: Detection, own: readonly Activity[]): Words {
  const { network, gateway, device, sessionCount } = detection;
  const only = own.length === 1 ? own[0] : undefined;
  return [
    plain('Connected '),
    ...(sessionCount > 1 ? [strong(`${sessionCount} times`), plain(' ')] : []),
    ...(only ? durationWords(only) : []),
    plain('through '),
    strong(gateway),
    ...(network ? [plain(' over '), strong(network.organization)] : []),
    ...(device ? [plain(' with '), strong(deviceText(device))] : []),
    ...(only ? trafficWords(only) : []),
    plain('.'),
  ];
}

function durationWords({ state, durationSeconds }: Activity): Words {
  const duration = durationText(durationSeconds);
  return state === 'open'
    ? [strong(`${duration} so far`), plain(' ')]
    : [plain('for '), strong(duration), plain(' ')];
}

function trafficWords({ octetsIn, octetsOut }: Activity): Words {
  if (!(octetsIn && octetsOut)) return [];
  return [plain(`; ${octetsText(octetsIn)} up, ${octetsText(octetsOut)} down`)];
}

/** Words as one string, for titles and tests. */
export const spoken = (words: Words): string => words.map(({ text }) => text).join('');

/** Of a long identifier, enough to tell two devices apart. */
const identifierShown = 8;

/** A device by its most specific known property. */
export function deviceText({ key, kind, name, os, client }: Device): string {
  if (name) return name;
  const identifier = key.replace(/^[a-z]+:/, '');
  if (kind !== 'uid') return identifier;
  return `${os ?? client ?? 'device'} (${identifier.slice(0, identifierShown)})`;
}

/** How far the profile is from being known well enough to alert at full strength. */
export function learningOf({ learning }: Profile, zone: Zone, now: number): Learning {
  const { isOver, sessions, sessionsNeeded } = learning;
  if (isOver) return { isOver, text: 'Learned' };
  const until = Date.parse(learning.until);
  const days = now < until ? ` until ${dateText(until, zone, now)}` : '';
  const isOften = sessions >= sessionsNeeded;
  const count = isOften ? '' : `: ${sessions} of ${sessionsNeeded} sessions`;
  return { isOver, text: `Learning${days}${count}` };
}

/** `at-risk`: a detection is unresolved, or was found malicious; `cleared`: all were decided. */
export function riskOf(
  detections: readonly Pick<Detection, 'status' | 'classification'>[],
): 'at-risk' | 'cleared' {
  const isAtRisk = detections.some(
    ({ status, classification }) =>
      classification === 'malicious' || status === 'new' || status === 'in-progress',
  );
  return isAtRisk ? 'at-risk' : 'cleared';
}
