// From a number of users to packets, disk and limits: plain arithmetic, without I/O. The cost is in
// sizing-cost.ts. Every assumption is a named number of sizing-assumptions.ts. Where a range is
// possible the dearer end is taken: an estimate that is exceeded is worthless.

import { batchEncodedBytesTarget, interimSpanMs } from '../../domain/limits.ts';
import { assumptions } from './sizing-assumptions.ts';

export type Deployment = {
  readonly users: number;
  readonly sessionsPerDay: number;
  /** Minutes between interim updates of a session; 0: the gateway sends none. */
  readonly interimMinutes: number;
  /** How long a user is connected on a day, all sessions together. */
  readonly hoursPerDay: number;
  /** One accounting packet on the wire, octets. */
  readonly packetBytes: number;
  /** People who sign in and have the console open; 0: the stack has no console. */
  readonly analysts: number;
  /** Clients of the user pool for machines (`-c machineClient=true`). */
  readonly machines: number;
};

export const secondsPerDay = 86_400;
const msPerMinute = 60_000;
const bytesPerMiB = 1024 ** 2;

export type Load = {
  readonly interimsPerSession: number;
  /** Interims that are written: the first of each span of a session. */
  readonly interimsKeptPerSession: number;
  readonly packetsPerDay: number;
  readonly packetsPerSecond: number;
  /** When everybody reconnects: a Stop and a Start each, beside the interims. */
  readonly packetsPerSecondPeak: number;
  readonly journalBytesPerDay: number;
  /** What `journalMaxMiB` must be for an outage of the cloud or of the line. */
  readonly journalMiBForOutage: number;
  /** Free space that the relay's disk must have for it. */
  readonly diskMiBForOutage: number;
  readonly eventsPerBatch: number;
  readonly batchesPerDay: number;
  readonly uploadBytesPerDay: number;
};

/** What the relay has to take, and what it sends. */
export function loadOf(deployment: Deployment): Load {
  const { users, sessionsPerDay, interimMinutes, hoursPerDay, packetBytes } = deployment;
  const sessionMinutes = (hoursPerDay * 60) / sessionsPerDay;
  // The interim that is due at the very end is the Stop.
  const interimsPerSession = interimMinutes ? Math.ceil(sessionMinutes / interimMinutes) - 1 : 0;
  const packetsPerDay = users * sessionsPerDay * (2 + interimsPerSession);
  const packetsPerSecond = packetsPerDay / secondsPerDay;
  const interimsPerSecond = interimMinutes ? users / (interimMinutes * 60) : 0;
  const journalBytesPerDay = packetsPerDay * (packetBytes + assumptions.recordOverheadBytes);
  // What was shipped makes room as soon as it is needed, but only by whole segments.
  const outageBytes = (journalBytesPerDay * assumptions.outageHours) / 24;
  const journalMiB = outageBytes / bytesPerMiB + assumptions.segmentMiB;
  const batches = batchesOf(packetsPerDay, users * sessionsPerDay);
  return {
    interimsPerSession,
    interimsKeptPerSession: interimsKept(interimsPerSession, interimMinutes),
    packetsPerDay,
    packetsPerSecond,
    packetsPerSecondPeak: (2 * users) / assumptions.reconnectSeconds + interimsPerSecond,
    journalBytesPerDay,
    journalMiBForOutage: Math.ceil(journalMiB),
    diskMiBForOutage: Math.ceil(journalMiB) + assumptions.freeMiB,
    ...batches,
    uploadBytesPerDay:
      batches.batchesPerDay * assumptions.batchBytes +
      packetsPerDay * assumptions.batchBytesPerEvent,
  };
}

/** One for each span of the clock that an interim lies in, wherever in a span the session began. */
function interimsKept(interims: number, interimMinutes: number): number {
  const spans = ((interims - 1) * interimMinutes * msPerMinute) / interimSpanMs;
  return interims < 1 ? 0 : Math.min(interims, 1 + spans);
}

/** When everybody reconnects, a Start is always there: a batch leaves after the flush time. */
function eventsPerBatchAt(packetsPerSecond: number): number {
  return Math.min(eventsPerBatchMax, 1 + packetsPerSecond * assumptions.flushSeconds);
}

