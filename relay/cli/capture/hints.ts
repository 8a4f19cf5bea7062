// Hints on what is missing in a record and how to fix it, for the operator who sets up a gateway.
// Promise: they name attributes and settings, never a value; no hint means that nothing the product
// could use is missing.

import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { isPublicAddress } from '../../../domain/address-scope.ts';
import { readText } from '../../radius/attribute-set.ts';
import { attribute, untagged } from '../../radius/attributes.ts';
import { normalizeMac, stationAddress } from '../../radius/client-address.ts';
import { type SentAttribute, sentAttributes } from './attributes.ts';

/** Hints on one record, most important first. */
export function hintsOn(event: AccountingEvent, packet: Buffer): string[] {
  const sent = sentAttributes(packet);
  const has = (type: number): boolean =>
    sent.some((one) => one.vendor === undefined && one.type === type);
  if (event.kind === 'gateway-on' || event.kind === 'gateway-off') return [];
  if (event.kind === 'other') {
    const what = has(attribute.statusType) ? 'an unknown' : 'no';
    return [`${what} Acct-Status-Type (40): recorded, but it starts and ends no session`];
  }
  return [
    ...identityHints(event),
    ...addressHints(event, sent),
    ...timeHints(event, has(attribute.eventTimestamp)),
    ...deviceHints(event),
    ...flagHints(event),
  ];
}

function identityHints({ user, session }: AccountingEvent): string[] {
  return [
    ...(user.form === 'none' ? ['no user name: set User-Name (1) on this gateway'] : []),
    ...(session.id === undefined
      ? ['no session id: set Acct-Session-Id (44), or sessions cannot be told apart']
      : []),
  ];
}

function addressHints(event: AccountingEvent, sent: readonly SentAttribute[]): string[] {
  if (event.clientAddress !== undefined) {
    return isPublicAddress(event.clientAddress)
      ? []
      : ['the client address is a private one: it cannot be located (NAT before this gateway?)'];
  }
  const missing = 'no client address: set Calling-Station-Id on this gateway';
  const calling = sent.find((one) => one.vendor === undefined && one.type === 31);
  const holds = calling && ` (it holds ${callingShape(readText(calling.value))})`;
  const elsewhere = [...new Set(sent.filter(mayHoldClient).map(({ number }) => `"${number}"`))];
  return [
    missing + (holds ?? ''),
    ...(elsewhere.length > 0
      ? [
          `a public address stands in ${elsewhere.join(' and ')}: if that is the client's, set ` +
            `"overrides": { "clientAddress": [${elsewhere[0]}] } for this gateway`,
        ]
      : []),
  ];
}

function callingShape(text: string): string {
  return normalizeMac(text) === undefined ? 'no address' : 'a MAC address';
}

/** Not where addresses of the gateway or of the tunnel's inside stand. */
const notTheClients: ReadonlySet<number> = new Set([4, 8, 9, 30, 95, 97, 123, 168, 31, 66, 67, 26]);

function mayHoldClient({ vendor, type, value }: SentAttribute): boolean {
  if (vendor === undefined && notTheClients.has(type)) return false;
  const text = stationAddress(readText(untagged(value)).replace(/^[\w:.-]+=/, ''));
  return text !== undefined && isPublicAddress(text);
}

function timeHints(
  { flags, claimedTime, receivedTime }: AccountingEvent,
  isSent: boolean,
): string[] {
  if (flags.includes('clock-suspect') && claimedTime !== undefined) {
    const hours = Math.round(Math.abs(receivedTime - claimedTime) / 3_600_000);
    return [`Event-Timestamp is ${hours} h off and not used: set this gateway's clock (NTP)`];
  }
  return isSent ? [] : ['no Event-Timestamp (55): the time of arrival is used'];
}

function deviceHints({ kind, device }: AccountingEvent): string[] {
  if (device || kind !== 'start') return [];
  return ['no device: this gateway names no device, so new devices cannot be told'];
}

function flagHints({ flags, gateway }: AccountingEvent): string[] {
  return [
    ...(flags.includes('not-vpn')
      ? [
          'read as no VPN connection and kept out of profiles; ' +
            '"overrides": { "isVpn": true } if it is',
        ]
      : []),
    ...(flags.includes('invalid-attributes')
      ? ['some attributes have invalid values and were left out']
      : []),
    ...(flags.includes('duplicate-attributes')
      ? ['an attribute that may occur once came twice: the first counts']
      : []),
    ...(flags.includes('latin1') ? ['User-Name is not UTF-8 and was read as Latin-1'] : []),
    ...(gateway.vendor === 'generic'
      ? ['no vendor recognised: set "vendor" for this gateway if it is a supported one']
      : []),
  ];
}
