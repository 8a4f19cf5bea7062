// A detection in the Elastic Common Schema (8.x), as Elastic Security and its detection rules read
// it. Nested objects, not dotted names; arrays where ECS expects arrays.

import type { Detection } from '../../domain/detection.ts';
import { statusOf } from '../shared/triage.ts';
import {
  analyticOf,
  type FindingContext,
  type JsonObject,
  linkOf,
  messageOf,
  placeParts,
  product,
  severityId,
  timeText,
  userParts,
} from './parts.ts';

const ecsVersion = '8.17.0';
/** ECS leaves the scale of `event.severity` open; Elastic Security's own: 21, 47, 73. */
const severities = { low: 21, medium: 47, high: 73 } as const;

/** The document. `@timestamp` is when the connection began. */
export function ecsDocument(detection: Detection, context: FindingContext): JsonObject {
  const { id, severity, score, clientAddress, gatewayId, device, firstSeen, lastSeen } = detection;
  const user = userParts(detection.userKey);
  const link = linkOf(detection, context.pageOrigin);
  const { triage } = context;
  const status = statusOf(detection, triage);
  const { correction } = detection;
  const analytic = analyticOf(detection);
  return {
    '@timestamp': timeText(firstSeen),
    ecs: { version: ecsVersion },
    event: {
      // What was withdrawn is no alert any more.
      kind: status === 'withdrawn' ? 'event' : 'alert',
      category: ['session', 'network'],
      type: ['start'],
      id,
      module: product.name,
      dataset: `${product.name}.detections`,
      severity: severities[severity],
      risk_score: score,
      start: timeText(firstSeen),
      end: timeText(lastSeen),
      created: timeText(context.time),
      ...(link ? { url: link } : {}),
    },
    message: messageOf(detection),
    rule: { id: analytic.uid, name: analytic.name, version: analytic.version },
    user: {
      id: user.uid,
      name: user.name,
      ...(user.domain ? { domain: user.domain } : {}),
      ...(user.email ? { email: user.email } : {}),
    },
    ...(detection.clientAddress === undefined ? {} : { source: sourceOf(detection) }),
    observer: { hostname: gatewayId, type: 'vpn', vendor: product.name },
    ...(device?.name ? { host: { hostname: device.name } } : {}),
    threat: {
      framework: 'MITRE ATT&CK',
      tactic: { id: [...new Set(detection.techniques.flatMap(({ tactics }) => tactics))] },
      technique: {
        id: detection.techniques.map((technique) => technique.id),
        name: detection.techniques.map((technique) => technique.name),
      },
    },
    related: {
      ...(clientAddress === undefined ? {} : { ip: [clientAddress] }),
      user: [...new Set([user.uid, user.name, ...(detection.users ?? [])])],
      ...(device?.name ? { hosts: [device.name] } : {}),
    },
    labels: {
      wherefrom_severity: severity,
      wherefrom_severity_id: severityId[severity],
      wherefrom_status: status,
      ...(correction
        ? {
            wherefrom_correction: correction.change,
            wherefrom_correction_reason: correction.reason,
          }
        : {}),
      ...(triage?.classification ? { wherefrom_classification: triage.classification } : {}),
    },
  };
}

function sourceOf({ clientAddress, place, network }: Detection): JsonObject {
  const { country, region, city } = placeParts(place.key);
  const { lat, lon } = place;
  return {
    ...(clientAddress === undefined ? {} : { ip: clientAddress, address: clientAddress }),
    ...(country
      ? {
          geo: {
            country_iso_code: country,
            ...(region ? { region_name: region } : {}),
            ...(city ? { city_name: city } : {}),
            ...(lat === undefined || lon === undefined ? {} : { location: { lat, lon } }),
          },
        }
      : {}),
    ...(network && network.asn > 0
      ? { as: { number: network.asn, organization: { name: network.organization } } }
      : {}),
  };
}
