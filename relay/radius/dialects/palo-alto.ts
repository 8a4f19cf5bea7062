// Palo Alto GlobalProtect. PAN-OS documents no RADIUS accounting of its own; a proxy or an import
// may pass its attributes on. The source address (7) is read for every vendor: client-address.ts.

import type { Dialect } from './dialect.ts';

const paloAlto = 25461;
const userDomain = 6;
const clientOs = 8;
const clientHostname = 9;
const clientVersion = 10;

export const paloAltoGlobalProtect: Dialect = {
  vendor: 'palo-alto',
  recognizes: (attributes) => attributes.hasVendor(paloAlto),
  read: (attributes) => ({
    userDomain: attributes.vendorText(paloAlto, userDomain),
    device: {
      platform: attributes.vendorText(paloAlto, clientOs),
      hostname: attributes.vendorText(paloAlto, clientHostname),
      userAgent: attributes.vendorText(paloAlto, clientVersion),
    },
  }),
};
