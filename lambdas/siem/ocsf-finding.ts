// A detection as an OCSF 1.6.0 Detection Finding (class 2004): what EventBridge carries, Security
// Lake and Security Hub understand, and `format=ocsf` answers. Source: schema.ocsf.io, objects and
// events of 1.6.0; valid under 1.5.0 to 1.8.0 as well. test/lambdas/siem checks it strictly.

import type { Detection, Technique } from '../../domain/detection.ts';
import { statusOf, type Triage } from '../shared/triage.ts';
import {
  analyticOf,
  capitalised,
  type FindingContext,
  type JsonObject,
  linkOf,
  messageOf,
  placeParts,
  product,
  severityId,
  type Trigger,
  timeText,
  titleOf,
  userParts,
} from './parts.ts';

export const ocsfVersion = '1.6.0';
export const ocsfProduct = {
  uid: product.name,
  name: product.name,
  vendor_name: product.name,
  version: product.version,
} as const;

const classUid = 2004;
const activities: Readonly<Record<Trigger, readonly [number, string]>> = {
  new: [1, 'Create'],
  update: [2, 'Update'],
  close: [3, 'Close'],
};
/** Version of MITRE ATT&CK that the ids are of. */
const attackVersion = '17';
const tacticNames: Readonly<Record<string, string>> = {
  TA0001: 'Initial Access',
  TA0003: 'Persistence',
  TA0005: 'Defense Evasion',
  TA0006: 'Credential Access',
  TA0011: 'Command and Control',
};
const statuses = {
  new: [1, 'New'],
  'in-progress': [2, 'In Progress'],
  resolved: [4, 'Resolved'],
  withdrawn: [99, 'Withdrawn'],
};
const verdicts = { benign: [5, 'Benign'], malicious: [2, 'True Positive'] } as const;
/** From this score on, confidence is medium, and high. */
const confidenceSteps = [50, 80] as const;

/** The finding. `context.trigger` says whether it is created, updated or closed. */
export function detectionFinding(detection: Detection, context: FindingContext): JsonObject {
  const { severity, score, firstSeen, lastSeen } = detection;
  const { triage, trigger, time } = context;
  const [activityId, activityName] = activities[trigger];
  const state = statusOf(detection, triage);
  const [statusId, status] = statuses[state] as [number, string];
  const verdict = triage?.classification && verdicts[triage.classification];
  return {
    activity_id: activityId,
    activity_name: activityName,
    category_uid: 2,
    category_name: 'Findings',
    class_uid: classUid,
    class_name: 'Detection Finding',
    type_uid: classUid * 100 + activityId,
    severity_id: severityId[severity],
    severity: capitalised(severity),
    status_id: statusId,
    status,
    ...(detection.correction ? { status_detail: detection.correction.reason } : {}),
    is_alert: trigger !== 'close' && state !== 'withdrawn' && !context.isQuiet,
    confidence_id: 1 + confidenceSteps.filter((step) => score >= step).length,
    confidence_score: score,
    risk_score: score,
    time,
    start_time: firstSeen,
    end_time: lastSeen,
    message: messageOf(detection),
    metadata: metadataOf(detection, context, verdict !== undefined),
    finding_info: findingInfo(detection, context),
    evidences: [evidenceOf(detection)],
    resources: (detection.users ?? [detection.userKey]).map((uid) => ({
      uid,
      name: userParts(uid).name,
      type: 'User',
    })),
    observables: observablesOf(detection),
    // The incident profile: only an analyst sets a verdict.
    ...(verdict ? { verdict_id: verdict[0], verdict: verdict[1] } : {}),
    ...(triage?.note ? { comment: triage.note } : {}),
    unmapped: {
      is_learning: detection.isLearning,
      is_late: detection.isLate === true,
      ...correctionOf(detection),
    },
  };
}

function metadataOf(
  detection: Detection,
  context: FindingContext,
  hasVerdict: boolean,
): JsonObject {
  const { id, severity, firstSeen } = detection;
  const { trigger, triage } = context;
  return {
    version: ocsfVersion,
    // The same for a repeated delivery of the same news: consumers drop the second.
    uid: [id, trigger, severity, triage?.version ?? 0, ...revisionOf(detection)].join(':'),
    log_name: 'detections',
    correlation_uid: id,
    original_time: timeText(firstSeen),
    processed_time: context.time,
    ...(hasVerdict ? { profiles: ['incident'] } : {}),
    product: { ...ocsfProduct, feature: { ...analyticOf(detection) } },
  };
}

const revisionOf = ({ revision }: Detection): readonly string[] =>
  revision ? [`r${revision}`] : [];

