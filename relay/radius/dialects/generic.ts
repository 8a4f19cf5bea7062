// The generic dialect: RFC attributes, read the same for every vendor.
// Promise: user, status, session and client address of an unknown vendor come out right.

import { formatAddress } from '../../../domain/address.ts';
import type { AttributeSet } from '../attribute-set.ts';
import { attribute } from '../attributes.ts';
import { clientAddress, stationMac } from '../client-address.ts';
import { valueName } from '../value-names.ts';
import { namedDialect, type Reading } from './dialect.ts';

export const generic = namedDialect('generic');

/** Addresses of one session kept; strongSwan sends one per virtual address. */
const assignedAddressesMax = 8;

/** Not addresses but requests of the server (RFC 2865 section 5.8), and "none". */
const unassigned: ReadonlySet<string> = new Set(['255.255.255.255', '255.255.255.254', '0.0.0.0']);

/** NAS-Prompt, Administrative and their callback forms (RFC 2865 section 5.6): SSH, ASDM. */
const administrativeServices: ReadonlySet<number> = new Set([6, 7, 9, 11]);
/** Ethernet and Wireless-802.11 (RFC 2865 section 5.41): captive portals, switches, Wi-Fi. */
const lanPortTypes: ReadonlySet<number> = new Set([15, 19]);

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

function assignedAddresses(attributes: AttributeSet): string[] {
  const values = [
    ...attributes.values(attribute.framedIpAddress),
    ...attributes.values(attribute.framedIpv6Address),
  ];
  const addresses = new Set(values.map((value) => formatAddress(value)));
  const composed = prefixAddress(attributes);
  if (composed) addresses.add(composed);
  return [...addresses].filter((text) => !unassigned.has(text)).slice(0, assignedAddressesMax);
}

function isVpn(attributes: AttributeSet): boolean {
  const service = attributes.integer(attribute.serviceType);
  const portType = attributes.integer(attribute.nasPortType);
  if (service !== undefined && administrativeServices.has(service)) return false;
  if (portType !== undefined && lanPortTypes.has(portType)) return false;
  // A MAC address alone is Wi-Fi or Ethernet; beside a client address it names the device.
  return stationMac(attributes) === undefined || clientAddress(attributes) !== undefined;
}

function named(attributes: AttributeSet, type: number): string | undefined {
  const value = attributes.integer(type);
  return value === undefined ? undefined : valueName(type, value);
}

/** What RFC attributes say, whoever sent them. */
export function readGeneric(attributes: AttributeSet): Reading {
  const address = clientAddress(attributes);
  const calling = attributes.text(attribute.callingStationId);
  return {
    clientAddress: address,
    assignedAddresses: assignedAddresses(attributes),
    device: { mac: stationMac(attributes) },
    tunnelType: tunnelType(attributes),
    isVpn: isVpn(attributes),
    attributes: [
      ['nas-ip-address', attributes.address(attribute.nasIpAddress)],
      ['nas-ipv6-address', attributes.address(attribute.nasIpv6Address)],
      ['nas-port', attributes.integer(attribute.nasPort)?.toString()],
      ['nas-port-id', attributes.text(attribute.nasPortId)],
      ['nas-port-type', named(attributes, attribute.nasPortType)],
      ['acct-delay-time', attributes.integer(attribute.delayTime)?.toString()],
      ['service-type', named(attributes, attribute.serviceType)],
      ['called-station-id', attributes.text(attribute.calledStationId)],
      // Only where it is no address: what it says instead helps to find a wrong set-up.
      ['calling-station-id', address === undefined ? calling : undefined],
      ['connect-info', attributes.text(attribute.connectInfo)],
    ],
  };
}
