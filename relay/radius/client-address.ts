// The address a user connects from, out of the attributes that may carry it.
// Promise: strict parsing and a fixed order; a phone number, a MAC or `0x7f.1` is no address, and
// none is ever invented. Private and special addresses are kept: their meaning is decided later.

import { canonicalClientAddress } from '../../domain/address.ts';
import type { AttributeSet } from './attribute-set.ts';
import { attribute } from './attributes.ts';

const ciscoVendor = 9;
const ciscoAvPair = 1;
const sourceIpPair = 'ip:source-ip=';
const paloAltoVendor = 25461;
const paloAltoClientSource = 7;

const portMax = 65535;

/** `203.0.113.5[4500]` and `2001:db8::1[4500]` of strongSwan; `203.0.113.5:4500`, IPv4 only. */
const bracketedPort = /^(.+)\[([0-9]{1,5})\]$/;
const colonPort = /^([0-9.]+):([0-9]{1,5})$/;

/**
 * The address a station id names: bare, or with exactly one of `[port]`, `:port` (IPv4 only) and
 * the prefix `IP=`. Canonical text, embedded IPv4 unfolded; undefined when it names none.
 */
export function stationAddress(text: string): string | undefined {
  const bare = canonicalClientAddress(text);
  if (bare !== undefined) return bare;
  if (text.startsWith('IP=')) return canonicalClientAddress(text.slice(3));
  const match = bracketedPort.exec(text) ?? colonPort.exec(text);
  if (!match?.[1] || Number(match[2]) > portMax) return undefined;
  return canonicalClientAddress(match[1]);
}

function first(texts: readonly string[]): string | undefined {
  for (const text of texts) {
    const address = stationAddress(text);
    if (address !== undefined) return address;
  }
  return undefined;
}

/**
 * The client's address; the first of these that qualifies: a vendor attribute made for it (Cisco
 * AVPair `ip:source-ip`, Palo Alto client source), Calling-Station-Id, Tunnel-Client-Endpoint.
 */
export function clientAddress(attributes: AttributeSet): string | undefined {
  const pairs = attributes
    .vendorTexts(ciscoVendor, ciscoAvPair)
    .filter((pair) => pair.startsWith(sourceIpPair))
    .map((pair) => pair.slice(sourceIpPair.length));
  return (
    first(pairs) ??
    first(attributes.vendorTexts(paloAltoVendor, paloAltoClientSource)) ??
    first(attributes.texts(attribute.callingStationId)) ??
    first(attributes.taggedTexts(attribute.tunnelClientEndpoint))
  );
}

/** Six octets with `:` or `-`, three groups with `.`, or bare; bare needs a letter, else it may
 * be a telephone number (accel-ppp passes L2TP's calling number). */
const macForms = [
  /^[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i,
  /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/i,
  /^(?=.*[a-f])[0-9a-f]{12}$/i,
];

/** A MAC address as `aa-bb-cc-dd-ee-ff`; undefined for anything else, all zeros and all ones. */
export function normalizeMac(text: string): string | undefined {
  if (text.length < 12 || text.length > 17 || !macForms.some((form) => form.test(text))) {
    return undefined;
  }
  const digits = text.replace(/[^0-9a-f]/gi, '').toLowerCase();
  if (/^(?:0{12}|f{12})$/.test(digits)) return undefined;
  return (digits.match(/../g) ?? []).join('-');
}

/** The MAC address in Calling-Station-Id as sent, when it is one (PPPoE, hotspots, Wi-Fi). */
export function stationMac(attributes: AttributeSet): string | undefined {
  return attributes
    .texts(attribute.callingStationId)
    .find((text) => normalizeMac(text) !== undefined);
}
