// The schema of an accounting event as it arrives from a relay: types, lengths, alphabets.
// Promise: what passes is an AccountingEvent of domain/ and nothing more. Unknown fields are left
// out (a newer relay may say more); unknown words (kinds, flags) refuse the event, because what
// they mean must not be guessed. It does not judge whether a value is plausible.

import * as v from 'valibot';
import type { AccountingEvent } from '../domain/accounting-event.ts';

/** Characters in one text value. The 4 KiB bound of the event holds besides. */
export const eventTextCharactersMax = 1024;
/** Characters in a name that becomes part of a key: a 255 octet name, a slash, an address. */
export const eventNameCharactersMax = 320;
export const eventVendorAttributesMax = 64;
export const eventAssignedAddressesMax = 16;

/** 9999-12-31: every such time is a valid Date. */
const unixMsMax = 253_402_300_799_999;
const octetsMax = '18446744073709551615';

const unpaired = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/** JSON can carry half a character, UTF-8 and DynamoDB's keys cannot: it becomes U+FFFD. */
const wholeCharacters = v.transform((value: string) => value.replace(unpaired, '\ufffd'));

const text = v.pipe(v.string(), v.maxLength(eventTextCharactersMax), wholeCharacters);
const name = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(eventNameCharactersMax),
  wholeCharacters,
);
const unixMs = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(unixMsMax));
/** A RADIUS integer (RFC 8044 section 3.1). */
const integer32 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff));

/** Text of an IPv4 or IPv6 address, with a prefix length or zone where one can occur. */
const address = v.pipe(
  v.string(),
  v.maxLength(64),
  v.regex(/^[0-9A-Fa-f.:]{2,45}(%[\w.-]{1,15})?(\/\d{1,3})?$/),
);

/** An unsigned 64-bit number in decimal, without leading zeros. */
const octets = v.pipe(
  v.string(),
  v.regex(/^(0|[1-9]\d{0,19})$/),
  v.check((digits) => digits.length < octetsMax.length || digits <= octetsMax),
);

const vendorAttributeName = /^[a-z0-9][a-z0-9-]{0,62}$/;

// v.record skips keys such as `constructor` silently; this keeps or refuses every key.
const vendorAttributes = v.custom<Readonly<Record<string, string>>>((input) => {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return false;
  const entries: [string, unknown][] = Object.entries(input);
  if (entries.length > eventVendorAttributesMax) return false;
  return entries.every(
    ([key, value]) =>
      vendorAttributeName.test(key) &&
      typeof value === 'string' &&
      value.length <= eventTextCharactersMax,
  );
});

const kind = v.picklist(['start', 'interim', 'stop', 'gateway-on', 'gateway-off', 'other']);

const flag = v.picklist([
  'stale',
  'late',
  'repeated',
  'imported',
  'invalid-attributes',
  'clock-suspect',
  'not-vpn',
  'duplicate-attributes',
  'latin1',
]);

const session = v.object({
  id: v.exactOptional(text),
  multiId: v.exactOptional(text),
  seconds: v.exactOptional(integer32),
  octetsIn: v.exactOptional(octets),
  octetsOut: v.exactOptional(octets),
  terminateCause: v.exactOptional(text),
});

const user = v.object({
  raw: text,
  account: text,
  domain: v.exactOptional(text),
  form: v.picklist(['plain', 'upn', 'netbios', 'machine', 'realm-role', 'none']),
});

const device = v.object({
  key: name,
  kind: v.picklist(['uid', 'mac', 'host', 'client']),
  name: v.exactOptional(text),
  os: v.exactOptional(text),
  client: v.exactOptional(text),
});

/** Parses one event; the output holds the known fields only. */
export const eventSchema: v.GenericSchema<unknown, AccountingEvent> = v.object({
  eventId: v.pipe(v.string(), v.regex(/^[\w-]{22}$/)),
  kind,
  time: unixMs,
  claimedTime: v.exactOptional(unixMs),
  receivedTime: unixMs,
  gateway: v.object({
    id: name,
    address,
    name: v.exactOptional(text),
    portType: v.exactOptional(integer32),
    serviceType: v.exactOptional(integer32),
    vendor: name,
  }),
  session,
  user,
  clientAddress: v.exactOptional(address),
  assignedAddresses: v.pipe(v.array(address), v.maxLength(eventAssignedAddressesMax)),
  device: v.exactOptional(device),
  tunnel: v.exactOptional(v.object({ type: v.exactOptional(text), group: v.exactOptional(text) })),
  vendorAttributes,
  flags: v.pipe(v.array(flag), v.maxLength(flag.options.length)),
});
