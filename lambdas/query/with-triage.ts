// A detection as the API returns it: joined with what analysts decided, in every format of
// formats.ts.

import { sessionCountOf } from '../../domain/detect/alert.ts';
import { silentWithout } from '../../domain/detect/silent-without.ts';
import { type Detection, isWithdrawn } from '../../domain/detection.ts';
import type { SessionEnding } from '../shared/row-ending.ts';
import { statusOf, type Triage } from '../shared/triage.ts';
import { cefLine } from '../siem/cef.ts';
import { ecsDocument } from '../siem/ecs.ts';
import { detectionFinding } from '../siem/ocsf-finding.ts';
import { type FindingContext, placeParts } from '../siem/parts.ts';
import { etagOf, listsTag } from './etag.ts';
import type { Renderer } from './formats.ts';
import type { QueryStore } from './ports.ts';
import { type Answer, jsonAnswer } from './request.ts';
import { attribution, detectionView, type Json, type JsonObject, timeText } from './views.ts';

/** A detection and what analysts decided about it. */
export type TriagedDetection = {
  readonly detection: Detection;
  readonly triage?: Triage | undefined;
  /** Of the newest order to end a session of it. */
  readonly ending?: SessionEnding | undefined;
};

/** Joins detections with what analysts decided. */
export async function triagedDetections(
  { store }: { readonly store: Pick<QueryStore, 'triages' | 'endings'> },
  detections: readonly Detection[],
): Promise<TriagedDetection[]> {
  if (detections.length === 0) return [];
  const ids = detections.map(({ id }) => id);
  const [triages, endings] = await Promise.all([store.triages(ids), store.endings(ids)]);
  return detections.map((detection) => ({
    detection,
    triage: triages.get(detection.id),
    ending: endings.get(detection.id),
  }));
}

/** A detection with what was decided and what became of an order to end a session of it. */
export const triagedView = ({ detection, triage, ending }: TriagedDetection): JsonObject => ({
  ...detectionView(detection, triage),
  ...(ending ? { sessionEnd: { state: ending.state, orderedAt: timeText(ending.orderedAt) } } : {}),
});

/** A detection as JSON. Its entity tag is what a change of it must name. */
export const detectionAnswer = (triaged: TriagedDetection): Answer => {
  const view = { ...triagedView(triaged), ...silentView(triaged.detection) };
  const answer = jsonAnswer({ ...view, attribution });
  return { ...answer, headers: { ...answer.headers, etag: tagOf(triaged) } };
};

/** What would have kept it silent, where it stands and it is known. */
function silentView({ basis, isLearning, ...detection }: Detection): JsonObject {
  if (!basis || isWithdrawn(detection)) return {};
  return { silentWithout: silentWithout({ ...basis, isLearning }).map((set) => [...set]) };
}

/** An item of the list: with the entity tag that a change of it must name. */
export const listedView = (triaged: TriagedDetection): Json => ({
  ...triagedView(triaged),
  etag: tagOf(triaged),
});

/**
 * The entity tag: of what a decision is made on, then of an order to end a session, if there is
 * one. Who decides while that order is under way decides on the first part alone.
 */
function tagOf({ ending, ...decided }: TriagedDetection): string {
  const tag = etagOf(jsonAnswer({ ...triagedView(decided), attribution }).body ?? '');
  return ending ? `${tag.slice(0, -1)}.${ending.orderedAt.toString(36)}-${ending.state}"` : tag;
}

/** Whether a decision was made on what stands. @param tags entity tags, as If-Match lists them */
export const isMadeOn = (triaged: TriagedDetection, tags: string): boolean =>
  listsTag(tags.replace(/\.[\w-]+"/g, '"'), tagOf({ ...triaged, ending: undefined }));

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
  'sessionEnd',
  'sessionEndOrderedAt',
] as const;

/** Forms of a list of detections. */
export function triagedRenderer(pageOrigin: string | undefined): Renderer<TriagedDetection> {
  return {
    file: 'detections',
    view: listedView,
    columns,
    cells: ({ detection, triage, ending }) => {
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
        ending?.state,
        ending && timeText(ending.orderedAt),
      ];
    },
    ocsf: (triaged) => [detectionFinding(triaged.detection, contextOf(triaged, pageOrigin))],
    cef: (triaged) => [cefLine(triaged.detection, contextOf(triaged, pageOrigin))],
    ecs: (triaged) => [ecsDocument(triaged.detection, contextOf(triaged, pageOrigin))],
  };
}
