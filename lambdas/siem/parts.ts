// Values that every security format needs from a detection: user, source, product, severity.
// Pure: one detection in, plain values out. Formats are in ocsf-*.ts, cef.ts and ecs.ts.

import type { Detection, Severity } from '../../domain/detection.ts';
import { parseUserName } from '../../domain/user-name.ts';
import type { Triage } from '../shared/triage.ts';

/** JSON as it is sent. What is unknown is absent. */
export type Json = string | number | boolean | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

export const product = { name: 'wherefrom', version: '0.1.0' } as const;

/** The analytic behind a detection: one id for every format and for rules of consumers. */
export const analyticOf = ({ kind }: Pick<Detection, 'kind'>) =>
  ({
    uid: kind,
    name: kind === 'connection-burst' ? 'VPN connection burst' : 'Abnormal VPN connection',
    version: '1',
  }) as const;

/** Why a detection is published: it is new, it changed, it was resolved or withdrawn. */
export type Trigger = 'new' | 'update' | 'close';

/** What surrounds a detection when it is published to another system. */
export type FindingContext = {
  readonly trigger: Trigger;
  /** When the message is made, ms since 1970. */
  readonly time: number;
  readonly triage?: Triage | undefined;
  /** It was lowered or withdrawn: nobody has to be told at once. */
  readonly isQuiet?: boolean;
  /** Origin of the page (`https://console.example`), for a link; absent: no link. */
  readonly pageOrigin?: string | undefined;
};

/** The parts of a user key. `name` is never empty. */
export type UserParts = {
  readonly uid: string;
  readonly name: string;
  readonly domain?: string;
  readonly email?: string;
  readonly isMachine: boolean;
};

const addressSpec = /^[\w.!#$%&'*+/=?^`{|}~-]+@[a-z\d-]+(?:\.[a-z\d-]+)+$/i;

export function userParts(userKey: string): UserParts {
  const { account, domain, form } = parseUserName(userKey);
  return {
    uid: userKey,
    name: account === '' ? userKey : account,
    ...(domain ? { domain } : {}),
    ...(addressSpec.test(userKey) ? { email: userKey } : {}),
    isMachine: form === 'machine',
  };
}

/** Country, region and city of a place key (`FR/Île-de-France/Paris`); absent when it has none. */
export function placeParts(key: string): {
  readonly country?: string;
  readonly region?: string;
  readonly city?: string;
} {
  const [country = '', region = '', city = ''] = key.split('/');
  if (!/^[A-Z]{2}$/.test(country)) return {};
  return { country, ...(region ? { region } : {}), ...(city ? { city } : {}) };
}

/** One sentence: who, from where, and the heaviest reason. */
export function messageOf(detection: Detection): string {
  const { correction, severity } = detection;
  const said = connectionText(detection);
  if (correction?.change === 'withdrawn') return `Withdrawn: ${said} ${correction.reason}.`;
  const isLowered = correction?.change === 'lowered' && correction.severity !== severity;
  return isLowered ? `Lowered from ${correction.severity}: ${said}` : said;
}

function connectionText({ userKey, users, place, reasons, correction }: Detection): string {
  const others = (users?.length ?? 1) - 1;
  const who = others > 0 ? `${userKey} and ${others} more` : userKey;
  const reason = correction?.change === 'withdrawn' ? undefined : reasons[0]?.text;
  return `${who} connected to the VPN from ${place.label}.${reason ? ` ${reason}.` : ''}`;
}

/** What a detection is called. */
export const titleOf = ({ kind }: Detection): string =>
  kind === 'connection-burst' ? 'Burst of VPN connections' : 'Suspicious VPN connection';

/** Address of the detection's page. */
export const linkOf = ({ id }: Detection, origin: string | undefined): string | undefined =>
  origin === undefined ? undefined : `${origin}/detections/${encodeURIComponent(id)}`;

/** Low, medium and high as OCSF's `severity_id`. */
export const severityId: Readonly<Record<Severity, number>> = { low: 2, medium: 3, high: 4 };

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const timeText = (time: number): string => new Date(time).toISOString();
