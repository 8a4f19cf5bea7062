// The one address that a text of a gateway names, however the gateway decorates it.
// Promise: strict. A text is read when it can mean one address only; an octet with leading zeros, a
// short form, a network, two addresses or anything else around it is no address: none is invented.

import { canonicalClientAddress } from '../../domain/address.ts';
import { withoutPadding } from '../../domain/padding.ts';

const portMax = 65535;

/** `IP=`, `IP:`, and with the family's number as in SMTP's `IPv6:` (RFC 5321 section 4.1.3). */
const prefix = /^ip(?:v[46])?[=:] ?/i;
/** One pair of quotes around the whole. */
const quoted = /^"([^"]*)"$|^'([^']*)'$/;
/** `[v6]`, `[v6]:4500` (RFC 3986 section 3.2.2). */
const inBrackets = /^\[([^[\]]+)\](?::([0-9]{1,5}))?$/;
/** strongSwan's `address[port]`; `address#port`, the third of RFC 5952 section 6. */
const portBehind = /^([^[\]#]+)(?:\[([0-9]{1,5})\]|#([0-9]{1,5}))$/;
/** `:port` behind IPv4, alone or as the tail of an IPv6 address: no address ends that way. */
const colonPort = /^((?:[0-9a-f:]*:)?[0-9]+\.[0-9.]+):([0-9]{1,5})$/i;
/** `:port` behind all eight groups of an IPv6 address: a ninth group is none of it. */
const ninthGroup = /^((?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}):([0-9]{1,5})$/i;
/** A single address as a block (PostgreSQL's inet): any shorter prefix is a network. */
const hostPrefix = /^([^/]+)\/(32|128)$/;
/** A zone of the gateway's own (RFC 4007 section 11): it says nothing elsewhere. */
const zone = /^([0-9a-f:.]*:[0-9a-f:.]*)%[\w.-]{1,15}$/i;

/** The text in the middle; undefined when what stands around it cannot be. */
function undecorated(text: string): string | undefined {
  const host = hostPrefix.exec(text);
  if (host?.[1]) return (host[2] === '128') === host[1].includes(':') ? host[1] : undefined;
  const match =
    inBrackets.exec(text) ?? portBehind.exec(text) ?? colonPort.exec(text) ?? ninthGroup.exec(text);
  if (!match) return text;
  const [, inner, port, hashPort] = match;
  const number = Number(port ?? hashPort ?? 0);
  // `[203.0.113.5]` is SMTP's literal; both families may stand in brackets.
  return number <= portMax ? inner : undefined;
}

/**
 * The address a station id names, as canonical text, embedded IPv4 unfolded; undefined when it
 * names none. Read are, each at most once and in this order around the address: blanks and NUL,
 * quotes, the prefix `IP=` or `IP:`, one of `[port]`, `:port`, `#port`, `[address]`,
 * `[address]:port` and `/32` or `/128`, and a zone index, which is left out.
 */
export function stationAddress(text: string): string | undefined {
  const bare = canonicalClientAddress(text);
  if (bare !== undefined) return bare;
  const trimmed = withoutPadding(text);
  const quotes = quoted.exec(trimmed);
  const content = quotes ? (quotes[1] ?? quotes[2] ?? '') : trimmed;
  const whole = canonicalClientAddress(content);
  if (whole !== undefined) return whole;
  const inner = undecorated(content.replace(prefix, ''));
  if (inner === undefined) return undefined;
  return canonicalClientAddress(zone.exec(inner)?.[1] ?? inner);
}

/** Numbers with dots between them, from the start: `1.2.3`, `0x7f.1`, `010.1.2.3`, `1.2.3.4x`. */
const dotted = /^(?:0x[0-9a-f]+|[0-9]{1,4})\.[0-9]/i;
/** Hex groups with colons between them, from the start. */
const colons = /^[0-9a-f]{0,4}:[0-9a-f]{0,4}:/i;

/**
 * Whether a text that names no address was meant to: then its value is left out as a bad one. A
 * telephone number, a name or a MAC address was not (the caller asks for those first).
 */
export function isMeantAsAddress(text: string): boolean {
  const content = withoutPadding(text).replace(/^["']/, '').replace(prefix, '').replace(/^\[/, '');
  return dotted.test(content) || colons.test(content);
}
