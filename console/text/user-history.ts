// What people did about one user, newest first: decisions about detections, ended sessions, what
// was said to be expected. Pure: answers of the API in, lines out.

import type { Detection, Expected, SessionEnd, TriageChange } from '../api/types.ts';
import { endStateText } from './end-states.ts';

export type HistoryLine = {
  readonly key: string;
  readonly at: string;
  /** Id of who did it. */
  readonly by: string;
  readonly text: string;
  /** Their own words. */
  readonly quoted?: string | undefined;
  /** The detection that it is about. */
  readonly detection?: string | undefined;
};

type Decided = Pick<Detection, 'id' | 'severity' | 'place' | 'triage'>;

export function historyOf(
  detections: readonly Decided[],
  orders: readonly SessionEnd[],
  expected: readonly Expected[],
): readonly HistoryLine[] {
  const lines = [
    ...detections.flatMap(linesOfDetection),
    ...orders.map(lineOfOrder),
    ...expected.map(
      ({ id, at, by, kind, value, reason }): HistoryLine => ({
        key: `expected ${id}`,
        at,
        by,
        text: `Said what is expected: ${kind} ${value}`,
        quoted: reason,
      }),
    ),
  ];
  return lines.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

function lineOfOrder(order: SessionEnd): HistoryLine {
  const { id, orderedAt, by, reason, sessionId, gateway, detection } = order;
  return {
    key: `end ${id}`,
    at: orderedAt,
    by,
    text: `Ordered the end of session ${sessionId} on ${gateway}. ${endStateText(order)}`,
    quoted: reason,
    detection,
  };
}

function linesOfDetection({ id, severity, place, triage }: Decided): readonly HistoryLine[] {
  if (!triage) return [];
  const { history, ...last } = triage;
  const changes: readonly TriageChange[] = [...history, last];
  return changes.map((change, at): HistoryLine => {
    const before = changes[at - 1];
    const what = `${severity} detection from ${place.label}`;
    return {
      key: `${id} ${at} ${change.at}`,
      at: change.at,
      by: change.by,
      text: `${decisionText(change, before)} the ${what}`,
      quoted: change.note === before?.note ? undefined : change.note,
      detection: id,
    };
  });
}

/** What a change did, beside the one before. */
function decisionText(change: TriageChange, before: TriageChange | undefined): string {
  const { classification, status, owner } = change;
  if (classification !== before?.classification) {
    return classification ? `Classified as ${classification}` : 'Took back the classification of';
  }
  if (status !== before?.status) {
    return status === 'resolved' ? 'Resolved' : status === 'new' ? 'Opened again' : 'Took up';
  }
  if (owner !== before?.owner) return owner ? `Gave to ${owner}` : 'Took from its owner';
  return 'Changed';
}
