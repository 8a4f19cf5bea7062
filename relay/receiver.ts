// What happens to one datagram, whatever transport brought it: gate, duplicates, journal, answer.
// Promise: an answer leaves only after the journal's durable callback (RFC 2866 section 4.1);
// every datagram ends in exactly one outcome; nothing throws into the transport.
// It knows no sockets and decodes nothing.

import type { UnixMs } from '../domain/accounting-event.ts';
import type { AuthenticatorMemory } from './authenticator-memory.ts';
import { type ReplyCache, unseen } from './duplicates.ts';
import { type Accept, type Drop, judgeDatagram, makeGateScratch } from './gate.ts';
import type { GatewayTable } from './gateway-table.ts';
import type { NewJournalRecord } from './journal/record.ts';
import { type OutcomeBook, strangers } from './outcome-book.ts';
import { makeResponse } from './responses.ts';
import { StatusServerLimit } from './status-server-limit.ts';

/** What the ack path needs of the journal. */
export type JournalWriter = {
  /** False: nothing can be recorded now, so nothing is answered. */
  readonly isWritable: boolean;
  /** Calls `done` once: without error when the record is on disk. */
  append(
    record: NewJournalRecord,
    done: (error: Error | undefined, position: number) => void,
  ): void;
};

/** Where a datagram came from; `address` is canonical text. */
export type PacketSource = { readonly address: string; readonly port: number };

/** Sends an answer back on the way the datagram came. */
export type Send = (response: Buffer) => void;

export type ReceiverDeps = {
  readonly journal: JournalWriter;
  readonly gateways: () => GatewayTable;
  readonly replies: ReplyCache;
  readonly memory: AuthenticatorMemory;
  readonly book: OutcomeBook;
  readonly now: () => UnixMs;
  readonly monotonicMs: () => number;
  /** Sees every drop; must cost next to nothing for most of them. */
  readonly onDrop: (drop: Drop, datagram: Buffer) => void;
  /** Sees every authentic Accounting-Request, repeats too, before it is recorded. */
  readonly onAuthentic?: (accept: Accept, source: PacketSource) => void;
  /** Seconds from arrival to answer, for each record answered. */
  readonly onAcknowledged: (elapsedMs: number) => void;
  /** The journal refused a record, or a bug threw. */
  readonly onFault: (error: unknown) => void;
};

export type Receiver = { receive(datagram: Buffer, source: PacketSource, send: Send): void };

/** More than this many datagrams waiting for the disk: further ones are met with silence. */
const inFlightMax = 16_384;

export function makeReceiver(deps: ReceiverDeps): Receiver {
  const { book } = deps;
  const scratch = makeGateScratch();
  const answer = (accept: Accept, send: Send): void => send(makeResponse(accept, scratch.message));
  const handle = makeRecorder(deps, answer);
  const statusLimit = new StatusServerLimit();
  return {
    receive(datagram, source, send) {
      book.receive();
      const countedBefore = book.counted;
      let name = strangers;
      try {
        const verdict = judgeDatagram(datagram, source.address, deps.gateways(), scratch);
        name = verdict.gateway?.config.name ?? strangers;
        if (verdict.kind === 'drop') {
          book.count(name, verdict.reason);
          deps.onDrop(verdict, datagram);
        } else if (verdict.kind === 'accept') {
          handle(verdict, source, send);
        } else if (!statusLimit.allows(name, deps.monotonicMs())) {
          book.count(name, 'status-limited');
        } else if (deps.journal.isWritable) {
          // Silence tells the gateway to use its next server: right when nothing can be recorded.
          book.count(name, 'status-answered');
          answer(verdict, send);
        } else {
          book.count(name, 'not-recorded');
        }
      } catch (error) {
        // A bug: whatever it broke, the datagram still ends in one outcome and the socket lives.
        if (book.counted === countedBefore) book.count(name, 'not-recorded');
        deps.onFault(error);
      }
    },
  };
}

type Answer = (accept: Accept, send: Send) => void;

/** Handles an authentic Accounting-Request: repeats from memory, everything else to the journal. */
function makeRecorder(deps: ReceiverDeps, answer: Answer) {
  const { book, replies } = deps;
  return (accept: Accept, source: PacketSource, send: Send): void => {
    const name = accept.gateway.config.name;
    const arrivalMs = deps.monotonicMs();
    book.sawGateway(name, deps.now());
    deps.onAuthentic?.(accept, source);
    const sighting = replies.look(accept.packet, source.address, arrivalMs);
    if (sighting !== unseen && replies.isRecorded(sighting)) {
      book.count(name, 'acknowledged-repeat');
      answer(accept, send);
    } else if (sighting !== unseen) {
      book.count(name, 'in-flight-repeat');
      replies.wait(sighting, { port: source.port, send: () => answer(accept, send) });
    } else if (book.inFlight > inFlightMax) {
      book.count(name, 'not-recorded');
    } else {
      const { address, port } = source;
      const entry = replies.begin(accept.packet, address, port, arrivalMs);
      append(deps, accept, source, (error) => {
        if (error) {
          replies.failed(entry);
          book.count(name, 'not-recorded');
          deps.onFault(error);
          return;
        }
        book.count(name, 'acknowledged');
        deps.memory.add(accept.packet, accept.gatewayId);
        const nowMs = deps.monotonicMs();
        replies.recorded(entry, nowMs);
        answer(accept, send);
        deps.onAcknowledged(nowMs - arrivalMs);
      });
    }
  };
}

/** Appends the packet; `settle` is called exactly once and nothing it throws gets out. */
function append(
  deps: ReceiverDeps,
  accept: Accept,
  source: PacketSource,
  settle: (error: unknown) => void,
): void {
  let isSettled = false;
  const done = (error: unknown): void => {
    if (isSettled) return;
    isSettled = true;
    try {
      settle(error);
    } catch (fault) {
      deps.onFault(fault);
    }
  };
  try {
    const record: NewJournalRecord = {
      type: 'datagram',
      receivedTime: deps.now(),
      source,
      gatewayId: accept.gatewayId,
      isRepeated: deps.memory.has(accept.packet, accept.gatewayId),
      payload: accept.packet,
    };
    deps.journal.append(record, done);
  } catch (error) {
    done(error);
  }
}
