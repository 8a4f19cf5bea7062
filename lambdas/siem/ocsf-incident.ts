// A case as an OCSF 1.6.0 Incident Finding (class 2005): its detections as `finding_info_list`.
// Source: schema.ocsf.io, event class incident_finding of 1.6.0. Pure.

import type { Detection, Severity } from '../../domain/detection.ts';
import type { Triage } from '../shared/triage.ts';
import { findingInfo, ocsfProduct, ocsfVersion } from './ocsf-finding.ts';
import { capitalised, type JsonObject, severityId } from './parts.ts';

const classUid = 2005;
const statuses = {
  new: [1, 'New'],
  'in-progress': [2, 'In Progress'],
  resolved: [4, 'Resolved'],
} as const;
const verdicts = { benign: [5, 'Benign'], malicious: [2, 'True Positive'] } as const;

/** A case as other systems are told of it. */
export type Incident = {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly status: keyof typeof statuses;
  /** Of all its detections; absent: they differ, or nothing was said. */
  readonly classification?: keyof typeof verdicts | undefined;
  /** Id of who looks after it. */
  readonly owner?: string | undefined;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** The last decision about it or one of its detections, or its last detection. */
  readonly time: number;
  readonly findings: readonly {
    readonly detection: Detection;
    readonly triage?: Triage | undefined;
  }[];
  readonly pageOrigin?: string | undefined;
};

/** The finding. */
export function incidentFinding(incident: Incident): JsonObject {
  const { id, title, severity, status, classification, owner, time, pageOrigin } = incident;
  const [statusId, statusName] = statuses[status];
  const isOver = status === 'resolved';
  const [activityId, activityName] = isOver ? [3, 'Close'] : [2, 'Update'];
  const trigger = isOver ? 'close' : 'update';
  return {
    activity_id: activityId,
    activity_name: activityName,
    category_uid: 2,
    category_name: 'Findings',
    class_uid: classUid,
    class_name: 'Incident Finding',
    type_uid: classUid * 100 + activityId,
    severity_id: severityId[severity],
    severity: capitalised(severity),
    status_id: statusId,
    status: statusName,
    time,
    start_time: incident.firstSeen,
    end_time: incident.lastSeen,
    message: title,
    desc: title,
    ...(owner ? { assignee: { uid: owner, name: owner } } : {}),
    ...(pageOrigin ? { src_url: `${pageOrigin}/cases/${encodeURIComponent(id)}` } : {}),
    ...(classification
      ? { verdict_id: verdicts[classification][0], verdict: verdicts[classification][1] }
      : {}),
    metadata: {
      version: ocsfVersion,
      uid: id,
      correlation_uid: id,
      log_name: 'cases',
      product: ocsfProduct,
    },
    finding_info_list: incident.findings.map(({ detection, triage }) =>
      findingInfo(detection, { trigger, time, triage, pageOrigin }),
    ),
  };
}