const eventsPerBatchMax = Math.floor(
  (batchEncodedBytesTarget - assumptions.batchBytes) / assumptions.batchBytesPerEvent,
);

/**
 * Mean events of a batch when packets come independently of each other. The batch begins with its
 * first event. A Start leaves after the flush time; anything else waits for one, up to ten times as
 * long (relay/ship/flush-timer.ts).
 */
function eventsPerBatchOf(packetsPerSecond: number, startsPerSecond: number): number {
  const { flushSeconds, flushSecondsUnawaited } = assumptions;
  const spare = flushSecondsUnawaited - flushSeconds;
  // The mean of the time to the next Start, cut off at what may still be waited.
  const untilStart = (1 - Math.exp(-startsPerSecond * spare)) / startsPerSecond;
  const startShare = startsPerSecond / packetsPerSecond;
  const seconds = flushSeconds + (1 - startShare) * untilStart;
  return Math.min(eventsPerBatchMax, 1 + packetsPerSecond * seconds);
}

/** Spread over the whole day, traffic makes the most and smallest batches: the dearest case. */
function batchesOf(packetsPerDay: number, startsPerDay: number) {
  const eventsPerBatch = eventsPerBatchOf(
    packetsPerDay / secondsPerDay,
    startsPerDay / secondsPerDay,
  );
  return { eventsPerBatch, batchesPerDay: packetsPerDay / eventsPerBatch };
}

/** Profile and session row at the Start, the row again at the Stop. */
export const writeUnitsPerSession =
  assumptions.profileWriteUnits + 2 * assumptions.sessionWriteUnits;

export type Limit = {
  readonly name: string;
  readonly unit: string;
  readonly need: number;
  readonly bound: number;
  /** What to do when the need is above the bound. */
  readonly remedy: string;
};

/** What this deployment comes close to or would meet, nearest first. */
export function limitsOf(deployment: Deployment): readonly Limit[] {
  const load = loadOf(deployment);
  const peak = load.packetsPerSecondPeak;
  const { batchesPerInvocation, processSecondsPerInvocation, processSecondsPerEvent } = assumptions;
  const { writeUnitsPerSessionBeside } = assumptions;
  const eventsPerBatch = eventsPerBatchAt(peak);
  const events = batchesPerInvocation * eventsPerBatch;
  const seconds = processSecondsPerInvocation + events * processSecondsPerEvent;
  const processed = (assumptions.invocationsMax * events) / seconds;
  // At a reconnect every second event begins a session, and every other ends one.
  const unitsPerEvent = (writeUnitsPerSession + writeUnitsPerSessionBeside) / 2;
  const limits: Limit[] = [
    {
      name: 'journal of the relay, 72 h outage',
      unit: 'MiB',
      need: load.journalMiBForOutage,
      bound: assumptions.journalMaxMiB,
      remedy: 'raise journalMaxMiB in the configuration of the relay, on a disk that has it',
    },
    {
      name: 'POST /v1/batches at the peak',
      unit: 'requests/s',
      need: peak / eventsPerBatch,
      bound: assumptions.ingestRequestsPerSecondMax,
      remedy: 'raise ingestThrottle in lib/edge-api.ts; the relay retries meanwhile',
    },
    {
      name: 'process, 20 at once, at the peak',
      unit: 'events/s',
      need: peak,
      bound: processed,
      remedy: 'raise invocationsMax in lib/functions.ts; the queue holds 14 days meanwhile',
    },
    {
      name: 'profiles table, new, at the peak',
      unit: 'write units/s',
      // The queue lets through what process can take.
      need: Math.min(peak, processed) * unitsPerEvent,
      bound: assumptions.tableWriteUnitsPerSecond,
      remedy: 'warm the table beforehand (docs/scale.md); events come back meanwhile',
    },
    {
      name: 'directory of users, first day',
      unit: 'write units/s',
      need: deployment.users / assumptions.reconnectSeconds,
      bound: assumptions.partitionWriteUnitsPerSecond,
      remedy: 'let the gateways in one after the other; events come back meanwhile',
    },
  ];
  return limits.sort((a, b) => b.need / b.bound - a.need / a.bound);
}
