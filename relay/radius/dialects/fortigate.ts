// FortiGate SSL and IKEv2 VPN. It also accounts administrators and captive portal users,
// distinguished by Connect-Info (`vpn-ssl`, `vpn-ikev2`; `admin-login`, `web-auth`).

import type { AttributeSet } from '../attribute-set.ts';
import { attribute } from '../attributes.ts';
import type { Dialect, Reading } from './dialect.ts';

const fortinet = 12356;
const groupName = 1;
const clientIpAddress = 2;
const vdomName = 3;
const interfaceName = 5;

const vpnConnectInfo = /^vpn-\w+$/;

function read(attributes: AttributeSet): Partial<Reading> {
  const connectInfo = attributes.text(attribute.connectInfo);
  const isOther = connectInfo !== undefined && !vpnConnectInfo.test(connectInfo);
  const framed = attributes.value(attribute.framedIpAddress);
  const assigned = framed ? undefined : attributes.vendorAddress(fortinet, clientIpAddress);
  return {
    ...(isOther ? { isVpn: false } : {}),
    ...(assigned ? { assignedAddresses: [assigned] } : {}),
    tunnelGroup: attributes.vendorText(fortinet, groupName),
    attributes: [
      ['vdom', attributes.vendorText(fortinet, vdomName)],
      ['interface', attributes.vendorText(fortinet, interfaceName)],
    ],
  };
}

export const fortigate: Dialect = {
  vendor: 'fortigate',
  recognizes: (attributes) => attributes.hasVendor(fortinet),
  read,
};
