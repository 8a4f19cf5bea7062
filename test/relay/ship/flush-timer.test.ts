// When batches leave, over a simulated day of traffic at even rates: nobody waits longer than was
// promised, and there are as many batches as `npm run size` counts.

import { type Deployment, loadOf } from '../../../cli/size/sizing.ts';
import { assumptions } from '../../../cli/size/sizing-assumptions.ts';
import { relayDefaults } from '../../../relay/config/relay-config.ts';
import { FlushTimer, unawaitedFlushes } from '../../../relay/ship/flush-timer.ts';
import type { After } from '../../../relay/timers.ts';
import { usualDeployment } from '../../support/deployments.ts';

const flushMs = relayDefaults.flushAfterMs;
const dayMs = 86_400_000;

/** A clock on which at most a few timers run, turned from event to event. */
function makeTimeline() {
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  const timeline = { now: 0, after: undefined as unknown as After, turnTo: (_: number) => {} };
  timeline.after = (ms, run) => {
    const timer = { at: timeline.now + ms, run };
    timers.add(timer);
    return () => timers.delete(timer);
  };
  timeline.turnTo = (time) => {
    for (;;) {
      const [due] = [...timers].filter(({ at }) => at <= time).sort((a, b) => a.at - b.at);
      if (!due) break;
      timers.delete(due);
      timeline.now = due.at;
      due.run();
    }
    timeline.now = time;
  };
  return timeline;
}

/** Numbers in [0, 1) that are the same in every run (a linear congruential generator). */
function makeDice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Plays a day in which packets come independently of each other. */
function playDay(deployment: Deployment) {
  const { packetsPerDay } = loadOf(deployment);
  const startShare = (deployment.users * deployment.sessionsPerDay) / packetsPerDay;
  const timeline = makeTimeline();
  const dice = makeDice(20_261_130);
  const waiting: { readonly at: number; readonly isAwaited: boolean }[] = [];
  const waits = { awaited: 0, other: 0 };
  let batches = 0;
  const timer = new FlushTimer(timeline.after, flushMs, () => {
    batches += 1;
    for (const { at, isAwaited } of waiting.splice(0)) {
      const kind = isAwaited ? 'awaited' : 'other';
      waits[kind] = Math.max(waits[kind], timeline.now - at);
    }
  });
  for (let at = 0; ; ) {
    at += -Math.log(1 - dice()) * (dayMs / packetsPerDay);
    if (at >= dayMs) break;
    timeline.turnTo(at);
    const isAwaited = dice() < startShare;
    waiting.push({ at, isAwaited });
    timer.arm(isAwaited);
  }
  return { batches, waits };
}

it.each([
  ['500 users', usualDeployment(500)],
  ['5,000 users', usualDeployment(5_000)],
  ['500 users without interims', { ...usualDeployment(500), interimMinutes: 0 }],
])('of %s are as many as computed, and nobody waits longer than promised', (_, deployment) => {
  const { batches, waits } = playDay(deployment);
  const computed = loadOf(deployment).batchesPerDay;

  expect(batches / computed).toBeGreaterThan(0.97);
  expect(batches / computed).toBeLessThan(1.03);
  expect(waits.awaited).toBeLessThanOrEqual(flushMs + 1e-3);
  expect(waits.other).toBeLessThanOrEqual(unawaitedFlushes * flushMs + 1e-3);
  // Before there was a difference, every first record of a batch waited one flush time.
  const { packetsPerSecond, packetsPerDay } = loadOf(deployment);
  const before = packetsPerDay / (1 + packetsPerSecond * assumptions.flushSeconds);
  expect(batches).toBeLessThan(before);
});
