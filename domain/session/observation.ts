// What a session shows at one moment, in the form the terms compare: place, network, prefix,
// device. An attribute that the gateway did not send stays absent: absence is never evidence.

import type { Device, UnixMs } from '../accounting-event.ts';
import { parseAddress } from '../address.ts';
import { type Located, type Location, type Network, type PlaceKey, placeKey } from '../location.ts';
import type { Building } from './merge-values.ts';

export type Observation = {
  /** Start of the session, or the moment it was first seen at this address. */
  readonly time: UnixMs;
  readonly gatewayId: string;
  /** Absent: the gateway sent no address, or the data does not place it. */
  readonly located?: Located;
  readonly place?: PlaceKey;
  /** Absent when unrouted or unknown. */
  readonly network?: Network;
  readonly prefix?: Prefix;
  readonly device?: Device;
};

/**
 * An address and the blocks around it, as texts that begin alike when the blocks are alike.
 * IPv4: /32, /24, /16. IPv6: /64 (a household or host, RFC 8981), /48, /32.
 */
export type Prefix = { readonly key: string; readonly near: string; readonly wide: string };

/** Reads what a session shows at an address. */
export function observationOf(input: {
  readonly time: UnixMs;
  readonly gatewayId: string;
  readonly address?: string | undefined;
  readonly location?: Location | undefined;
  readonly device?: Device | undefined;
}): Observation {
  const { time, gatewayId, address, location, device } = input;
  const network = location && location.kind !== 'special' ? location.network : undefined;
  const prefix = address === undefined ? undefined : prefixOf(address);
  const observation: Building<Observation> = { time, gatewayId };
  if (location?.kind === 'located') observation.located = location;
  if (location && location.kind !== 'unknown') observation.place = placeKey(location);
  if (network && network.asn !== 0) observation.network = network;
  if (prefix) observation.prefix = prefix;
  if (device) observation.device = device;
  return observation;
}

/** The prefix of a canonical address; undefined when the text is none. */
export function prefixOf(address: string): Prefix | undefined {
  if (!address.includes(':')) {
    const end = address.lastIndexOf('.');
    const middle = address.indexOf('.', address.indexOf('.') + 1);
    if (middle < 0 || end <= middle) return undefined;
    return { key: address, near: address.slice(0, end + 1), wide: address.slice(0, middle + 1) };
  }
  const octets = parseAddress(address);
  if (octets?.length !== 16) return undefined;
  let key = '';
  for (let at = 0; at < 8; at += 1) key += (octets[at] ?? 0).toString(16).padStart(2, '0');
  return { key, near: key.slice(0, 12), wide: key.slice(0, 8) };
}

/** How a prefix reads in a reason: `192.0.2.7`, `2001:db8:0:1::/64`. */
export function prefixLabel(key: string): string {
  if (key.includes('.')) return key;
  const groups = (key.match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, ''));
  return `${groups.join(':')}::/64`;
}
