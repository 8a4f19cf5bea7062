// What happens to one datagram, whatever transport brought it: gate, duplicates, journal, answer.
// Promise: an answer leaves only after the journal's durable callback (RFC 2866 section 4.1);
// every datagram ends in exactly one outcome; nothing throws into the transport.
// It knows no sockets and decodes nothing.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { NewJournalRecord } from '../journal/record.ts';
import type { AuthenticatorMemory } from './authenticator-memory.ts';
import { type Accept, judgeDatagram, makeGateScratch } from './gate.ts';
import { clockOf, type GatewayClocks } from './gateway-clocks.ts';
import type { Drop, GatewayTable } from './gateway-table.ts';
import { type OutcomeCounters, unknownClients } from './outcome-counters.ts';
import { type ReplyCache, type Sighting, unseen } from './response-cache.ts';
import { makeResponse } from './responses.ts';
import type { SessionNames } from './session-names.ts';
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
  readonly clocks: GatewayClocks;
  readonly names: SessionNames;
  readonly book: OutcomeCounters;
  readonly now: () => UnixMs;
  readonly monotonicMs: () => number;
  /** Sees every drop; must cost next to nothing for most of them. */
  readonly onDrop: (drop: Drop, datagram: Buffer, source: PacketSource) => void;
  /** Sees every authentic Accounting-Request, repeats too, before it is recorded. */
  readonly onAuthentic?: (
    accept: Pick<Accept, 'packet' | 'gateway' | 'gatewayId'>,
    source: PacketSource,
    transport?: NewJournalRecord['transport'],
  ) => void;
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
      let name = unknownClients;
      try {
        const admission = judgeDatagram(datagram, source.address, deps.gateways(), scratch);
        name = admission.gateway?.config.name ?? unknownClients;
        if (admission.kind === 'drop') {
          book.count(name, admission.reason);
          deps.onDrop(admission, datagram, source);
        } else if (admission.kind === 'accept') {
          handle(admission, source, send);
        } else if (!statusLimit.allows(name, deps.monotonicMs())) {
          book.count(name, 'status-limited');
        } else if (deps.journal.isWritable) {
          // Silence tells the gateway to use its next server: right when nothing can be recorded.
          book.count(name, 'status-answered');
          answer(admission, send);
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

const datagram = 'datagram' as const;

type Answer = (accept: Accept, send: Send) => void;

/** Handles an authentic Accounting-Request: repeats from memory, everything else to the journal. */
function makeRecorder(deps: ReceiverDeps, answer: Answer) {
  const { book, replies } = deps;
  const record = makeJournalling(deps, answer);
  return (accept: Accept, source: PacketSource, send: Send): void => {
    const name = accept.gateway.config.name;
    const arrivalMs = deps.monotonicMs();
    const receivedTime = deps.now();
    book.sawGateway(name, receivedTime);
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
      record({ accept, send, entry, arrivalMs, isSettled: false }, source, receivedTime);
    }
  };
}

/** A packet on its way to the disk. */
type Pending = {
  readonly accept: Accept;
  readonly send: Send;
  readonly entry: Sighting;
  readonly arrivalMs: number;
  isSettled: boolean;
};

/** Appends a packet to the journal; it is settled exactly once and nothing thrown gets out. */
function makeJournalling(deps: ReceiverDeps, answer: Answer) {
  const { book, clocks, memory, names, replies, journal } = deps;
  const settle = (pending: Pending, error: unknown): void => {
    if (pending.isSettled) return;
    pending.isSettled = true;
    const { accept, entry } = pending;
    const name = accept.gateway.config.name;
    if (error) {
      replies.failed(entry);
      book.count(name, 'not-recorded');
      deps.onFault(error);
      return;
    }
    book.count(name, 'acknowledged');
    memory.add(accept.packet, accept.gatewayId);
    const nowMs = deps.monotonicMs();
    replies.recorded(entry, nowMs);
    answer(accept, pending.send);
    deps.onAcknowledged(nowMs - pending.arrivalMs);
  };
  const settleSafely = (pending: Pending, error: unknown): void => {
    try {
      settle(pending, error);
    } catch (fault) {
      deps.onFault(fault);
    }
  };
  return (pending: Pending, source: PacketSource, receivedTime: UnixMs): void => {
    const { packet: payload, gatewayId, gateway } = pending.accept;
    try {
      const isRepeated = memory.has(payload, gatewayId);
      const clock = clockOf(clocks, { gateway, gatewayId, payload, receivedTime, isRepeated });
      const sessionUserName = names.nameOf(gatewayId, payload);
      const plain = { type: datagram, receivedTime, source, gatewayId, isRepeated, payload };
      // Spreads are slow, and nearly every packet is plain.
      const record: NewJournalRecord =
        sessionUserName === undefined && clock.clockOffsetSeconds === undefined
          ? plain
          : { ...plain, ...clock, ...(sessionUserName !== undefined && { sessionUserName }) };
      journal.append(record, (error) => settleSafely(pending, error));
    } catch (error) {
      settleSafely(pending, error);
    }
  };
}
