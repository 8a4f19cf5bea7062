// The generic dialect: RFC attributes, read the same for every vendor.
// Promise: user, status, session and client address of an unknown vendor come out right.

import { formatAddress, formatPrefix } from '../../../domain/address.ts';
import { isPublicAddress } from '../../../domain/address-scope.ts';
import type { AttributeSet } from '../attribute-set.ts';
import { attribute } from '../attributes.ts';
import { hostMac, readClientAddress, stationMac } from '../client-address.ts';
import { valueName } from '../value-names.ts';
import { namedDialect, type Reading } from './dialect.ts';

export const generic = namedDialect('generic');

/** Addresses of one session kept; strongSwan sends one per virtual address. */
const assignedAddressesMax = 8;

/** Not addresses but requests of the server (RFC 2865 section 5.8), and "none". */
const unassigned: ReadonlySet<string> = new Set([
  '255.255.255.255',
  '255.255.255.254',
  '0.0.0.0',
  '::',
  '::/0',
]);

/** NAS-Prompt, Administrative and their callback forms (RFC 2865 section 5.6): SSH, ASDM. */
const administrativeServices: ReadonlySet<number> = new Set([6, 7, 9, 11]);
/** NAS-Port-Type (RFC 2865 section 5.41): switches, captive portals, and some VPN gateways. */
const portTypeEthernet = 15;
const portTypeWireless80211 = 19;

/** Microsoft's number for SSTP, beyond the RFC 2868 registry ([MS-RNAP] section 2.2.1). */
const tunnelTypeSstp = 0x013701;

function tunnelType(attributes: AttributeSet): string | undefined {
  const tagged = attributes.integer(attribute.tunnelType);
  if (tagged === undefined) return undefined;
  // The first octet is a tag (RFC 2868 section 3.1).
  const type = tagged & 0xffffff;
  return type === tunnelTypeSstp ? 'SSTP' : valueName(attribute.tunnelType, type);
}

/** A /64 prefix and an interface id make one address (RFC 3162 sections 2.2 and 2.3): RRAS. */
function prefixAddress(attributes: AttributeSet): string | undefined {
  const prefix = attributes.value(attribute.framedIpv6Prefix);
  const interfaceId = attributes.value(attribute.framedInterfaceId);
  if (!prefix || !interfaceId || prefix[1] !== 64 || prefix.length < 10) return undefined;
  return formatAddress(Buffer.concat([prefix.subarray(2, 10), interfaceId]));
}

/**
 * Prefixes as `2001:db8:1:2::/64` (RFC 3162 section 2.3, RFC 4818 section 3). Bits beyond the
 * length must be zero: set ones are left out and flagged, the prefix is what its length says.
 */
function prefixes(attributes: AttributeSet, type: number): string[] {
  return attributes.values(type).map((value) => {
    const octets = Buffer.alloc(16);
    value.copy(octets, 0, 2);
    const { text, isExact } = formatPrefix(octets, value[1] ?? 0);
    if (!isExact) attributes.flags.add('invalid-attributes');
    return text;
  });
}

/** Addresses first: the bound takes prefixes away before it takes an address. */
function assignedAddresses(attributes: AttributeSet): string[] {
  const values = [
    ...attributes.values(attribute.framedIpAddress),
    ...attributes.values(attribute.framedIpv6Address),
  ];
  const addresses = new Set(values.map((value) => formatAddress(value)));
  const composed = prefixAddress(attributes);
  if (composed) addresses.add(composed);
  // The prefix that an interface id completes stands in the address that both make.
  const framed = prefixes(attributes, attribute.framedIpv6Prefix).slice(composed ? 1 : 0);
  const delegated = prefixes(attributes, attribute.delegatedIpv6Prefix);
  return [...new Set([...addresses, ...framed, ...delegated])]
    .filter((text) => !unassigned.has(text))
    .slice(0, assignedAddressesMax);
}

/**
 * Whether this is a VPN connection, by what RFC attributes say.
 * @param client the client's address; `assigned` what it got inside the tunnel
 */
function isVpn(
  attributes: AttributeSet,
  client: string | undefined,
  assigned: readonly string[],
): boolean {
  const service = attributes.integer(attribute.serviceType);
  const portType = attributes.integer(attribute.nasPortType);
  if (service !== undefined && administrativeServices.has(service)) return false;
  if (portType === portTypeWireless80211) return false;
  const mac = stationMac(attributes);
  if (portType === portTypeEthernet) {
    return mac === undefined && client !== undefined && isTunnelled(client, assigned);
  }
  // A MAC address alone is Wi-Fi or Ethernet; beside a client address it names the device.
  return mac === undefined || client !== undefined;
}

/**
 * Whether a client is outside of what it was given: from a public address, or from another than
 * the assigned one. A captive portal names the one address that its client has.
 */
function isTunnelled(client: string, assigned: readonly string[]): boolean {
  return !assigned.includes(client) && (assigned.length > 0 || isPublicAddress(client));
}

function named(attributes: AttributeSet, type: number): string | undefined {
  const value = attributes.integer(type);
  return value === undefined ? undefined : valueName(type, value);
}

/** What RFC attributes say, whoever sent them. */
export function readGeneric(attributes: AttributeSet): Reading {
  const assigned = assignedAddresses(attributes);
  const { address, unused } = readClientAddress(attributes, assigned);
  return {
    clientAddress: address,
    assignedAddresses: assigned,
    device: { mac: stationMac(attributes) ?? hostMac(attributes) },
    tunnelType: tunnelType(attributes),
    isVpn: isVpn(attributes, address, assigned),
    attributes: [
      ['nas-ip-address', attributes.address(attribute.nasIpAddress)],
      ['nas-ipv6-address', attributes.address(attribute.nasIpv6Address)],
      ['nas-port', attributes.integer(attribute.nasPort)?.toString()],
      ['nas-port-id', attributes.text(attribute.nasPortId)],
      ['nas-port-type', named(attributes, attribute.nasPortType)],
      ['acct-delay-time', attributes.integer(attribute.delayTime)?.toString()],
      ['service-type', named(attributes, attribute.serviceType)],
      ['called-station-id', attributes.text(attribute.calledStationId)],
      // Only what is not the client address: what it says instead helps to find a wrong set-up.
      ...unused,
      ['connect-info', attributes.text(attribute.connectInfo)],
    ],
  };
}
