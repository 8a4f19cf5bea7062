// ocserv (OpenConnect server). Connect-Info of the Start is the client's user agent; Interim and
// Stop have none, so the device is known from the Start alone.

import { attribute } from '../attributes.ts';
import type { Dialect } from './dialect.ts';

/** A base64 SHA-1, as ocserv makes its session ids. */
const sessionId = /^[A-Za-z0-9+/]{27}=$/;
const framedUser = 2;

export const ocserv: Dialect = {
  vendor: 'ocserv',
  recognizes: (attributes) =>
    /ocserv/i.test(attributes.text(attribute.nasIdentifier) ?? '') ||
    // OPNsense's captive portal has such ids too, but no framed service.
    (attributes.integer(attribute.serviceType) === framedUser &&
      sessionId.test(attributes.text(attribute.sessionId) ?? '')),
  read: (attributes) => ({ device: { userAgent: attributes.text(attribute.connectInfo) } }),
};
