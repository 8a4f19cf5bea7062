// Gateways whose accounting uses RFC attributes alone: the generic dialect reads all there is. They
// have names so that a configuration can name the product and events show it. They are recognised
// by enterprise number where they have one, else by their default NAS-Identifier.

import type { AttributeSet } from '../attribute-set.ts';
import { attribute } from '../attributes.ts';
import { type Dialect, namedDialect } from './dialect.ts';

const sends =
  (...vendors: readonly number[]): Dialect['recognizes'] =>
  (attributes: AttributeSet) =>
    vendors.some((vendor) => attributes.hasVendor(vendor));

const isNamed =
  (pattern: RegExp): Dialect['recognizes'] =>
  (attributes: AttributeSet) =>
    pattern.test(attributes.text(attribute.nasIdentifier) ?? '');

/** Client address in Tunnel-Client-Endpoint; no assigned address, no interims. */
const f5Apm = namedDialect('f5-apm', sends(3375));
/** No public sample of the gateway as a sender exists; its VSAs are roles of the Gaia system. */
const checkPoint = namedDialect('check-point', sends(2620));
/** `user(Realm)[Role]` is read for every vendor; sub-sessions share their multi-session id. */
const ivanti = namedDialect('ivanti', isNamed(/^(?:Juniper IVE|Pulse|Ivanti)/i));
const mikrotik = namedDialect(
  'mikrotik',
  (attributes) => sends(14988)(attributes) || isNamed(/^MikroTik$/)(attributes),
);
const openvpn = namedDialect('openvpn', isNamed(/^OpenVPN/i));
/** PPPoE and IPoE put a MAC into Calling-Station-Id, which the generic rule takes for no VPN. */
const accelPpp = namedDialect('accel-ppp', isNamed(/^accel-ppp/));
/** Sends no client address at all: such sessions have no location. */
const netscaler = namedDialect('netscaler', sends(5951));
const sonicwall = namedDialect('sonicwall', sends(8741));
const netdefend = namedDialect('netdefend');
const nokia = namedDialect('nokia', sends(6527));

export const rfcOnlyDialects: readonly Dialect[] = [
  f5Apm,
  checkPoint,
  ivanti,
  mikrotik,
  openvpn,
  accelPpp,
  netscaler,
  sonicwall,
  netdefend,
  nokia,
];
