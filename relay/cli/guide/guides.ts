// Every guide, those of Microsoft's VPN integration first.

import {
  checkPoint,
  f5Apm,
  fortigate,
  ivanti,
  netscaler,
  paloAlto,
  sonicwall,
} from './data/appliances.ts';
import { ciscoAsa, ciscoFtd, ciscoVpn3000 } from './data/cisco.ts';
import { nps, rras } from './data/microsoft.ts';
import { accelPpp, freeradius, ocserv, openvpn, pfsense, strongswan } from './data/open-source.ts';
import { generic, mikrotik, netdefend, nokia, softether, watchguard } from './data/routers.ts';
import type { VendorGuide } from './guide.ts';

export const vendorGuides: readonly VendorGuide[] = [
  rras,
  f5Apm,
  checkPoint,
  ciscoAsa,
  ciscoFtd,
  ciscoVpn3000,
  fortigate,
  ivanti,
  sonicwall,
  netscaler,
  strongswan,
  ocserv,
  openvpn,
  pfsense,
  accelPpp,
  mikrotik,
  nokia,
  netdefend,
  nps,
  freeradius,
  paloAlto,
  softether,
  watchguard,
  generic,
];
