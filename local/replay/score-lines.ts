// What replay prints: one JSON line a scored session, or one a detection.

import { reasonOf } from '../../domain/detect/context/term.ts';
import type { SessionJudgement } from '../../domain/detect/judgement.ts';
import type { Detection } from '../../domain/detection.ts';

/** An address may change while a session lasts: its highest score counts, so it is kept so long. */
const sessionOpenMs = 8 * 24 * 3600 * 1000;

/** Printed sessions remembered, so that one that lasts for weeks is printed once. */
const printedMax = 1_000_000;

/** The verdict of every session, the highest where it was judged more than once. */
export class ScoreBook {
  readonly #open = new Map<string, SessionJudgement>();
  readonly #printed = new Set<string>();
  /** Sessions scored so far. */
  sessions = 0;

  add(judgement: SessionJudgement): void {
    const { userKey, session } = judgement;
    const key = `${userKey}\0${session.rowStart}\0${session.identity}`;
    if (this.#printed.has(key)) return;
    const known = this.#open.get(key);
    if (!known) this.sessions += 1;
    if (!known || judgement.judgement.score > known.judgement.score) this.#open.set(key, judgement);
  }

  /** Takes out the lines of sessions that began long before a time. */
  takeBefore(time: number): string[] {
    const lines: string[] = [];
    for (const [key, judgement] of this.#open) {
      if (judgement.session.startedAt >= time - sessionOpenMs) continue;
      this.#open.delete(key);
      if (this.#printed.size < printedMax) this.#printed.add(key);
      lines.push(scoreLine(judgement));
    }
    return lines;
  }
}

function scoreLine({ userKey, session, judgement }: SessionJudgement): string {
  return JSON.stringify({
    user: userKey,
    sessionId: session.sessionId,
    gateway: session.gatewayId,
    startedAt: new Date(session.startedAt).toISOString(),
    // All digits: near 100 they still tell sessions apart.
    score: Math.round(judgement.shown * 1e12) / 1e12,
    severity: judgement.severity ?? null,
    learning: judgement.isLearning,
    reasons: judgement.evidence.map(reasonOf),
  });
}

export function detectionLine({ isLearning, basis: _, ...detection }: Detection): string {
  return JSON.stringify({
    ...detection,
    learning: isLearning,
    firstSeen: new Date(detection.firstSeen).toISOString(),
    lastSeen: new Date(detection.lastSeen).toISOString(),
  });
}
