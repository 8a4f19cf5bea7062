// Which dialect reads a packet: the configured one, else the first that recognises it.

import type { AttributeSet } from '../attribute-set.ts';
import { ciscoAsa, ciscoVpn3000 } from './cisco.ts';
import type { Dialect, Reading } from './dialect.ts';
import { fortigate } from './fortigate.ts';
import { generic, readGeneric } from './generic.ts';
import { microsoftRras } from './microsoft-rras.ts';
import { ocserv } from './ocserv.ts';
import { paloAltoGlobalProtect } from './palo-alto.ts';
import { rfcOnlyDialects } from './rfc-only.ts';
import { strongswan } from './strongswan.ts';

/** Surest sign first: enterprise numbers before names and habits. */
const dialects: readonly Dialect[] = [
  ciscoAsa,
  ciscoVpn3000,
  fortigate,
  paloAltoGlobalProtect,
  microsoftRras,
  ...rfcOnlyDialects,
  strongswan,
  ocserv,
];

/** Other names the same gateways go by: understood wherever a vendor is named, and never shown. */
export const shortVendorNames: ReadonlyMap<string, string> = new Map([
  ['openvpn-auth-radius', 'openvpn'],
  ['ivanti-pulse', 'ivanti'],
  ['pulse', 'ivanti'],
  ['netscaler-gateway', 'netscaler'],
  ['rras', 'microsoft-rras'],
  ['microsoft', 'microsoft-rras'],
  ['asa', 'cisco-asa'],
  ['cisco', 'cisco-asa'],
  ['vpn3000', 'cisco-vpn3000'],
  ['f5', 'f5-apm'],
  ['apm', 'f5-apm'],
  ['checkpoint', 'check-point'],
  ['forti', 'fortigate'],
  ['fortinet', 'fortigate'],
  ['paloalto', 'palo-alto'],
  ['globalprotect', 'palo-alto'],
]);

const byName: ReadonlyMap<string, Dialect> = new Map<string, Dialect>([
  [generic.vendor, generic],
  ...dialects.map((dialect): [string, Dialect] => [dialect.vendor, dialect]),
]);

/** Every name a configuration may give as `vendor`, as they are shown. */
export const vendorNames: readonly string[] = [...byName.keys()];

/** The vendor that a name means, a short form too; undefined when none is known by it. */
export function vendorNamed(name: string): string | undefined {
  return byName.has(name) ? name : shortVendorNames.get(name);
}

/** The dialect for a packet. A name that is not known reads as generic. */
export function chooseDialect(vendor: string | undefined, attributes: AttributeSet): Dialect {
  if (vendor !== undefined) return byName.get(vendorNamed(vendor) ?? vendor) ?? generic;
  return dialects.find((dialect) => dialect.recognizes(attributes)) ?? generic;
}

/** The generic reading with what the dialect adds or corrects. */
export function readPacket(dialect: Dialect, attributes: AttributeSet): Reading {
  const base = readGeneric(attributes);
  const own = dialect.read(attributes);
  const mac = own.device?.mac ?? base.device.mac;
  return {
    ...base,
    ...own,
    assignedAddresses: [...new Set([...(own.assignedAddresses ?? []), ...base.assignedAddresses])],
    device: { ...own.device, mac },
    attributes: own.attributes ? [...own.attributes, ...base.attributes] : base.attributes,
  };
}
