// Numbers of values that FreeRADIUS prints by name (`Acct-Status-Type = Start`), from a table made
// of the dictionaries of the npm package `radius` and, for what those lack, from one of our own.
// What neither has is asked of the package, once; it is loaded only then, and never sees a secret.

import { radiusPackage } from '../radius/radius-package.cjs';
import { valueTables } from '../radius/value-table.ts';

/** Names in lower case. Older dictionaries call an Interim-Update `Alive`. */
const own: Readonly<Record<string, number>> = {
  'acct-status-type=start': 1,
  'acct-status-type=stop': 2,
  'acct-status-type=interim-update': 3,
  'acct-status-type=interim': 3,
  'acct-status-type=alive': 3,
  'acct-status-type=accounting-on': 7,
  'acct-status-type=accounting-off': 8,
  'ms-acct-auth-type=pap': 1,
  'ms-acct-auth-type=chap': 2,
  'ms-acct-auth-type=ms-chap-1': 3,
  'ms-acct-auth-type=ms-chap-2': 4,
  'ms-acct-auth-type=eap': 5,
  'ms-acct-eap-type=md5': 4,
  'ms-acct-eap-type=otp': 5,
  'ms-acct-eap-type=generic-token-card': 6,
  'ms-acct-eap-type=tls': 13,
  'ms-network-access-server-type=terminal-server-gateway': 1,
  'ms-network-access-server-type=remote-access-server': 2,
  'ms-network-access-server-type=dhcp-server': 3,
  'ms-network-access-server-type=wireless-access-point': 4,
  'asa-clienttype=cisco-vpn-client-ikev1': 1,
  'asa-clienttype=anyconnect-client-ssl-vpn': 2,
  'asa-clienttype=clientless-ssl-vpn': 3,
  'asa-clienttype=cut-through-proxy': 4,
  'asa-clienttype=l2tp/ipsec-ssl-vpn': 5,
  'asa-clienttype=anyconnect-client-ipsec-vpn-ikev2': 6,
  'asa-sessionsubtype=none': 0,
  'asa-sessionsubtype=clientless': 1,
  'asa-sessionsubtype=client': 2,
  'asa-sessionsubtype=client-only': 3,
  'asa-sessiontype=none': 0,
  'asa-sessiontype=anyconnect-client-ssl-vpn': 1,
  'asa-sessiontype=anyconnect-client-ipsec-vpn/ikev2': 2,
  'asa-sessiontype=clientless-ssl-vpn': 3,
  'asa-sessiontype=clientless-email-proxy': 4,
  'asa-sessiontype=cisco-vpn-client/ikev1': 5,
  'asa-sessiontype=ikev1-lan-to-lan': 6,
  'asa-sessiontype=ikev2-lan-to-lan': 7,
  'asa-sessiontype=vpn-load-balancing': 8,
};

const namesMax = 4096;
const seen = new Map<string, number | undefined>(
  valueTables.flatMap(({ name, values }) =>
    values.map(([value, number]): [string, number] => [`${name}=${value}`, number]),
  ),
);

/**
 * The number of a value's name; undefined when no dictionary has it.
 * @param attribute name without tag, for example `Tunnel-Type`
 */
export function valueNumber(attribute: string, name: string): number | undefined {
  const key = `${attribute}=${name}`;
  const known = own[key.toLowerCase()];
  if (known !== undefined) return known;
  if (seen.has(key)) return seen.get(key);
  const found = askPackage(attribute, name);
  if (seen.size < namesMax) seen.set(key, found);
  return found;
}

function askPackage(attribute: string, name: string): number | undefined {
  try {
    const packet = radiusPackage().encode({
      code: 'Accounting-Request',
      secret: 'none',
      identifier: 0,
      attributes: [[attribute, name]],
    });
    // The first octet of a tagged number is its tag, which is zero here.
    return packet.readUInt32BE(packet.length - 4);
  } catch {
    return undefined;
  }
}