/** How the records corrected it, and what it was before. */
function correctionOf({ correction, revision = 0 }: Detection): JsonObject {
  if (!correction) return {};
  const { change, severity, score, at } = correction;
  return {
    correction: {
      change,
      revision,
      time: at,
      severity_id_before: severityId[severity],
      risk_score_before: score,
    },
  };
}

/** What was found, as both findings and incidents hold it. */
export function findingInfo(detection: Detection, context: FindingContext): JsonObject {
  const { id, reasons, firstSeen, lastSeen, sessions, techniques } = detection;
  const link = linkOf(detection, context.pageOrigin);
  const isLater = context.trigger !== 'new';
  return {
    uid: id,
    title: titleOf(detection),
    desc: reasons.map(({ text }) => `${text}.`).join(' '),
    types: [detection.kind],
    created_time: firstSeen,
    ...(isLater ? { modified_time: (context.triage as Triage | undefined)?.at ?? lastSeen } : {}),
    first_seen_time: firstSeen,
    last_seen_time: lastSeen,
    ...(link ? { src_url: link } : {}),
    data_sources: ['RADIUS accounting'],
    analytic: { ...analyticOf(detection), type_id: 2, type: 'Behavioral' },
    attacks: techniques.flatMap((technique) =>
      technique.tactics.map((uid) => ({
        version: attackVersion,
        tactic: { uid, name: tacticNames[uid] ?? uid },
        ...techniqueOf(technique),
      })),
    ),
    related_events: sessions.map((ref) => ({ uid: sessionUid(ref), type_uid: 401_401 })),
    related_events_count: sessions.length,
  };
}

/** `T1110.003` is a sub-technique of T1110; its name reads `Brute Force: Password Spraying`. */
function techniqueOf({ id, name }: Technique): JsonObject {
  const [uid = id] = id.split('.');
  const [parent = name, child] = name.split(': ');
  if (uid === id) return { technique: { uid, name } };
  return { technique: { uid, name: parent }, sub_technique: { uid: id, name: child ?? name } };
}

/** A session as activities of the API name it. */
export const sessionUid = (ref: string): string => ref.replace('/', '-');

function evidenceOf(detection: Detection): JsonObject {
  const { userKey, gatewayId, device, reasons } = detection;
  const user = userParts(userKey);
  return {
    name: 'session',
    user: {
      uid: user.uid,
      name: user.name,
      ...(user.domain ? { domain: user.domain } : {}),
      ...(user.email ? { email_addr: user.email } : {}),
      type_id: user.isMachine ? 3 : 1,
    },
    ...sourceEndpoint(detection),
    dst_endpoint: { name: gatewayId, type_id: 9, type: 'Firewall' },
    ...(device
      ? {
          device: {
            type_id: 0,
            uid: device.key,
            ...(device.name ? { hostname: device.name } : {}),
          },
        }
      : {}),
    data: {
      sessions: detection.sessions.map(sessionUid),
      ...(detection.place.radiusKm === undefined ? {} : { radius_km: detection.place.radiusKm }),
      reasons: reasons.map(({ term, weight, text, numbers }) => ({
        id: term,
        weight,
        text,
        numbers: { ...numbers },
      })),
    },
  };
}

/** Where the session came from; nothing where neither an address nor a computer is known. */
function sourceEndpoint({ clientAddress, place, network, device }: Detection): JsonObject {
  const { lat, lon } = place;
  const parts = placeParts(place.key);
  const position = lat === undefined || lon === undefined ? {} : { lat, long: lon };
  if (clientAddress === undefined && !device?.name) return {};
  const endpoint = {
    ...(clientAddress === undefined ? {} : { ip: clientAddress }),
    ...(device?.name ? { hostname: device.name } : {}),
    ...(parts.country ? { location: { ...parts, ...position, desc: place.label } } : {}),
    ...(network && network.asn > 0
      ? { autonomous_system: { number: network.asn, name: network.organization } }
      : {}),
  };
  return { src_endpoint: endpoint };
}

function observablesOf({ userKey, clientAddress, device }: Detection): JsonObject[] {
  return [
    ...(clientAddress === undefined
      ? []
      : [
          {
            name: 'evidences.src_endpoint.ip',
            type_id: 2,
            type: 'IP Address',
            value: clientAddress,
          },
        ]),
    {
      name: 'evidences.user.name',
      type_id: 4,
      type: 'User Name',
      value: userParts(userKey).name,
    },
    ...(device?.name
      ? [
          {
            name: 'evidences.device.hostname',
            type_id: 1,
            type: 'Hostname',
            value: device.name,
          },
        ]
      : []),
  ];
}
