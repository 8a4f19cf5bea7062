// Keys under which the population notes who uses a value: one letter for its kind, then the value.
// Stored as they stand here, so a letter never changes its meaning.

import type { Observation } from '../session/observation.ts';

/** The key of a network, by its autonomous system number: `n:3215`. */
export const networkUseKey = (asn: number): string => `n:${asn}`;
/**
 * The key of how people's addresses behave on a network: `l:3215`. Its sighters are users who came
 * through it often enough to tell; `isOdd` says that theirs move.
 */
export const lineUseKey = (asn: number): string => `l:${asn}`;
/** The key of an address, by the key of its prefix: `p:192.0.2.7`. */
export const prefixUseKey = (prefix: string): string => `p:${prefix}`;
/** The key of a country, by its ISO 3166 code: `c:FR`. */
export const countryUseKey = (country: string): string => `c:${country}`;
/** Whether a key is that of a country. */
export const isCountryUse = (key: string): boolean => key.startsWith('c:');
/** The key of a device, by its own key: `d:mac:02-00-5E-10-00-01`. */
export const deviceUseKey = (key: string): string => `d:${key}`;

/** The keys of the network and the address that a session shows. */
export function placeUseKeys({ network, prefix }: Observation): readonly string[] {
  return [
    ...(network ? [networkUseKey(network.asn)] : []),
    ...(prefix ? [prefixUseKey(prefix.key)] : []),
  ];
}

/** The key of the device that a session shows, or none. */
export const deviceUseKeys = ({ device }: Observation): readonly string[] =>
  device ? [deviceUseKey(device.key)] : [];
