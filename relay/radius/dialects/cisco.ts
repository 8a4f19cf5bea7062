// Cisco ASA and FTD (AnyConnect, Secure Client, IKEv1), and the VPN 3000 before them.
// Numbers, not names: 3076 is "Altiga" or "VPN3000", 146 `CVPN3000-Tunnel-Group-Name` or
// `ASA-TunnelGroupName`, depending on the dictionary. Packets of IKEv1 clients carry no AVPairs.

import type { AttributeSet } from '../attribute-set.ts';
import type { Dialect, Reading } from './dialect.ts';

const cisco = 9;
const avPair = 1;
const altiga = 3076;
const tunnelGroupName = 146;
const clientType = 150;
const sessionType = 151;
const sessionSubtype = 152;

const mdmPrefix = 'mdm-tlv=';

/** Cisco-AVPairs by name, `mdm-tlv=` removed; the first of equal names counts. */
function readAvPairs(attributes: AttributeSet): ReadonlyMap<string, string> {
  // A Map, because the names come from outside: `__proto__` is a name like any other.
  const pairs = new Map<string, string>();
  for (const text of attributes.vendorTexts(cisco, avPair)) {
    const pair = text.startsWith(mdmPrefix) ? text.slice(mdmPrefix.length) : text;
    const equals = pair.indexOf('=');
    const name = pair.slice(0, equals);
    const value = pair.slice(equals + 1).trim();
    if (equals > 0 && value !== '' && !pairs.has(name)) pairs.set(name, value);
  }
  return pairs;
}

function read(attributes: AttributeSet): Partial<Reading> {
  const pairs = readAvPairs(attributes);
  const number = (type: number): string | undefined =>
    attributes.vendorInteger(altiga, type)?.toString();
  return {
    tunnelGroup: attributes.vendorText(altiga, tunnelGroupName),
    device: {
      uidGlobal: pairs.get('device-uid-global'),
      uid: pairs.get('device-uid'),
      mac: pairs.get('device-mac'),
      publicMac: pairs.get('device-public-mac'),
      platform: pairs.get('device-platform'),
      platformVersion: pairs.get('device-platform-version'),
      type: pairs.get('device-type'),
      userAgent: pairs.get('ac-user-agent'),
    },
    attributes: [
      // Stable over reloads, unlike Acct-Session-Id.
      ['audit-session-id', pairs.get('audit-session-id')],
      ['client-type', number(clientType)],
      ['session-type', number(sessionType)],
      ['session-subtype', number(sessionSubtype)],
    ],
  };
}

/** A switch or Wi-Fi controller also sends AVPairs; the VPN 3000 attributes are ASA's alone. */
export const ciscoAsa: Dialect = {
  vendor: 'cisco-asa',
  recognizes: (attributes) =>
    attributes.hasVendor(altiga) ||
    attributes.vendorTexts(cisco, avPair).some((pair) => pair.startsWith(mdmPrefix)),
  read,
};

/** Sends the client address in Tunnel-Client-Endpoint only, and the ASA's 3076 attributes. */
export const ciscoVpn3000: Dialect = { vendor: 'cisco-vpn3000', recognizes: () => false, read };
