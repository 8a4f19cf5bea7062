// Accounting-Requests of a capture, validated by the same gate as live ones, with the configured
// secrets of the gateway they came from. Promise: a packet that no secret has signed is skipped,
// unless the caller takes unverified ones; a retransmission within 30 s is one record, as it is
// live.

import { attribute } from '../radius/attributes.ts';
import { decodePacket } from '../radius/decode.ts';
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
  const reader = new DatagramReader(options.ports);
  const judge = makeJudge(options);
  let records: HistoryRecord[] = [];
  let place = 0;
  for await (const frame of frames(chunks)) {
    place += 1;
    const datagram = reader.take(frame);
    if (!datagram) continue;
    const record = 'passedOver' in datagram ? datagram : judge(datagram);
    if (typeof record === 'string') options.onSkipped(place, record);
    else if ('passedOver' in record) options.onPassedOver(record.passedOver);
    else records.push(record);
    if (records.length < recordsTogether) continue;
    yield records;
    records = [];
  }
  for (let count = reader.incomplete; count > 0; count -= 1) {
    options.onPassedOver('IP packets of which a fragment is missing');
  }
  yield records;
}

/** A record, why it is lost, or what it is instead of one. */
type Judgement = HistoryRecord | string | { readonly passedOver: string };

/** Where accounting is sent, if this may be one that says so; answers come from there. */
function otherThanRequest(
  { payload, destinationPort, sourcePort }: CapturedDatagram,
  ports: ReadonlySet<number>,
): string | undefined {
  const isRequest = payload[0] === accountingRequest;
  if (ports.has(destinationPort)) {
    return isRequest ? undefined : `RADIUS packets of code ${payload[0] ?? 'none'}`;
  }
  if (ports.has(sourcePort)) return 'answers of an accounting server';
  const isLike = isRequest && payload.length >= headerOctets;
  const isFramed = isLike && payload.readUInt16BE(2) === payload.length;
  return isFramed
    ? `UDP port ${destinationPort}, whose packets look like accounting: --port ${destinationPort}`
    : `UDP port ${destinationPort}`;
}

/** Event-Timestamp of a packet, Unix ms: all that dates one whose capture kept no time. */
function ownTime(packet: Buffer): number | undefined {
  const attributes = decodePacket(packet);
  if ('undecodable' in attributes) return undefined;
  const seconds = attributes.integer(attribute.eventTimestamp);
  return seconds === undefined ? undefined : seconds * 1000;
}

function makeJudge(options: HistoryOptions): (datagram: CapturedDatagram) => Judgement {
  const scratch = makeGateScratch();
  const known = new Map<string, KnownGateway>();
  const repeatOf = makeRepeatMemory();

  return (datagram) => {
    const { source, payload } = datagram;
    const other = otherThanRequest(datagram, options.ports);
    if (other !== undefined) return { passedOver: other };
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
    const time = datagram.time ?? ownTime(packet);
    if (time === undefined) return 'neither its capture nor the packet has a time';
    const repeat = repeatOf(datagram, time);
    if (repeat === 'retransmission') return { passedOver: 'retransmissions of a record' };
    return {
      type: 'imported',
      receivedTime: time,
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
function makeRepeatMemory(): (
  datagram: CapturedDatagram,
  time: number,
) => 'first' | 'retransmission' | 'later' {
  const seen = new Map<string, number>();
  return ({ source, payload }, time) => {
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
