// A captured packet as text or as one JSON object: attributes as sent, the decoded event, hints.
// Promise: passwords never; names, addresses and identities only with `showPersonal`; nothing in it
// can steer a terminal.

import { escapeJson, escapeText } from '../../plain-text.ts';
import { type ShownAttribute, sentAttributes, showAttribute } from './attributes.ts';
import { hintsOn } from './hints.ts';
import type { CapturedPacket } from './packet-source.ts';
import { type Hide, hideEvent } from './personal.ts';

export type ShownPacket = {
  /** RFC 3339. */
  readonly arrival: string;
  readonly gatewayId: string;
  readonly source: CapturedPacket['source'];
  readonly octets: number;
  readonly attributes: readonly ShownAttribute[];
  /** The accounting event, as it would be shipped, or as much of it as may be shown. */
  readonly event?: object;
  readonly undecodable?: string;
  readonly hints: readonly string[];
  /** The packet in hexadecimal, passwords as zeros; only with personal data. */
  readonly raw?: string;
};

/** @param hide absent: personal data is shown */
export function showPacket(packet: CapturedPacket, hide?: Hide): ShownPacket {
  const { arrival, gatewayId, source, event, undecodable, raw } = packet;
  const octets = Buffer.from(raw, 'hex');
  return {
    arrival,
    gatewayId,
    source,
    octets: octets.length,
    attributes: sentAttributes(octets).map((sent) => showAttribute(sent, hide)),
    ...(event && { event: hide ? hideEvent(event, hide) : event }),
    ...(undecodable !== undefined && { undecodable }),
    hints: event ? hintsOn(event, octets) : [],
    ...(!hide && { raw }),
  };
}

/** One line of JSON, with its line end. */
export function packetJson(shown: ShownPacket): string {
  return `${escapeJson(JSON.stringify(shown))}\n`;
}

/** Text for a terminal; ends with an empty line. */
export function packetText(shown: ShownPacket): string {
  const { arrival, gatewayId, source, octets, attributes, event, undecodable, hints } = shown;
  const width = Math.max(...attributes.map(({ name = '' }) => name.length), 0);
  const from = source.address.includes(':') ? `[${source.address}]` : source.address;
  const decoded = event ? JSON.stringify(event, null, 2) : `undecodable: ${undecodable}`;
  return [
    `${arrival}  ${escapeText(gatewayId)}  from ${from}:${source.port}, ${octets} octets`,
    ...attributes.map(
      ({ number, name = '', value }) =>
        `  ${number.padStart(8)}  ${name.padEnd(width)}  ${escapeText(value)}`,
    ),
    ...decoded.split('\n').map((line) => `  ${escapeJson(line)}`),
    ...hints.map((hint) => `  hint: ${hint}`),
    '',
    '',
  ].join('\n');
}
