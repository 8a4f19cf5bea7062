// What replay prints: one JSON line a scored session, or one a detection.

import { reasonOf } from '../../domain/detect/context/term.ts';
import type { SessionJudgement } from '../../domain/detect/judgement.ts';
import type { Detection } from '../../domain/detection.ts';

/** An address may change while a session lasts: its highest score counts, so it is kept so long. */
const sessionOpenMs = 8 * 24 * 3600 * 1000;

/** Printed sessions remembered, so that one that lasts for weeks is printed once. */
const printedMax = 1_000_000;

/** A session's best judgement. A judgement holds all that it was made from: its line is kept. */
type Scored = {
  readonly score: number;
  readonly startedAt: number;
  /** Its place among those of one start. */
  readonly name: string;
  readonly line: string;
};

/** The verdict of every session, the highest where it was judged more than once. */
export class ScoreBook {
  /** By identity, which is a hash of gateway, session id and user, and start. */
  readonly #open = new Map<string, Scored>();
  readonly #printed = new Set<string>();
  readonly #hasLines: boolean;
  /** Sessions scored so far. */
  sessions = 0;

  /** @param hasLines false: sessions are counted only */
  constructor(hasLines: boolean) {
    this.#hasLines = hasLines;
  }

  add(judgement: SessionJudgement): void {
    const { userKey, session } = judgement;
    const { score } = judgement.judgement;
    const key = `${session.identity}${session.rowStart}`;
    if (this.#printed.has(key)) return;
    const known = this.#open.get(key);
    if (!known) this.sessions += 1;
    if (known && score <= known.score) return;
    const { startedAt } = session;
    const told = this.#hasLines
      ? { name: `${userKey}\0${session.identity}`, line: scoreLine(judgement) }
      : { name: '', line: '' };
    this.#open.set(key, { score, startedAt, ...told });
  }

  /** Takes out the lines of sessions that began long before a time, oldest first. */
  takeBefore(time: number): string[] {
    const done: Scored[] = [];
    for (const [key, scored] of this.#open) {
      if (scored.startedAt >= time - sessionOpenMs) continue;
      this.#open.delete(key);
      if (this.#printed.size < printedMax) this.#printed.add(key);
      if (this.#hasLines) done.push(scored);
    }
    done.sort((a, b) => a.startedAt - b.startedAt || (a.name < b.name ? -1 : 1));
    return done.map(({ line }) => line);
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
