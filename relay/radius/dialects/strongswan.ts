// strongSwan's eap-radius, also inside pfSense and OPNsense IPsec. Station ids carry the port in
// brackets unless `station_id_with_port = no`; NAS-Port-Id is the connection's name.

import { attribute } from '../attributes.ts';
import type { Dialect } from './dialect.ts';

const stationWithPort = /\[\d{1,5}\]$/;

export const strongswan: Dialect = {
  vendor: 'strongswan',
  recognizes: (attributes) =>
    stationWithPort.test(attributes.text(attribute.callingStationId) ?? '') ||
    attributes.text(attribute.nasIdentifier) === 'strongSwan',
  read: (attributes) => ({ tunnelGroup: attributes.text(attribute.nasPortId) }),
};
