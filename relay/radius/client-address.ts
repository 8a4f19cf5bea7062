// The address a user connects from, out of the attributes that may carry it.
// Promise: strict parsing and a fixed order; a phone number, a MAC or `0x7f.1` is no address, and
// none is ever invented. A private or loopback address counts where no attribute has a public one;
// what was not used stays readable. Their meaning is decided later.

import { isPublicAddress, widestAddress } from '../../domain/address-scope.ts';
import { withoutPadding } from '../../domain/padding.ts';
import type { AttributeSet } from './attribute-set.ts';
import { attribute } from './attributes.ts';
import { isMeantAsAddress, stationAddress } from './station-address.ts';

export { stationAddress } from './station-address.ts';

const ciscoVendor = 9;
const ciscoAvPair = 1;
const sourceIpPair = 'ip:source-ip=';
const paloAltoVendor = 25461;
const paloAltoClientSource = 7;
/** Huawei-IPHost-Addr and H3C-Ip-Host-Addr: `A.B.C.D hh:hh:hh:hh:hh:hh`, number 60 of both. */
const ipHostVendors = [2011, 25506];
const ipHostAddress = 60;

/** An attribute that may name the client, by the name under which its text stays readable. */
type Candidate = readonly [name: string, text: string];

/** The client's address, and the texts that say something else than it. */
export type ClientAddressReading = {
  readonly address: string | undefined;
  /** For `vendorAttributes`. */
  readonly unused: readonly Candidate[];
};

function* candidatesOf(attributes: AttributeSet): Generator<Candidate> {
  for (const pair of attributes.vendorTexts(ciscoVendor, ciscoAvPair)) {
    if (pair.startsWith(sourceIpPair)) yield ['source-ip', pair.slice(sourceIpPair.length)];
  }
  for (const text of attributes.vendorTexts(paloAltoVendor, paloAltoClientSource)) {
    yield ['client-source-ip', text];
  }
  for (const text of attributes.texts(attribute.callingStationId)) {
    yield ['calling-station-id', text];
  }
  for (const text of attributes.taggedTexts(attribute.tunnelClientEndpoint)) {
    yield ['tunnel-client-endpoint', text];
  }
}

/**
 * The client's address: of what these name the first public one, else the first private, else the
 * first loopback or link-local one: a vendor attribute made for it (Cisco AVPair `ip:source-ip`,
 * Palo Alto client source), Calling-Station-Id, Tunnel-Client-Endpoint; without any, Huawei's and
 * H3C's host address where it is public and not the one assigned. A text that was meant as an
 * address and is none, or one that no host can have (0.0.0.0), is flagged `invalid-attributes`.
 *
 * @param assigned addresses inside the tunnel
 */
export function readClientAddress(
  attributes: AttributeSet,
  assigned: readonly string[] = [],
): ClientAddressReading {
  const candidates = [...candidatesOf(attributes)];
  const named = candidates.map(([, text]) => stationAddress(text));
  for (const [at, [, text]] of candidates.entries()) {
    if (isBad(text, named[at])) attributes.flags.add('invalid-attributes');
  }
  const hosts = ipHosts(attributes);
  const found = named.flatMap((address) => address ?? []);
  const address = widestAddress(found) ?? hostOutside(hosts, assigned);
  return {
    address,
    unused: [
      ...candidates.filter((_, at) => named[at] === undefined || named[at] !== address),
      ...hosts.map(({ text }): Candidate => ['ip-host-addr', text]),
    ],
  };
}

/** Whether a text says an address that cannot be. */
function isBad(text: string, address: string | undefined): boolean {
  if (address !== undefined) return widestAddress([address]) === undefined;
  return normalizeMac(text) === undefined && isMeantAsAddress(text);
}

type IpHost = {
  readonly text: string;
  readonly address: string | undefined;
  readonly mac: string | undefined;
};

/** Address and MAC of the user's host, one blank between them; either may stand alone. */
function ipHosts(attributes: AttributeSet): IpHost[] {
  return ipHostVendors
    .flatMap((vendor) => attributes.vendorTexts(vendor, ipHostAddress))
    .map((text) => {
      const parts = withoutPadding(text).split(/ +/);
      const isPair = parts.length <= 2;
      return {
        text,
        address: isPair ? parts.map(stationAddress).find((one) => one !== undefined) : undefined,
        mac: isPair ? parts.find((part) => normalizeMac(part) !== undefined) : undefined,
      };
    });
}

/** Access networks fill it with the address that they assign: that is no client's. */
function hostOutside(hosts: readonly IpHost[], assigned: readonly string[]): string | undefined {
  const outside = hosts.flatMap(({ address }) =>
    address !== undefined && !assigned.includes(address) && isPublicAddress(address)
      ? [address]
      : [],
  );
  return outside[0];
}

/** Six octets, three groups, or two, all with one mark between them; or bare: then with a letter,
 * else it may be a telephone number (accel-ppp passes L2TP's calling number). Huawei and H3C write
 * three groups with `-`. */
const macForms = [
  /^[0-9a-f]{2}([-:. ])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i,
  /^[0-9a-f]{4}([-:.])[0-9a-f]{4}\1[0-9a-f]{4}$/i,
  /^[0-9a-f]{6}[-:.][0-9a-f]{6}$/i,
  /^(?=.*[a-f])[0-9a-f]{12}$/i,
];

/**
 * A MAC address as `aa-bb-cc-dd-ee-ff`, padding around it left out; undefined for anything else,
 * all zeros and all ones.
 */
export function normalizeMac(text: string): string | undefined {
  const content = withoutPadding(text);
  if (content.length < 12 || content.length > 17) return undefined;
  if (!macForms.some((form) => form.test(content))) return undefined;
  const digits = content.replace(/[^0-9a-f]/gi, '').toLowerCase();
  if (/^(?:0{12}|f{12})$/.test(digits)) return undefined;
  return (digits.match(/../g) ?? []).join('-');
}

/** The MAC address in Calling-Station-Id as sent, when it is one (PPPoE, hotspots, Wi-Fi). */
export function stationMac(attributes: AttributeSet): string | undefined {
  return attributes
    .texts(attribute.callingStationId)
    .find((text) => normalizeMac(text) !== undefined);
}

/** The MAC address of the user's host as Huawei and H3C name it, as sent. */
export function hostMac(attributes: AttributeSet): string | undefined {
  return ipHosts(attributes).find(({ mac }) => mac !== undefined)?.mac;
}
