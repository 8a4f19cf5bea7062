// Reads what `npm run replay -- FILE.detail --scores` printed of a world's detail file, and finds
// the true session of every line: the measurement of the whole path, decoder included.

import { readFileSync } from 'node:fs';
import { minuteMs } from './parameters.ts';
import type { Played } from './play.ts';
import type { SessionScore } from './scorer.ts';
import type { World } from './world.ts';

/** Starts of lines and sessions may differ by clocks and lost Starts. */
const startToleranceMs = 15 * minuteMs;

type Candidate = { readonly uid: number; readonly start: number };

/**
 * The scores of a file of lines `{user, sessionId, gateway, startedAt, score}`.
 * @throws Error when a line is not of that form, or when hardly any line fits the world: then the
 * file is of another one.
 */
export function readReplayed(world: World, path: string): Played {
  const sessions = sessionsByKey(world);
  const scores = new Array<SessionScore | undefined>(world.sessions.length);
  let lines = 0;
  let placed = 0;
  for (const text of readFileSync(path, 'utf8').split('\n')) {
    if (text === '') continue;
    lines += 1;
    const line = readLine(text, lines);
    const uid = nearest(sessions.get(keyOf(line.gateway, line.sessionId, line.user)), line.start);
    if (uid === undefined) continue;
    placed += 1;
    const known = scores[uid];
    scores[uid] = known
      ? { first: known.first, best: Math.max(known.best, line.score) }
      : { first: line.score, best: line.score };
  }
  if (placed < lines / 2) throw new Error(`${path}: ${placed} of ${lines} lines fit this world`);
  return { name: 'Wherefrom, replayed', isRule: false, scores };
}

function sessionsByKey(world: World): ReadonlyMap<string, Candidate[]> {
  const sessions = new Map<string, Candidate[]>();
  const seen = new Set<number>();
  for (const { event, uid } of world.records()) {
    const session = world.sessions[uid];
    if (session === undefined || seen.has(uid)) continue;
    seen.add(uid);
    const account = world.persons[session.person]?.account ?? '';
    const key = keyOf(event.gateway.id, event.session.id ?? '', account);
    const list = sessions.get(key) ?? [];
    list.push({ uid, start: session.start });
    sessions.set(key, list);
  }
  return sessions;
}

/** Spellings differ; the account's own part is unique in a world. */
function keyOf(gateway: string, sessionId: string, user: string): string {
  const account = user.replace(/^.*\\/, '').replace(/@.*$/, '').toLowerCase();
  return `${gateway}/${sessionId}/${account}`;
}

function nearest(candidates: readonly Candidate[] | undefined, start: number): number | undefined {
  const distance = (candidate: Candidate): number => Math.abs(candidate.start - start);
  const best = [...(candidates ?? [])].sort((a, b) => distance(a) - distance(b))[0];
  return best && distance(best) <= startToleranceMs ? best.uid : undefined;
}

type Line = {
  readonly user: string;
  readonly sessionId: string;
  readonly gateway: string;
  readonly start: number;
  readonly score: number;
};

function readLine(text: string, number: number): Line {
  const fields: Record<string, unknown> = { ...(JSON.parse(text) as object) };
  const { user, sessionId, gateway, startedAt, score } = fields;
  const start = typeof startedAt === 'number' ? startedAt : Date.parse(String(startedAt));
  if (
    typeof user !== 'string' ||
    typeof sessionId !== 'string' ||
    typeof gateway !== 'string' ||
    typeof score !== 'number' ||
    Number.isNaN(start)
  ) {
    throw new Error(`line ${number} is no score: ${text.slice(0, 80)}`);
  }
  return { user, sessionId, gateway, start, score };
}
