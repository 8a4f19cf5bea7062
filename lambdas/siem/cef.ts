// A detection as one CEF line (ArcSight Common Event Format 26), with the fields and the
// `externalId=2025` of Defender for Identity's VPN alert, so that rules written for it go on
// working.
// Promise: one detection is one line, whatever a gateway sent; no field can begin another.

import { sessionCountOf } from '../../domain/detect/alert.ts';
import type { Detection } from '../../domain/detection.ts';
import {
  type FindingContext,
  linkOf,
  messageOf,
  placeParts,
  product,
  timeText,
  titleOf,
  userParts,
} from './parts.ts';

/** Defender for Identity's severities: low 3, medium 5, high 10. */
const cefSeverity = { low: 3, medium: 5, high: 10 } as const;
/** Defender for Identity's id of "Suspicious VPN connection". */
const externalId = 2025;

/** The line, without a syslog header and without a line end. */
export function cefLine(detection: Detection, context: FindingContext): string {
  const { device, place, score, clientAddress, firstSeen, lastSeen } = detection;
  const { country, city } = placeParts(place.key);
  const user = userParts(detection.userKey);
  const link = linkOf(detection, context.pageOrigin);
  const fqdn = device?.name?.includes('.') ? device.name : undefined;
  const severity = `${cefSeverity[detection.severity]}`;
  return cefText(
    [detection.kind, titleOf(detection), severity],
    [
      ['start', timeText(firstSeen)],
      ['end', timeText(lastSeen)],
      ['app', 'VpnConnection'],
      ['suser', user.name],
      ['sntdom', user.domain],
      ['suid', user.uid],
      ['src', clientAddress],
      ['shost', device?.name],
      ['dvchost', detection.gatewayId],
      ['msg', messageOf(detection)],
      ['externalId', externalId],
      ['cs1Label', link && 'url'],
      ['cs1', link],
      ['cs2Label', 'trigger'],
      ['cs2', context.trigger === 'new' ? 'new' : 'update'],
      ['cs3Label', fqdn && 'shostfqdn'],
      ['cs3', fqdn],
      ['cs4Label', 'location'],
      ['cs4', country ? [city, country].filter(Boolean).join(', ') : place.label],
      ['cs5Label', 'detectionId'],
      ['cs5', detection.id],
      ['cs6Label', detection.correction && 'correction'],
      ['cs6', correctionText(detection)],
      ['cn1Label', 'score'],
      ['cn1', score],
      ['cnt', sessionCountOf(detection)],
    ],
  );
}

/** `lowered (high, 97): the session through ...`: what was corrected, from what, and why. */
function correctionText({ correction }: Detection): string | undefined {
  if (!correction) return undefined;
  const { change, severity, score, reason } = correction;
  return `${change} (${severity}, ${score}): ${reason}`;
}

/** A line of class id, name and severity with its pairs; a pair without value is left out. */
export function cefText(
  [classId, name, severity]: readonly [string, string, string],
  pairs: readonly (readonly [string, string | number | undefined])[],
): string {
  const { name: maker, version } = product;
  const header = ['CEF:0', maker, maker, version, classId, name, severity];
  const extension = pairs.flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${inExtension(`${value}`)}`],
  );
  return `${header.map(inHeader).join('|')}|${extension.join(' ')}`;
}

/** Control and direction-changing characters become visible; then CEF's own escapes. */
const inHeader = (text: string): string => visible(text).replace(/[\\|]/g, '\\$&');
const inExtension = (text: string): string => visible(text).replace(/[\\=]/g, '\\$&');

function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (one) => {
    return `{u+${(one.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
