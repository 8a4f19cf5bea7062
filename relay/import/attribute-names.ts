// Attributes by the names FreeRADIUS prints, in all spellings its versions use for those without a
// name. Names and numbers: its dictionaries (dictionary.rfc*, dictionary.<vendor>).
// Promise: a name resolves the same every time and is resolved once; unknown names are undefined.

import { attributeFacts, type ValueType } from '../radius/attributes.ts';

/** What a printed name stands for. `vendor` undefined: an RFC attribute. */
export type NamedAttribute = {
  readonly vendor?: number;
  readonly number: number;
  readonly type: ValueType;
  /** Tag of `Tunnel-Type:1` (RFC 2868), 0 when none is printed. */
  readonly tag: number;
};

type VendorEntry = readonly [name: string, number: number, type: ValueType];

/** What dialects read or recognise gateways by. */
const vendorAttributes: ReadonlyMap<number, readonly VendorEntry[]> = new Map([
  [9, [['Cisco-AVPair', 1, 'text'] as const]],
  [
    311,
    [
      ['MS-RAS-Vendor', 9, 'integer'],
      ['MS-CHAP-Domain', 10, 'text'],
      ['MS-RAS-Version', 18, 'text'],
      ['MS-Acct-Auth-Type', 23, 'integer'],
      ['MS-Acct-EAP-Type', 24, 'integer'],
      ['MS-RAS-Client-Name', 34, 'text'],
      ['MS-RAS-Client-Version', 35, 'text'],
      ['MS-Network-Access-Server-Type', 47, 'integer'],
      ['MS-Machine-Name', 50, 'text'],
      ['MS-RAS-Correlation', 56, 'text'],
      ['MS-RAS-Correlation-ID', 56, 'text'],
    ],
  ],
  [
    3076,
    [
      ['CVPN3000-Tunnel-Group-Name', 146, 'text'],
      ['CVPN3000-Client-Type', 150, 'integer'],
      ['CVPN3000-Session-Type', 151, 'integer'],
      ['CVPN3000-Session-Subtype', 152, 'integer'],
      ['ASA-TunnelGroupName', 146, 'text'],
      ['ASA-ClientType', 150, 'integer'],
      ['ASA-SessionType', 151, 'integer'],
      ['ASA-SessionSubtype', 152, 'integer'],
      ['Tunnel-Group-Name', 146, 'text'],
    ],
  ],
  [
    12356,
    [
      ['Fortinet-Group-Name', 1, 'text'],
      ['Fortinet-Client-IP-Address', 2, 'address'],
      ['Fortinet-Vdom-Name', 3, 'text'],
      ['Fortinet-Client-IPv6-Address', 4, 'octets'],
      ['Fortinet-Interface-Name', 5, 'text'],
      ['Fortinet-Access-Profile', 6, 'text'],
    ],
  ],
  [
    25461,
    [
      ['PaloAlto-User-Group', 5, 'text'],
      ['PaloAlto-User-Domain', 6, 'text'],
      ['PaloAlto-Client-Source-IP', 7, 'text'],
      ['PaloAlto-Client-OS', 8, 'text'],
      ['PaloAlto-Client-Hostname', 9, 'text'],
      ['PaloAlto-GlobalProtect-Client-Version', 10, 'text'],
    ],
  ],
  [
    3375,
    [
      ['F5-LTM-User-Info-1', 12, 'text'],
      ['F5-LTM-User-Info-2', 13, 'text'],
    ],
  ],
  [2620, [['CP-Gaia-User-Role', 229, 'text'] as const]],
  [
    14988,
    [
      ['Mikrotik-Group', 3, 'text'],
      ['Mikrotik-Realm', 9, 'text'],
      ['Mikrotik-Host-IP', 10, 'address'],
    ],
  ],
  [8741, [['SonicWall-User-Group', 3, 'text'] as const]],
]);

const byName = makeNames();

function makeNames(): ReadonlyMap<string, NamedAttribute> {
  const names = new Map<string, NamedAttribute>();
  for (const [number, { name, type }] of attributeFacts) {
    names.set(name.toLowerCase(), { number, type, tag: 0 });
  }
  for (const [vendor, entries] of vendorAttributes) {
    for (const [name, number, type] of entries) {
      names.set(name.toLowerCase(), { vendor, number, type, tag: 0 });
    }
  }
  return names;
}

/** `Attr-26.9.1` (version 3), `Attr-26.Vendor-9.1`, `26.9.1` (4), `Vendor-9-Attr-1` (2). */
const vendorForms = [
  /^(?:attr-)?(?:26|vendor-specific)\.(?:vendor-)?(\d{1,8})\.(?:attr-)?(\d{1,3})$/,
  /^vendor-(\d{1,8})-attr-(\d{1,3})$/,
];
const rfcForm = /^attr-(\d{1,3})$/;
/** `Vendor-Specific.Cisco.AVPair` (version 4) is the `Cisco-AVPair` of before. */
const nestedForm = /^vendor-specific\.(.+)$/;

/** `Tag-1.Tunnel-Type` (version 4) is the `Tunnel-Type:1` of before. */
const taggedForm = /^(?:tag-(\d{1,2})\.)?(.*)$/;

/** Names seen are kept with what they stand for; strange ones must not grow the map. */
const namesMax = 4096;
const seen = new Map<string, NamedAttribute | undefined>();

/** What a printed name with its tag stands for; undefined when it is of no packet. */
export function attributeNamed(printed: string): NamedAttribute | undefined {
  if (seen.has(printed)) return seen.get(printed);
  const found = resolve(printed);
  if (seen.size < namesMax) seen.set(printed, found);
  return found;
}

function resolve(printed: string): NamedAttribute | undefined {
  const [, versionFourTag, whole = ''] = taggedForm.exec(printed.toLowerCase()) ?? [];
  const [name = '', tag = versionFourTag ?? '0'] = whole.split(':');
  const dashed = nestedForm.exec(name)?.[1]?.replaceAll('.', '-');
  const named = byName.get(name) ?? byName.get(dashed ?? '');
  if (named) return { ...named, tag: Number(tag) & 0x1f };
  for (const form of vendorForms) {
    const [, vendor, number] = form.exec(name) ?? [];
    if (vendor !== undefined) return numbered(Number(vendor), Number(number));
  }
  const number = Number(rfcForm.exec(name)?.[1] ?? 0);
  if (number < 1 || number > 255) return undefined;
  return { number, type: attributeFacts.get(number)?.type ?? 'octets', tag: 0 };
}

/** A vendor's attribute by number has the type of its name where there is one. */
function numbered(vendor: number, number: number): NamedAttribute | undefined {
  if (vendor > 0xffffff || number > 255) return undefined;
  const type = vendorAttributes.get(vendor)?.find(([, known]) => known === number)?.[2];
  return { vendor, number, type: type ?? 'octets', tag: 0 };
}
