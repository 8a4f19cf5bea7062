// The attributes of one packet, sorted by number, with typed readers.
// Promise: an attribute with a bad value is left out and flagged, never a reason to refuse the
// packet (RFC 6929 section 2.8); passwords are not kept. Vendors' attributes are found by
// (vendor, number): their names differ from dictionary to dictionary.

import { isUtf8 } from 'node:buffer';
import type { EventFlag } from '../../domain/accounting-event.ts';
import { formatAddress } from '../../domain/address.ts';
import { attribute, attributeFacts, isWellFormed, untagged } from './attributes.ts';

/** Vendors whose Vendor-Specific body is known not to be type-length-value (FreeRADIUS `format`). */
const vendorsWithoutTlv: ReadonlySet<number> = new Set([429, 4846, 8164]);

/** Whether a text is not UTF-8, and so read as Latin-1. */
export function isLatin1(value: Buffer): boolean {
  return !isUtf8(value);
}

/** A text value: UTF-8, or Latin-1 where it is not, so that two names never look the same. */
export function readText(value: Buffer): string {
  return value.toString(isLatin1(value) ? 'latin1' : 'utf8');
}

export class AttributeSet {
  readonly flags = new Set<EventFlag>();
  readonly #byType = new Map<number, Buffer[]>();
  readonly #byVendorType = new Map<number, Buffer[]>();
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
    const values = this.#byType.get(type);
    if (!values) this.#byType.set(type, [value]);
    else if (fact?.isSingle) this.flags.add('duplicate-attributes');
    else values.push(value);
  }

  /** RFC 2865 section 5.26: vendor id, then type-length-value; all of it must frame, or none counts. */
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
      const inner = value.subarray(at + 2, at + length);
      const values = this.#byVendorType.get(key);
      if (values) values.push(inner);
      else this.#byVendorType.set(key, [inner]);
      at += length;
    }
  }

  /** Whether any attribute of the vendor (IANA enterprise number) is there. */
  hasVendor(vendor: number): boolean {
    return this.#vendors.has(vendor);
  }

  /** All values of an attribute, in wire order. */
  values(type: number): readonly Buffer[] {
    return this.#byType.get(type) ?? [];
  }

  value(type: number): Buffer | undefined {
    return this.#byType.get(type)?.[0];
  }

  text(type: number): string | undefined {
    const value = this.value(type);
    return value && readText(value);
  }

  texts(type: number): string[] {
    return this.values(type).map(readText);
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

  vendorValues(vendor: number, type: number): readonly Buffer[] {
    return this.#byVendorType.get(vendor * 256 + type) ?? [];
  }

  /** The first text of a vendor's attribute; trailing NULs removed, blank is absent. */
  vendorText(vendor: number, type: number): string | undefined {
    return this.vendorTexts(vendor, type)[0];
  }

  vendorTexts(vendor: number, type: number): string[] {
    const texts: string[] = [];
    for (const value of this.vendorValues(vendor, type)) {
      // MS-RAS-Client-Name ends in a NUL, device-platform-version in a space.
      const text = readText(value).replace(/\0+$/, '').trim();
      if (text !== '') texts.push(text);
    }
    return texts;
  }

  vendorInteger(vendor: number, type: number): number | undefined {
    return this.#sized(vendor, type, 4)?.readUInt32BE(0);
  }

  vendorAddress(vendor: number, type: number): string | undefined {
    const value = this.#sized(vendor, type, 4);
    return value && formatAddress(value);
  }

  #sized(vendor: number, type: number, octets: number): Buffer | undefined {
    const value = this.vendorValues(vendor, type)[0];
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
