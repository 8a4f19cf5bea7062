// Microsoft Routing and Remote Access ([MS-RNAP], RFC 2548): device name, client version,
// correlation id. SSTP's tunnel type is beyond the RFC registry and known to the generic dialect.

import type { AttributeSet } from '../attribute-set.ts';
import type { Dialect, Reading } from './dialect.ts';

const microsoft = 311;
const rasClientName = 34;
const rasClientVersion = 35;
const machineName = 50;
const rasCorrelationId = 56;

/** `MSRAS-0-DESKTOP7`: a constant, a digit, the device ([MS-RNAP] section 2.2.1.3). */
const clientNamePrefix = /^MSRAS-\d+-/;

function read(attributes: AttributeSet): Partial<Reading> {
  const clientName = attributes.vendorText(microsoft, rasClientName);
  return {
    device: {
      hostname:
        clientName?.replace(clientNamePrefix, '') || attributes.vendorText(microsoft, machineName),
      userAgent: attributes.vendorText(microsoft, rasClientVersion),
    },
    attributes: [['correlation-id', attributes.vendorText(microsoft, rasCorrelationId)]],
  };
}

export const microsoftRras: Dialect = {
  vendor: 'microsoft-rras',
  recognizes: (attributes) => attributes.hasVendor(microsoft),
  read,
};
