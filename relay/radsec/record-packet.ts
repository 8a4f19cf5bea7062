// What happens to one packet of a RadSec connection: gate, journal, answer; the counterpart of
// receiver.ts. Promise: the answer is given only after the journal's durable callback (RFC 2866
// section 4.1); each packet ends in exactly one outcome and is settled exactly once.
// There is no response cache: TLS does not lose or repeat packets, and a gateway that sends one
// again over a new connection is recorded again and merged downstream (RFC 9765 section 4.2.2).

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { RadiusVersion } from '../config/radsec-material.ts';
import type { NewJournalRecord } from '../journal/record.ts';
import { type Accept, judgePacket, makeGateScratch } from '../receive/gate.ts';
import { clockOf } from '../receive/gateway-clocks.ts';
import { type Drop, type GatewayMatch, makeSecretKey } from '../receive/gateway-table.ts';
import type { PacketSource, ReceiverDeps } from '../receive/receiver.ts';
import { makeResponse } from '../receive/responses.ts';
import { StatusServerLimit } from '../receive/status-server-limit.ts';
import { type Accept11, makeJudge11, makeResponse11 } from './radius11.ts';

/** Who sends: fixed while the configuration is. */
export type Sender = {
  readonly version: RadiusVersion;
  readonly source: PacketSource;
  readonly match: GatewayMatch;
};

export type RecorderDeps = Omit<ReceiverDeps, 'gateways' | 'replies'>;

/** Called once: with the answer, or without one. */
type Settle = (answer: Buffer | undefined) => void;

/** Takes one packet. `close`: nothing that follows on its connection can be trusted. */
export type RecordPacket = (packet: Buffer, sender: Sender, settle: Settle) => 'go-on' | 'close';

/** More than this many packets waiting for the disk: further ones are met with silence. */
const inFlightMax = 16_384;

/** RFC 6614 section 2.3. It protects nothing; TLS does. */
const fixedSecret = 'radsec';

/** An authentic packet and how it is answered. */
type Authentic = {
  readonly accept: Accept | Accept11;
  readonly respond: () => Buffer;
};

type Judge = (packet: Buffer, sender: Sender) => Drop | Authentic;

/** @param versions those that are offered: without 1.0 nothing of MD5 is prepared */
export function makeRecordPacket(
  deps: RecorderDeps,
  versions: readonly RadiusVersion[],
): RecordPacket {
  const { book } = deps;
  const judge10 = versions.includes('1.0') ? makeJudge10() : undefined;
  const judge11 = judgeOf11();
  const statusLimit = new StatusServerLimit();
  const record = makeJournalling(deps);

  const answerStatus = (name: string, { respond }: Authentic, settle: Settle): void => {
    if (!statusLimit.allows(name, deps.monotonicMs())) {
      book.count(name, 'status-limited');
      settle(undefined);
    } else if (deps.journal.isWritable) {
      book.count(name, 'status-answered');
      settle(respond());
    } else {
      book.count(name, 'not-recorded');
      settle(undefined);
    }
  };
  const handle = (packet: Buffer, sender: Sender, settle: Settle): 'go-on' | 'close' => {
    const { name } = sender.match.gateway.config;
    const judge = sender.version === '1.1' ? judge11 : judge10;
    if (!judge) throw new Error(`RADIUS/${sender.version} is not offered`);
    const admission = judge(packet, sender);
    if ('kind' in admission) {
      book.count(name, admission.reason);
      deps.onDrop(admission, packet, sender.source);
      settle(undefined);
      // Another code is no attack: it is left out and the connection lives (RFC 6613 2.6.4).
      return admission.reason === 'unexpected-code' ? 'go-on' : 'close';
    }
    if (admission.accept.kind === 'accept') record(admission, sender, settle);
    else answerStatus(name, admission, settle);
    return 'go-on';
  };
  return (packet, sender, settle) => {
    book.receive();
    const countedBefore = book.counted;
    try {
      return handle(packet, sender, settle);
    } catch (error) {
      // A bug: whatever it broke, the packet still ends in one outcome.
      if (book.counted === countedBefore) book.count(nameOf(sender), 'not-recorded');
      deps.onFault(error);
      settle(undefined);
      return 'go-on';
    }
  };
}

const nameOf = ({ match }: Sender): string => match.gateway.config.name;

/** RADIUS over TLS as RFC 6614 has it: the packets of UDP, signed with one secret for all. */
function makeJudge10(): Judge {
  const scratch = makeGateScratch();
  const secrets = [makeSecretKey(Buffer.from(fixedSecret))];
  return (packet, { source, match }) => {
    const { drops } = match.gateway;
    // TLS has authenticated the sender: only a Status-Server must be signed twice (RFC 5997).
    const config = { ...match.gateway.config, requireMessageAuthenticator: false };
    const known = { ...match, gateway: { config, drops, secrets } };
    const admission = judgePacket(packet, source.address, known, scratch);
    if (admission.kind === 'drop') return admission;
    return { accept: admission, respond: () => makeResponse(admission, scratch.message) };
  };
}

function judgeOf11(): Judge {
  const judge = makeJudge11();
  return (packet, { source, match }) => {
    const admission = judge(packet, source.address, match);
    if (admission.kind === 'drop') return admission;
    return { accept: admission, respond: () => makeResponse11(admission) };
  };
}

type Record = (authentic: Authentic, sender: Sender, settle: Settle) => void;

/** Appends a packet to the journal and answers when it is on disk. */
function makeJournalling(deps: RecorderDeps): Record {
  const { book, clocks, journal, memory, names } = deps;
  return (authentic, sender, settle) => {
    const name = nameOf(sender);
    const arrivalMs = deps.monotonicMs();
    const receivedTime: UnixMs = deps.now();
    book.sawGateway(name, receivedTime);
    const transport = sender.version === '1.0' ? 'radsec' : 'radius-1.1';
    deps.onAuthentic?.(authentic.accept, sender.source, transport);
    if (book.inFlight > inFlightMax) {
      book.count(name, 'not-recorded');
      settle(undefined);
      return;
    }
    const { packet: payload, gatewayId } = authentic.accept;
    // The authenticator is that of RADIUS/1.0; a token says nothing about other connections.
    const isSigned = sender.version === '1.0';
    const done = settledOnce((error) => {
      if (error) {
        book.count(name, 'not-recorded');
        settle(undefined);
        deps.onFault(error);
        return;
      }
      book.count(name, 'acknowledged');
      if (isSigned) memory.add(payload, gatewayId);
      settle(authentic.respond());
      deps.onAcknowledged(deps.monotonicMs() - arrivalMs);
    }, deps.onFault);
    try {
      const isRepeated = isSigned && memory.has(payload, gatewayId);
      const { source } = sender;
      const { gateway } = authentic.accept;
      const seen = { gateway, gatewayId, payload, receivedTime, isRepeated };
      const clock = clockOf(clocks, seen);
      const userName = names.nameOf(gatewayId, payload);
      const record: NewJournalRecord = {
        type: 'datagram',
        transport,
        receivedTime,
        source,
        gatewayId,
        isRepeated,
        ...clock,
        ...(userName !== undefined && { sessionUserName: userName }),
        payload,
      };
      journal.append(record, done);
    } catch (error) {
      done(error);
    }
  };
}

/** Runs once, whoever calls how often, and throws nothing. */
function settledOnce(
  settle: (error: unknown) => void,
  onFault: (error: unknown) => void,
): (error: unknown) => void {
  let isSettled = false;
  return (error) => {
    if (isSettled) return;
    isSettled = true;
    try {
      settle(error);
    } catch (fault) {
      onFault(fault);
    }
  };
}
