// A configuration's overrides of one gateway's attributes, for when its dialect does not fit: a
// vendor without public samples, a proxy that rewrites attributes, an unusual set-up.
// Promise: values found this way are read as strictly as all others; nothing is invented.

import { formatAddress } from '../../domain/address.ts';
import { widestAddress } from '../../domain/address-scope.ts';
import { type AttributeSet, readText } from './attribute-set.ts';
import { attributeFacts, untagged } from './attributes.ts';
import { stationAddress } from './client-address.ts';
import type { Reading } from './dialects/dialect.ts';

/** An attribute by number; with `prefix` only texts that begin so count, and lose it. */
export type AttributeRef = {
  /** IANA enterprise number; absent: an RFC attribute. */
  readonly vendor?: number;
  readonly type: number;
  readonly prefix?: string;
};

/** For each field the attributes to look in, the first that has a value. They replace the usual. */
export type ReadingOverrides = {
  readonly clientAddress?: readonly AttributeRef[];
  readonly assignedAddress?: readonly AttributeRef[];
  readonly hostname?: readonly AttributeRef[];
  readonly deviceMac?: readonly AttributeRef[];
  readonly deviceUid?: readonly AttributeRef[];
  readonly userAgent?: readonly AttributeRef[];
  readonly tunnelGroup?: readonly AttributeRef[];
  /** Fixes whether sessions of this gateway are VPN connections. */
  readonly isVpn?: boolean;
};

const refText = /^(?:([0-9]{1,8})\/)?([0-9]{1,3})(?::(.+))?$/s;

/**
 * Reads `31`, `12356/2` (vendor/number) or `9/1:ip:source-ip=` (with the prefix of the text).
 * Undefined when the text is none of these or a number is out of range.
 */
export function parseAttributeRef(text: string): AttributeRef | undefined {
  const match = refText.exec(text);
  if (!match) return undefined;
  const [, vendor, type, prefix] = match;
  if (Number(type) < 1 || Number(type) > 255 || Number(vendor ?? 1) > 0xffffff) return undefined;
  // Passwords are not kept, so no override can bring them into an event.
  if (vendor === undefined && attributeFacts.get(Number(type))?.type === 'secret') return undefined;
  return {
    ...(vendor === undefined ? {} : { vendor: Number(vendor) }),
    type: Number(type),
    ...(prefix === undefined ? {} : { prefix }),
  };
}

/** A value as text: addresses of RFC attributes formatted, tags removed, the rest as written. */
function textOf(ref: AttributeRef, value: Buffer): string {
  const type = ref.vendor === undefined ? attributeFacts.get(ref.type)?.type : undefined;
  if (type === 'address' || type === 'address6') return formatAddress(value);
  return readText(type === 'tagged-text' ? untagged(value) : value);
}

function* candidates(refs: readonly AttributeRef[], attributes: AttributeSet): Generator<string> {
  for (const ref of refs) {
    const texts =
      ref.vendor === undefined
        ? attributes.values(ref.type).map((value) => textOf(ref, value))
        : attributes.vendorTexts(ref.vendor, ref.type);
    for (const text of texts) {
      if (text.startsWith(ref.prefix ?? '')) yield text.slice(ref.prefix?.length ?? 0);
    }
  }
}

/** An address in text, or the four octets of a vendor's address attribute. */
function addressIn(
  refs: readonly AttributeRef[],
  attributes: AttributeSet,
  choose: (named: readonly string[]) => string | undefined,
): string | undefined {
  const named = [...candidates(refs, attributes)].flatMap((text) => stationAddress(text) ?? []);
  const chosen = choose(named);
  if (chosen !== undefined) return chosen;
  for (const { vendor, type } of refs) {
    const address = vendor === undefined ? undefined : attributes.vendorAddress(vendor, type);
    if (address !== undefined) return address;
  }
  return undefined;
}

/** The reading with a gateway's overrides applied. */
export function applyOverrides(
  reading: Reading,
  overrides: ReadingOverrides,
  attributes: AttributeSet,
): Reading {
  const { clientAddress, assignedAddress, hostname, deviceMac, deviceUid } = overrides;
  const text = (refs: readonly AttributeRef[]): string | undefined =>
    candidates(refs, attributes).next().value || undefined;
  const assigned = assignedAddress && addressIn(assignedAddress, attributes, ([one]) => one);
  const { device } = reading;
  return {
    ...reading,
    ...(clientAddress
      ? { clientAddress: addressIn(clientAddress, attributes, widestAddress) }
      : {}),
    ...(assignedAddress ? { assignedAddresses: assigned === undefined ? [] : [assigned] } : {}),
    ...(overrides.tunnelGroup ? { tunnelGroup: text(overrides.tunnelGroup) } : {}),
    ...(overrides.isVpn === undefined ? {} : { isVpn: overrides.isVpn }),
    device: {
      ...device,
      ...(hostname ? { hostname: text(hostname) } : {}),
      ...(deviceMac ? { mac: text(deviceMac) } : {}),
      ...(deviceUid ? { uid: text(deviceUid) } : {}),
      ...(overrides.userAgent ? { userAgent: text(overrides.userAgent) } : {}),
    },
  };
}
