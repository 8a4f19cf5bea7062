// Two ways to load an accounting server: closed (as many requests under way as asked for, the next
// one sent when one is answered) and open (a given rate, whatever the server does).
// Promise: numbers are of a window after the warm-up; CPU time is read at both ends of the window.

import { setTimeout as sleep } from 'node:timers/promises';
import { ExchangeTable } from './exchange-table.ts';
import type { PacketPool } from './packets.ts';
import { cpuSeconds } from './process-numbers.ts';
import { quantile } from './statistics.ts';

export type LoadShape =
  | { readonly kind: 'closed'; readonly inFlight: number }
  | {
      readonly kind: 'open';
      readonly perSecond: number;
      readonly arrivals: 'poisson' | 'constant';
    };

export type LoadOrder = {
  readonly port: number;
  readonly shape: LoadShape;
  readonly warmUpMs: number;
  readonly windowMs: number;
  /** Its CPU time is measured. */
  readonly pid?: number;
  /** Packets before this one were sent by an earlier load. */
  readonly first?: number;
  /** A packet is sent again after this long, this often at most. */
  readonly retryMs?: number;
  readonly triesMax?: number;
  /** Send at most so many packets. */
  readonly packetsMax?: number;
  /** Ends early when so many packets were given up. */
  readonly lostMax?: number;
};

export type LoadResult = {
  /** Distinct packets, warm-up included. */
  readonly sent: number;
  readonly answered: number;
  readonly lost: number;
  readonly retransmissions: number;
  readonly strange: number;
  /** Number of the first packet that was not sent. */
  readonly next: number;
  /** Of the window. */
  readonly seconds: number;
  readonly answeredInWindow: number;
  readonly cpuSeconds: number;
  /** Of the generator itself: when it is as busy as it can be, it is what was measured. */
  readonly ownCpuSeconds: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
};

/** How one load is going; `acknowledged` has a 1 for every packet that was answered. */
export type LoadWatch = { acknowledged: Uint8Array; isStopped: boolean };

const retryMsDefault = 1000;
const triesMaxDefault = 5;
const drainStepMs = 5;

type Run = {
  readonly table: ExchangeTable;
  readonly order: LoadOrder;
  readonly end: number;
  readonly watch: LoadWatch;
  next: number;
};

type Phase = { isInWindow: boolean; isSending: boolean };

/** Runs one load to its end: warm-up, window, and the answers still under way. */
export async function runLoad(
  pool: PacketPool,
  order: LoadOrder,
  watch: LoadWatch,
): Promise<LoadResult> {
  const latenciesMs = new Float64Array(pool.count);
  const counts = { answered: 0, lost: 0, inWindow: 0 };
  const phase: Phase = { isInWindow: false, isSending: true };
  let fill: (() => void) | undefined;
  const table = await ExchangeTable.open({
    port: order.port,
    pool,
    retryMs: order.retryMs ?? retryMsDefault,
    triesMax: order.triesMax ?? triesMaxDefault,
    onAnswer(n, elapsedMs) {
      watch.acknowledged[n] = 1;
      counts.answered += 1;
      if (phase.isInWindow) {
        latenciesMs[counts.inWindow] = elapsedMs;
        counts.inWindow += 1;
      }
      fill?.();
    },
    onLost() {
      counts.lost += 1;
      if (counts.lost >= (order.lostMax ?? Number.POSITIVE_INFINITY)) watch.isStopped = true;
      fill?.();
    },
  });
  const first = order.first ?? 0;
  const end = Math.min(pool.count, first + (order.packetsMax ?? pool.count));
  const run: Run = { table, order, end, watch, next: first };
  const { shape } = order;
  if (shape.kind === 'closed') {
    fill = () => {
      if (phase.isSending) fillUp(run, shape.inFlight);
    };
    fill();
  } else startClock(run, shape, phase);
  await elapsed(run, order.warmUpMs);
  phase.isInWindow = true;
  const cpuBefore = order.pid === undefined ? 0 : cpuSeconds(order.pid);
  const ownBefore = cpuSeconds(process.pid);
  const startMs = performance.now();
  await elapsed(run, order.windowMs);
  const seconds = (performance.now() - startMs) / 1000;
  const ownCpu = cpuSeconds(process.pid) - ownBefore;
  const cpu = (order.pid === undefined ? 0 : cpuSeconds(order.pid)) - cpuBefore;
  phase.isInWindow = false;
  phase.isSending = false;
  while (table.inFlight > 0 && !watch.isStopped) await sleep(drainStepMs);
  table.close();
  const measured = latenciesMs.subarray(0, counts.inWindow);
  return {
    sent: run.next - first,
    answered: counts.answered,
    lost: counts.lost,
    retransmissions: table.retransmissions,
    strange: table.strange,
    next: run.next,
    seconds,
    answeredInWindow: counts.inWindow,
    cpuSeconds: cpu,
    ownCpuSeconds: ownCpu,
    p50Us: quantile(measured, 0.5) * 1000,
    p99Us: quantile(measured, 0.99) * 1000,
    maxUs: quantile(measured, 1) * 1000,
  };
}

/** Waits; ends early when there is nothing left to send or the load was stopped. */
async function elapsed(run: Run, ms: number): Promise<void> {
  const endMs = performance.now() + ms;
  for (;;) {
    const leftMs = endMs - performance.now();
    const isDry = run.next >= run.end && run.table.inFlight === 0;
    if (leftMs <= 0 || isDry || run.watch.isStopped) return;
    await sleep(Math.min(leftMs, 20));
  }
}

function fillUp(run: Run, inFlight: number): void {
  while (run.table.inFlight < inFlight && run.next < run.end) {
    if (!run.table.send(run.next, performance.now())) return;
    run.next += 1;
  }
}

/**
 * Sends on time, checked in every turn of the event loop: a timer would come a millisecond late.
 */
function startClock(run: Run, shape: Extract<LoadShape, { kind: 'open' }>, phase: Phase): void {
  const gapMs = 1000 / shape.perSecond;
  const gap =
    shape.arrivals === 'constant' ? () => gapMs : () => -Math.log(1 - Math.random()) * gapMs;
  let dueMs = performance.now();
  const turn = (): void => {
    if (!phase.isSending || run.watch.isStopped) return;
    const nowMs = performance.now();
    while (dueMs <= nowMs && run.next < run.end && run.table.send(run.next, dueMs)) {
      run.next += 1;
      dueMs += gap();
    }
    setImmediate(turn);
  };
  turn();
}
