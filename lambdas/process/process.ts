// The process function: batches from the queue become profiles, sessions and detections.
// All events of an invocation are pooled, so one user is read and written once. A message is done
// when each of its events has an outcome; otherwise it is redelivered later. No event is partly
// lost: one that fails three times for its own reasons becomes a dead letter with an alarm, and the
// rest proceeds.

import type {
  Context,
  SQSBatchResponse,
  SQSEvent,
  SQSMessageAttribute,
  SQSRecord,
} from 'aws-lambda';
import type { AccountingEvent, UnixMs } from '../../domain/accounting-event.ts';
import { boundEvent } from '../../domain/event-bounds.ts';
import { nameBySession } from '../../domain/name-by-session.ts';
import { countOutcome, type EventOutcome, type OutcomeCounts } from '../../domain/outcome.ts';
import type { ProcessPorts } from '../../domain/process/ports.ts';
import { type ProcessedEvent, processEvents } from '../../domain/process/process-events.ts';
import { type Batch, decodeBatch } from '../../wire/batch.ts';
import type { DeadLetterStore, LedgerStore } from '../shared/control-ports.ts';
import type { Log } from '../shared/log.ts';
import { partsOf } from './event-parts.ts';
import { isInfrastructureFault } from './infrastructure-fault.ts';

export type ProcessDeps = {
  readonly ports: ProcessPorts;
  readonly ledger: Pick<LedgerStore, 'recordCoverage'>;
  readonly deadLetters: Pick<DeadLetterStore, 'setAside'>;
  /** Makes the test for events of users who were erased after the event was received. */
  readonly erasedTest: () => Promise<(event: AccountingEvent) => Promise<boolean>>;
  /** Hides a message from the queue for a while; failures are harmless (it returns sooner). */
  readonly postpone: (receiptHandle: string, delaySeconds: number) => Promise<void>;
  /** Events begun at a time. Default: 1,000. */
  readonly eventsAtOnceMax?: number;
  readonly log: Log;
};

/** From this receive on, what fails for reasons of its own no longer holds up its message. */
const deadLetterFromReceive = 3;
const postponeSecondsMin = 60;
const postponeSecondsMax = 3600;
/** With less time than this left nothing more is begun: it comes back, sooner than a timeout. */
const remainingMsMin = 30_000;

/** `events` are the batch's, bounded by when the ingest edge took it; in its order. */
type Opened = {
  readonly record: SQSRecord;
  readonly batch: Batch;
  readonly receivedAt: UnixMs;
  readonly events: readonly AccountingEvent[];
};

