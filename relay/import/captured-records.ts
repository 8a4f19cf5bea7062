// Accounting-Requests of a capture, validated by the same gate as live ones, with the configured
// secrets of the gateway they came from. Promise: a packet that no secret has signed is skipped,
// unless the caller takes unverified ones; a retransmission within 30 s is one record, as it is
// live.

import {
  accountingRequest,
  authenticatorAt,
  headerOctets,
  judgeForm,
  judgePacket,
  makeGateScratch,
} from '../receive/gate.ts';
import {
  type GatewayMatch,
  type KnownGateway,
  makeGatewayTable,
} from '../receive/gateway-table.ts';
import { frames } from './capture-file.ts';
import { type CapturedDatagram, DatagramReader } from './captured-datagrams.ts';
import type { HistoryOptions, HistoryRecord } from './history-record.ts';

const recordsTogether = 256;
const retransmittedWithinMs = 30_000;
const seenMax = 65_536;

export async function* capturedRecords(
  chunks: AsyncIterable<Buffer>,
  options: HistoryOptions,
): AsyncIterable<readonly HistoryRecord[]> {
  const reader = new DatagramReader();
  const judge = makeJudge(options);
  let records: HistoryRecord[] = [];
  let place = 0;
  for await (const frame of frames(chunks)) {
    place += 1;
    const datagram = reader.take(frame);
    const isRequest =
      datagram?.payload[0] === accountingRequest && options.ports.has(datagram.destinationPort);
    const record = isRequest ? judge(datagram) : undefined;
    if (typeof record === 'string') options.onSkipped(place, record);
    else if (record) records.push(record);
    if (records.length < recordsTogether) continue;
    yield records;
    records = [];
  }
  yield records;
}

/** A record, the reason why there is none, or undefined for a retransmission. */
type Judgement = HistoryRecord | string | undefined;

function makeJudge(options: HistoryOptions): (datagram: CapturedDatagram) => Judgement {
  const scratch = makeGateScratch();
  const known = new Map<string, KnownGateway>();
  const repeatOf = makeRepeatMemory();

  return (datagram) => {
    const { source, payload } = datagram;
    const form = judgeForm(payload, scratch.layout);
    if (typeof form === 'string') return `it is no accounting packet (${form})`;
    const packet = Buffer.from(payload.subarray(0, form));
    const found = options.gateways.of({ sources: [source], nasIdentifier: undefined });
    const match = matchOf(found.config, known);
    const verdict = match && judgePacket(packet, source, match, scratch);
    if (verdict?.kind !== 'accept' && !options.isUnverifiedTaken) {
      const why = verdict?.kind === 'drop' ? verdict.reason : 'unknown-gateway';
      return `${why}: no configured secret of ${source} has signed it (see --unverified)`;
    }
    const repeat = repeatOf(datagram);
    if (repeat === 'retransmission') return undefined;
    return {
      type: 'imported',
      receivedTime: datagram.time,
      source: { address: source, port: datagram.sourcePort },
      gatewayId: found.id,
      isRepeated: repeat === 'later',
      payload: packet,
      gateway: found.config,
    };
  };
}

/** The gateway with its secrets prepared; undefined when it has none. */
function matchOf(
  config: HistoryRecord['gateway'],
  known: Map<string, KnownGateway>,
): GatewayMatch | undefined {
  if (!config || config.secrets.length === 0) return undefined;
  const prepared = known.get(config.name) ?? makeGatewayTable([config]).named(config.name);
  if (!prepared) return undefined;
  known.set(config.name, prepared);
  return { gateway: prepared, isBlock: false };
}

/** Whether the same datagram came from the same source: a moment before, or longer ago. */
function makeRepeatMemory(): (datagram: CapturedDatagram) => 'first' | 'retransmission' | 'later' {
  const seen = new Map<string, number>();
  return ({ source, payload, time }) => {
    const key = source + payload.toString('latin1', authenticatorAt, headerOctets);
    const before = seen.get(key);
    seen.delete(key);
    seen.set(key, before ?? time);
    const [oldest] = seen.keys();
    if (seen.size > seenMax && oldest !== undefined) seen.delete(oldest);
    if (before === undefined) return 'first';
    return time - before <= retransmittedWithinMs ? 'retransmission' : 'later';
  };
}
