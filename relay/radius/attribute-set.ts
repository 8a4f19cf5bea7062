// The attributes of one packet, sorted by number, with typed readers.
// Promise: an attribute with a bad value is left out and flagged, never a reason to refuse the
// packet (RFC 6929 section 2.8); passwords are not kept. Vendors' attributes are found by
// (vendor, number): their names differ from dictionary to dictionary.

import { isUtf8 } from 'node:buffer';
import type { EventFlag } from '../../domain/accounting-event.ts';
import { formatAddress } from '../../domain/address.ts';
import { attribute, attributeFacts, isWellFormed, untagged } from './attributes.ts';

/** Vendors whose Vendor-Specific body is no type-length-value by design (FreeRADIUS `format`). */
const vendorsWithoutTlv: ReadonlySet<number> = new Set([429, 4846, 8164]);

const beyondAscii = /[\u0080-\u00ff]/;

/** Whether a text is not UTF-8, and so read as Latin-1. */
export function isLatin1(value: Buffer): boolean {
  return !isUtf8(value);
}

/** A text value: UTF-8, or Latin-1 where it is not, so that two names never look the same. */
export function readText(value: Buffer): string {
  // Nearly all texts are ASCII, where both agree: one conversion, no validation.
  const text = value.toString('latin1');
  return beyondAscii.test(text) && isUtf8(value) ? value.toString('utf8') : text;
}

/** A vendor's text, trimmed: RRAS ends its client name in a NUL, ASA its version in a space. */
function readVendorText(value: Buffer): string {
  const text = readText(value);
  return (text.endsWith('\0') ? text.replace(/\0+$/, '') : text).trim();
}

/** The values of one attribute; texts are made at the first request, as several rules ask. */
type Values = { readonly octets: Buffer[]; texts?: readonly string[] };

function addTo(values: Map<number, Values>, key: number, value: Buffer): void {
  const present = values.get(key);
  if (present) present.octets.push(value);
  else values.set(key, { octets: [value] });
}

export class AttributeSet {
  readonly flags = new Set<EventFlag>();
  readonly #byType = new Map<number, Values>();
  readonly #byVendorType = new Map<number, Values>();
  readonly #vendors = new Set<number>();

  /** Takes one attribute as found in the packet. */
  add(type: number, value: Buffer): void {
    const fact = attributeFacts.get(type);
    if (fact && !isWellFormed(fact.type, value)) {
      this.flags.add('invalid-attributes');
      return;
    }
    if (fact?.type === 'secret') return;
    if (type === attribute.vendorSpecific) {
      this.#addVendorSpecific(value);
      return;
    }
    if (fact?.isSingle && this.#byType.has(type)) this.flags.add('duplicate-attributes');
    else addTo(this.#byType, type, value);
  }

  /** Vendor id, then type-length-value: it frames to its end or nothing counts (RFC 2865 s5.26). */
  #addVendorSpecific(value: Buffer): void {
    const vendor = value.length >= 4 ? value.readUInt32BE(0) : -1;
    if (vendorsWithoutTlv.has(vendor)) {
      this.#vendors.add(vendor);
      return;
    }
    if (vendor < 0 || vendor > 0xffffff || !isFramed(value, 4)) {
      this.flags.add('invalid-attributes');
      return;
    }
    this.#vendors.add(vendor);
    let at = 4;
    while (at < value.length) {
      const length = value[at + 1] as number;
      const key = vendor * 256 + (value[at] as number);
      addTo(this.#byVendorType, key, value.subarray(at + 2, at + length));
      at += length;
    }
  }

  /** Whether any attribute of the vendor (IANA enterprise number) is there. */
  hasVendor(vendor: number): boolean {
    return this.#vendors.has(vendor);
  }

  /** All values of an attribute, in wire order. */
  values(type: number): readonly Buffer[] {
    return this.#byType.get(type)?.octets ?? [];
  }

  value(type: number): Buffer | undefined {
    return this.#byType.get(type)?.octets[0];
  }

  text(type: number): string | undefined {
    return this.texts(type)[0];
  }

  texts(type: number): readonly string[] {
    const values = this.#byType.get(type);
    if (!values) return [];
    values.texts ??= values.octets.map(readText);
    return values.texts;
  }

  /** Texts of a tagged attribute, tags removed. */
  taggedTexts(type: number): string[] {
    return this.values(type).map((value) => readText(untagged(value)));
  }

  /** An unsigned 32-bit number. */
  integer(type: number): number | undefined {
    return this.value(type)?.readUInt32BE(0);
  }

  /** The first address of attribute types `address` and `address6`, canonical text. */
  address(type: number): string | undefined {
    const value = this.value(type);
    return value && formatAddress(value);
  }

  /** The first text of a vendor's attribute, trimmed; blank is absent. */
  vendorText(vendor: number, type: number): string | undefined {
    return this.vendorTexts(vendor, type)[0];
  }

  vendorTexts(vendor: number, type: number): readonly string[] {
    const values = this.#byVendorType.get(vendor * 256 + type);
    if (!values) return [];
    values.texts ??= values.octets.map(readVendorText).filter((text) => text !== '');
    return values.texts;
  }

  vendorInteger(vendor: number, type: number): number | undefined {
    return this.#sized(vendor, type, 4)?.readUInt32BE(0);
  }

  vendorAddress(vendor: number, type: number): string | undefined {
    const value = this.#sized(vendor, type, 4);
    return value && formatAddress(value);
  }

  #sized(vendor: number, type: number, octets: number): Buffer | undefined {
    const value = this.#byVendorType.get(vendor * 256 + type)?.octets[0];
    if (value && value.length !== octets) this.flags.add('invalid-attributes');
    return value?.length === octets ? value : undefined;
  }
}

/** Whether type-length-value triples fill the rest of `octets` exactly, at least one of them. */
function isFramed(octets: Buffer, from: number): boolean {
  let at = from;
  while (at < octets.length) {
    const length = octets[at + 1] ?? 0;
    if (length < 2) return false;
    at += length;
  }
  return at === octets.length && at > from;
}
