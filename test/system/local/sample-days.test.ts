// The sample says the same on whatever day and at whatever hour it is played, and in whatever
// portions its records come: severities, scores, reasons, who is connected.

import type { Detection } from '../../../domain/detection.ts';
import type { Session } from '../../../domain/session/session.ts';
import { sessionState } from '../../../domain/session/session-state.ts';
import { basisView } from '../../../lambdas/query/learned.ts';
import { runs } from '../../support/property-runs.ts';
import { recomputed, scoreOf } from '../../support/recompute.ts';
import { playInPortions, sampleEvents, samplePorts } from '../../support/sample-play.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A Monday. */
const monday = Date.UTC(2026, 10, 23);

async function play(now: number, sizes: readonly number[] = [500], events = sampleEvents(now)) {
  const { store, ports } = samplePorts();
  await playInPortions(ports, events, sizes);
  const detections = [...store.detections.values()].sort((a, b) => b.score - a.score);
  const rows = [...store.sessions].flatMap(([user, own]) =>
    [...own.values()].map(({ session }) => ({ user, session })),
  );
  const heard = (await ports.words?.heard(rows.map(({ session }) => session))) ?? [];
  const isOpen = (at: number): boolean =>
    sessionState(heard[at] as Session, now, undefined).state === 'open';
  const open = rows
    .filter((_, at) => isOpen(at))
    .map(({ user, session }) => `${user} ${session.gatewayId}`);
  return { detections, open: open.sort() };
}

/** The first of them all, which others are compared with; seven seconds, and asked for twice. */
const firstNow = monday + 3 * hourMs;
let first: ReturnType<typeof play> | undefined;
const playFirst = (): ReturnType<typeof play> => {
  first ??= play(firstNow);
  return first;
};

/** What does not move with the clock. */
const said = ({ userKey, severity, score, reasons }: Detection) => ({
  userKey,
  severity,
  score,
  reasons: reasons.map(
    ({ term, text }) => `${term}: ${text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\dZ/g, 'T')}`,
  ),
});

it('does not depend on weekday, hour or minute', async () => {
  const nows = Array.from({ length: 7 }, (_, day) =>
    [3, 15].map((hour) => monday + day * dayMs + hour * hourMs),
  ).flat();
  // At the second, a record is a whole quarter of an hour old: of a clock that is off it would be.
  const minutes = [
    [59, 0],
    [0, 0],
    [17, 39],
    [38, 47],
  ].map(([minute = 0, second = 0]) => monday + 9 * hourMs + minute * 60_000 + second * 1000);
  const { detections, open } = await playFirst();
  expect(detections.map(({ severity }) => severity)).toEqual(['high', 'medium']);
  const times = [...nows, ...minutes];
  // By hand a quarter of them; .ci/run plays all.
  const step = Math.ceil(times.length / runs(times.length));
  for (const now of times.filter((_, at) => at % step === 0)) {
    const played = now === firstNow ? await playFirst() : await play(now);
    expect(played.detections.map(said)).toEqual(detections.map(said));
    expect(played.open).toEqual(open);
  }
}, 300_000);

it('shows what each reason rests on: all are computed again from it', async () => {
  const { detections } = await playFirst();
  for (const detection of detections) {
    const view = JSON.parse(JSON.stringify(basisView(detection, detection.userKey)));
    for (const { term, aspect, weight, inputs } of view.reasons) {
      const found = recomputed(term, aspect, inputs);
      expect({ term, isOff: Math.abs(found - weight) > 1e-3 }).toEqual({ term, isOff: false });
    }
    expect(scoreOf(view.nats)).toBe(view.score);
  }
  expect(detections).toHaveLength(2);
}, 300_000);

it('does not depend on how many records come at once', async () => {
  // To make them is half of a play.
  const events = sampleEvents(firstNow);
  const whole = await play(firstNow, [1], events);
  for (const sizes of [[3, 1, 200], [5000]]) {
    const played = await play(firstNow, sizes, events);
    expect(played).toEqual(whole);
  }
}, 300_000);