/** Makes the handler of the queue's event source mapping (`ReportBatchItemFailures`). */
export function makeProcess(
  deps: ProcessDeps,
): (
  event: SQSEvent,
  context?: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<SQSBatchResponse> {
  return async (event, context) => {
    const opened: Opened[] = [];
    const failed: SQSRecord[] = [];
    let untouched = 0;
    const isTimeUp = (): boolean =>
      (context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY) < remainingMsMin;
    for (const record of event.Records) {
      const batch = isTimeUp() ? undefined : decodeBatch(record.body);
      if (!batch) untouched += 1;
      if (batch?.ok) opened.push(openMessage(deps, record, batch.batch));
      else failed.push(record);
      if (batch?.ok === false) {
        deps.log.warn('a message in the queue is not a batch', { messageId: record.messageId });
      }
    }
    nameEvents(opened);
    const counts: OutcomeCounts<EventOutcome> = {};
    const events = opened.flatMap((message) => message.events);
    countDoubts(deps, opened);
    // Settings or erasures that cannot be read say nothing of an event: all come back, and sooner
    // than after an error of the whole invocation.
    const repeated = new Set(
      opened.flatMap((message) => (receives(message.record) > 1 ? message.events : [])),
    );
    const results = await processAll(deps, { events, repeated }, isTimeUp).catch((error: unknown) =>
      events.map((event) => ({ ...unbegun(event), error })),
    );
    const byEvent = new Map(results.map((result) => [result.event, result]));
    const finished: Opened[] = [];
    for (const message of opened) {
      const isDone = await finish(deps, message, byEvent, counts);
      if (isDone) finished.push(message);
      else failed.push(message.record);
    }
    failed.push(...(await recordCoverage(deps, finished)));
    deps.log.outcomes('process', counts);
    const notBatches = event.Records.length - opened.length - untouched;
    deps.log.counts('queue', {
      done: event.Records.length - failed.length,
      'not-a-batch': notBatches,
      returned: failed.length - notBatches,
    });
    await Promise.all(failed.map((record) => postpone(deps, record)));
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

function openMessage({ ports }: ProcessDeps, record: SQSRecord, batch: Batch): Opened {
  const receivedAt = arrivalOf(record);
  const events = batch.events.map((event) => boundEvent(event, receivedAt, ports.hash));
  return { record, batch, receivedAt, events };
}

/** A record without User-Name is of whom the others of its session name, whichever came first. */
function nameEvents(opened: Opened[]): void {
  const named = [...nameBySession(opened.flatMap(({ events }) => events))];
  for (const [index, message] of opened.entries()) {
    opened[index] = { ...message, events: named.splice(0, message.events.length) };
  }
}

/**
 * When the ingest edge took the batch; for older messages without that time, when the queue did.
 * Infinity when neither is known: then nothing bounds.
 */
function arrivalOf({ messageAttributes, attributes }: SQSRecord): UnixMs {
  const receivedAt: SQSMessageAttribute | undefined = messageAttributes['receivedAt'];
  const told = Number(receivedAt?.stringValue);
  const queued = Number(attributes.SentTimestamp);
  return [told, queued].find((time) => time > 0) ?? Number.POSITIVE_INFINITY;
}

/** Flags that say "not believed", counted once an event. */
const doubts = ['clock-suspect', 'invalid-attributes'] as const;

function countDoubts({ log }: ProcessDeps, opened: readonly Opened[]): void {
  const first = opened.filter(({ record }) => receives(record) === 1);
  const events = first.flatMap((message) => message.events);
  const counted = doubts.map((flag): [string, number] => [
    flag,
    events.filter(({ flags }) => flags.includes(flag)).length,
  ]);
  log.counts('events', Object.fromEntries(counted));
}

/** Processes events, but those of users who were erased since, as far as time allows. */
async function processAll(
  deps: ProcessDeps,
  {
    events,
    repeated,
  }: {
    readonly events: readonly AccountingEvent[];
    readonly repeated: ReadonlySet<AccountingEvent>;
  },
  isTimeUp: () => boolean,
): Promise<ProcessedEvent[]> {
  const isErased = await deps.erasedTest();
  const ports = { ...deps.ports, isOutage: isInfrastructureFault };
  const wanted: AccountingEvent[] = [];
  const results: ProcessedEvent[] = [];
  for (const event of events) {
    if (await isErased(event)) results.push({ event, outcome: 'erased' });
    else wanted.push(event);
  }
  for (const [index, part] of partsOf(wanted, deps.eventsAtOnceMax, ports.isInOrder).entries()) {
    if (index === 0 || !isTimeUp()) {
      results.push(...(await processEvents(ports, part, repeated)));
    } else {
      results.push(...part.map(unbegun));
    }
  }
  return results;
}

const unbegun = (event: AccountingEvent): ProcessedEvent => ({
  event,
  outcome: 'retried',
  isSharedFault: true,
});

/** Ends a message's events, dead-letters poison. @returns false when it must come back. */
async function finish(
  deps: ProcessDeps,
  message: Opened,
  byEvent: ReadonlyMap<AccountingEvent, ProcessedEvent>,
  counts: OutcomeCounts<EventOutcome>,
): Promise<boolean> {
  const { record } = message;
  let isDone = true;
  const failures: unknown[] = [];
  for (const [at, event] of message.events.entries()) {
    const result = byEvent.get(event);
    const outcome = result?.outcome ?? 'retried';
    const isShared = result?.isSharedFault === true || isInfrastructureFault(result?.error);
    const isPoison = outcome === 'retried' && !isShared;
    if (
      isPoison &&
      receives(record) >= deadLetterFromReceive &&
      (await setAside(deps, message, at))
    ) {
      countOutcome(counts, 'set-aside');
    } else {
      countOutcome(counts, outcome);
      isDone &&= outcome !== 'retried';
    }
    if (outcome === 'retried') failures.push(result?.error);
  }
  if (failures.length > 0) {
    // One line a message: when locate is down every event says the same.
    deps.log.error('events could not be processed', failures.find(Boolean), {
      messageId: record.messageId,
      receives: receives(record),
      events: failures.length,
    });
  }
  return isDone;
}

/** Keeps the event at a place of the message as it came, with its arrival. */
async function setAside(
  deps: ProcessDeps,
  { batch, receivedAt }: Opened,
  at: number,
): Promise<boolean> {
  const { relayId, epoch, sequence } = batch;
  const event = batch.events[at];
  if (!event) return false;
  try {
    const batchId = `${relayId}.${epoch}.${sequence}`;
    const arrival = Number.isFinite(receivedAt) ? { receivedAt } : {};
    await deps.deadLetters.setAside({ event, relayId, batchId, reason: 'fold-failed', ...arrival });
    return true;
  } catch (error) {
    deps.log.error('an event could not be set aside', error, { relayId, epoch, sequence });
    return false;
  }
}

/** The ledger's proof that journal positions are written. @returns messages to be seen again. */
async function recordCoverage(
  deps: ProcessDeps,
  finished: readonly Opened[],
): Promise<SQSRecord[]> {
  const byRelay = new Map<string, Opened[]>();
  for (const message of finished) {
    const { relayId } = message.batch;
    byRelay.set(relayId, [...(byRelay.get(relayId) ?? []), message]);
  }
  const failed: SQSRecord[] = [];
  for (const [relayId, messages] of byRelay) {
    try {
      await deps.ledger.recordCoverage(
        relayId,
        messages.map(({ batch }) => batch),
      );
    } catch (error) {
      deps.log.error('the ledger could not be written', error, { relayId });
      failed.push(...messages.map(({ record }) => record));
    }
  }
  return failed;
}

/** Doubles from a minute to an hour, so that redeliveries outlast a day of trouble. */
async function postpone(deps: ProcessDeps, record: SQSRecord): Promise<void> {
  const doubled = postponeSecondsMin * 2 ** Math.max(0, receives(record) - 1);
  try {
    await deps.postpone(record.receiptHandle, Math.min(postponeSecondsMax, doubled));
  } catch (error) {
    deps.log.error('a message could not be postponed', error, { messageId: record.messageId });
  }
}

const receives = (record: SQSRecord): number =>
  Number(record.attributes.ApproximateReceiveCount) || 1;
