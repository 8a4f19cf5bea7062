// Plays a world's records to all methods at once, in the order they arrive, and collects one score
// a session and method. Peers judge a session at its first record; our model sees every record.

import { type Judged, makeOurs, type Told } from './ours.ts';
import { makeBuffaLogs } from './peers/buffalogs.ts';
import { makeFreeman } from './peers/freeman.ts';
import { makeMachineCity } from './peers/machine-city.ts';
import { makeOktaPair } from './peers/okta.ts';
import { type Alert, graver, type Login, type Scorer, type SessionScore } from './scorer.ts';
import type { World } from './world.ts';

export type Played = {
  readonly name: string;
  readonly isRule: boolean;
  readonly scores: readonly (SessionScore | undefined)[];
};

/** The peers, fresh. */
export function makePeers(): Scorer[] {
  return [
    makeFreeman(),
    makeMachineCity(),
    makeBuffaLogs(false),
    makeBuffaLogs(true),
    makeOktaPair(),
  ];
}

/** Scores every session of a world by every method. `withOurs` false: the peers only. */
export async function play(
  world: World,
  options: { readonly withOurs: boolean },
): Promise<{
  readonly played: readonly Played[];
  readonly records: number;
  readonly oursMs: number;
  /** What the product told analysts at its own settings. */
  readonly told: readonly Told[];
}> {
  const peers = makePeers();
  const ours = options.withOurs ? makeOurs(world) : undefined;
  const peerScores = peers.map(() => new Array<SessionScore | undefined>(world.sessions.length));
  const ourScores = new Array<SessionScore | undefined>(world.sessions.length);
  const seen = new Set<number>();
  let records = 0;
  let oursMs = 0;
  for (const record of world.records()) {
    records += 1;
    const { uid } = record;
    const session = world.sessions[uid];
    if (session && !seen.has(uid)) {
      const { person, start, address, device } = session;
      const location = world.locate(address, record.event.receivedTime);
      const login: Login = { person, start, address, location, device };
      for (const [index, peer] of peers.entries()) {
        const score = peer.score(login);
        (peerScores[index] as (SessionScore | undefined)[])[uid] = { first: score, best: score };
      }
    }
    if (ours) {
      const began = performance.now();
      const judged = await ours.feed(record);
      oursMs += performance.now() - began;
      if (session) ourScores[uid] = withJudged(ourScores[uid], judged);
      for (const [of, alert] of judged.alerts) ourScores[of] = withAlert(ourScores[of], alert);
    }
    seen.add(uid);
  }
  const played: Played[] = peers.map(({ name, isRule }, index) => ({
    name,
    isRule,
    scores: peerScores[index] ?? [],
  }));
  if (ours) {
    played.unshift({ name: ours.name, isRule: false, scores: ourScores });
    played.push(
      asRule(`${ours.name}, Medium and High`, ourScores, ({ severity }) => severity !== 'low'),
      asRule(`${ours.name}, all alerts`, ourScores, () => true),
    );
  }
  return { played, records, oursMs, told: ours?.told ?? [] };
}

/** Joins what a further record of a session brought. The first record sets `first`. */
function withJudged(known: SessionScore | undefined, judged: Judged): SessionScore {
  const { verdict } = judged;
  const detection = known?.detection ?? judged.detection;
  const score = verdict?.score ?? Number.NEGATIVE_INFINITY;
  const isBest = !known || score > known.best;
  const best = isBest ? verdict : known.verdict;
  return {
    first: known?.first ?? score,
    whole: known?.whole ?? verdict?.whole ?? score,
    best: isBest ? score : known.best,
    ...(best ? { verdict: best } : {}),
    ...(known?.alert ? { alert: known.alert } : {}),
    ...(detection === undefined ? {} : { detection }),
  };
}

/** With an alert, which may come with a record of another session. */
function withAlert(known: SessionScore | undefined, alert: Alert): SessionScore | undefined {
  return known && { ...known, alert: graver(known.alert, alert) ?? alert };
}

/** The product as installed: its own thresholds, nothing set after the fact. */
function asRule(
  name: string,
  scores: readonly (SessionScore | undefined)[],
  counts: (alert: Alert) => boolean,
): Played {
  const answers = scores.map((score) => {
    const answer = score?.alert && counts(score.alert) ? 1 : 0;
    const { detection } = score ?? {};
    return { first: answer, best: answer, ...(detection === undefined ? {} : { detection }) };
  });
  return { name, isRule: true, scores: answers };
}
