// `GET /v1/users/{user}/learned?detection=`: what the numbers of a detection's reasons come from,
// as of its judgement; without a detection what is learned of the user by now.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { Basis, Detection } from '../../domain/detection.ts';
import type { Known } from '../../domain/profile/known-values.ts';
import { weightAt } from '../../domain/profile/known-values.ts';
import { features, noveltyAt } from '../../domain/profile/learned.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import { problem } from '../shared/problem.ts';
import { triagedDetection } from './detections.ts';
import type { QueryDeps } from './ports.ts';
import { type Answer, jsonAnswer, type QueryRequest } from './request.ts';
import { findUser, noSuchUser } from './users.ts';
import type { JsonObject } from './views.ts';

/** Weights below this are as good as forgotten. */
const weightShown = 0.001;
const digits = 6;

/** `GET /v1/users/{user}/learned?detection`. */
export async function getLearned(deps: QueryDeps, request: QueryRequest): Promise<Answer> {
  const id = request.query['detection'];
  const found = await findUser(deps, request);
  if (!found) return noSuchUser();
  const { profile } = found;
  if (id === undefined) return jsonAnswer(presentView(profile, request.now));
  const detection = (await triagedDetection(deps, id))?.detection;
  if (!detection || !isOf(detection, profile.userKey)) {
    return problem('not-found', { detail: 'this user has no detection of this id' });
  }
  return jsonAnswer(basisView(detection, profile.userKey));
}

const isOf = ({ userKey, users }: Detection, user: string): boolean =>
  userKey === user || (users?.includes(user) ?? false);

/** What a detection rests on. One of before, and one of several users, say why there is nothing. */
export function basisView(detection: Detection, user: string): JsonObject {
  const { id, severity, score, isLearning, reasons, basis } = detection;
  const about = { user, detection: id, severity, score, isLearning };
  if (!basis) {
    const note =
      detection.kind === 'connection-burst'
        ? 'An alert of several users rests on the detections of each of them: ask for those.'
        : 'Judged before it was kept what the numbers come from: only the reasons are known.';
    return { ...about, note, reasons: reasons.map(({ term, text }) => ({ term, text })) };
  }
  const { at, nats, threshold, daysSinceFirst, sessionsInMonth, organisation } = basis;
  return {
    ...about,
    at: new Date(at).toISOString(),
    nats,
    threshold,
    gate: { daysSinceFirst, sessionsInMonth },
    organisation,
    reasons: reasons.map((reason, at) => ({
      term: reason.term,
      text: reason.text,
      ...inputsOf(basis, reason.term, at),
      numbers: reason.numbers,
    })),
  };
}

/** What the weight of a reason was computed from; a remark that weighs nothing has none. */
function inputsOf({ terms }: Basis, term: string, at: number): JsonObject {
  const own = terms[at]?.term === term ? terms[at] : terms.find((one) => one.term === term);
  if (!own) return { weight: 0, inputs: {} };
  const { aspect, weight, inputs } = own;
  return { aspect, weight, inputs };
}

/** What is learned by now: faded weights, and how often something was new. */
function presentView({ userKey, learned }: Profile, now: UnixMs): JsonObject {
  const { sessions, novelty, tripSince } = learned;
  const known = (list: readonly Known[]): JsonObject[] =>
    list
      .map(({ key, level }) => ({ key, weight: shown(weightAt(level, now)) }))
      .filter(({ weight }) => weight >= weightShown)
      .sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1));
  return {
    user: userKey,
    at: new Date(now).toISOString(),
    sessions: shown(weightAt(sessions, now)),
    places: known(learned.places),
    networks: known(learned.networks),
    addresses: known(learned.prefixes),
    devices: known(learned.devices),
    gateways: known(learned.gateways),
    novelty: Object.fromEntries(
      features.map((feature) => {
        const { asked, fresh } = noveltyAt(novelty, feature, now);
        return [feature, { asked: shown(asked), fresh: shown(fresh) }];
      }),
    ),
    ...(tripSince === undefined ? {} : { tripSince: new Date(tripSince).toISOString() }),
  };
}

const shown = (value: number): number => Number(value.toPrecision(digits));
