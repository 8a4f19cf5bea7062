// A detection as the API returns it: joined with what analysts decided, in every format of
// formats.ts.

import { sessionCountOf } from '../../domain/detect/alert.ts';
import type { Detection } from '../../domain/detection.ts';
import { statusOf, type Triage } from '../shared/triage.ts';
import { cefLine } from '../siem/cef.ts';
import { ecsDocument } from '../siem/ecs.ts';
import { detectionFinding } from '../siem/ocsf-finding.ts';
import { type FindingContext, placeParts } from '../siem/parts.ts';
import { etagOf } from './etag.ts';
import type { Renderer } from './formats.ts';
import type { QueryStore } from './ports.ts';
import { type Answer, jsonAnswer } from './request.ts';
import { attribution, detectionView, type Json, timeText } from './views.ts';

/** A detection and what analysts decided about it. */
export type TriagedDetection = {
  readonly detection: Detection;
  readonly triage?: Triage | undefined;
};

/** Joins detections with what analysts decided. */
export async function triagedDetections(
  { store }: { readonly store: Pick<QueryStore, 'triages'> },
  detections: readonly Detection[],
): Promise<TriagedDetection[]> {
  if (detections.length === 0) return [];
  const triages = await store.triages(detections.map(({ id }) => id));
  return detections.map((detection) => ({ detection, triage: triages.get(detection.id) }));
}

/** A detection as JSON. Its entity tag is what a change of it must name. */
export const detectionAnswer = ({ detection, triage }: TriagedDetection): Answer =>
  jsonAnswer({ ...detectionView(detection, triage), attribution });

/** An item of the list: with the entity tag that a change of it must name. */
export const listedView = (triaged: TriagedDetection): Json => ({
  ...detectionView(triaged.detection, triaged.triage),
  etag: etagOf(detectionAnswer(triaged).body ?? ''),
});

/** How SIEM forms tell a stored detection: the same bytes until something changes. */
export function contextOf(
  { detection, triage }: TriagedDetection,
  pageOrigin: string | undefined,
): FindingContext {
  const status = statusOf(detection, triage);
  const isOver = status === 'resolved' || status === 'withdrawn';
  const isChanged = triage || detection.revision || sessionCountOf(detection) > 1;
  return {
    trigger: isOver ? 'close' : isChanged ? 'update' : 'new',
    time: Math.max(triage?.at ?? 0, detection.lastSeen),
    triage,
    pageOrigin,
  };
}

const columns = [
  'id',
  'severity',
  'score',
  'status',
  'classification',
  'user',
  'firstSeen',
  'lastSeen',
  'sessionCount',
  'gateway',
  'clientAddress',
  'place',
  'country',
  'city',
  'latitude',
  'longitude',
  'radiusKm',
  'asn',
  'network',
  'networkType',
  'device',
  'learning',
  'reasons',
  'techniques',
  'note',
  'owner',
  'correction',
] as const;

/** Forms of a list of detections. */
export function triagedRenderer(pageOrigin: string | undefined): Renderer<TriagedDetection> {
  return {
    file: 'detections',
    view: listedView,
    columns,
    cells: ({ detection, triage }) => {
      const { place, network, device, reasons, techniques } = detection;
      const { country, city } = placeParts(place.key);
      return [
        detection.id,
        detection.severity,
        detection.score,
        statusOf(detection, triage),
        triage?.classification,
        detection.userKey,
        timeText(detection.firstSeen),
        timeText(detection.lastSeen),
        sessionCountOf(detection),
        detection.gatewayId,
        detection.clientAddress,
        place.label,
        country,
        city,
        place.lat,
        place.lon,
        place.radiusKm,
        network?.asn,
        network?.organization,
        network?.type,
        device?.name ?? device?.key,
        detection.isLearning,
        reasons.map(({ text }) => text).join('; '),
        techniques.map(({ id }) => id).join(' '),
        triage?.note,
        triage?.owner,
        detection.correction && `${detection.correction.change}: ${detection.correction.reason}`,
      ];
    },
    ocsf: (triaged) => [detectionFinding(triaged.detection, contextOf(triaged, pageOrigin))],
    cef: (triaged) => [cefLine(triaged.detection, contextOf(triaged, pageOrigin))],
    ecs: (triaged) => [ecsDocument(triaged.detection, contextOf(triaged, pageOrigin))],
  };
}
