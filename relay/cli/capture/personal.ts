// Which parts of a packet identify a user, and how they are shown without doing so.
// Promise: by default only values from a list of harmless attributes are shown. Everything else is
// a keyed hash, equal for equal values within one run and useless after it, with the shape of the
// value, from which a set-up can be judged.

import { createHmac, randomBytes } from 'node:crypto';
import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { parseAddress } from '../../../domain/address.ts';
import { normalizeMac, stationAddress } from '../../radius/client-address.ts';

/** Shows a value, or hides it. */
export type Hide = (text: string) => string;

/** With a key of its own: the few billion IPv4 addresses cannot be tried out. */
export function makeHide(key: Buffer = randomBytes(32)): Hide {
  return (text) => `#${createHmac('sha256', key).update(text).digest('hex').slice(0, 8)}`;
}

/** What a text looks like, in a few words that give nothing of it away. */
export function shapeOf(text: string): string {
  const address = stationAddress(text);
  if (address !== undefined) {
    const family = parseAddress(address)?.length === 4 ? 'IPv4' : 'IPv6';
    return parseAddress(text) ? `${family} address` : `${family} address with something around it`;
  }
  if (normalizeMac(text) !== undefined) return 'MAC address';
  if (/^\d+$/.test(text)) return `number of ${text.length} digits`;
  if (/^[^\s\\@/]+\\[^\\]+$/.test(text)) return 'NetBIOS name';
  if (/^[^\s@]+@[^\s@]+$/.test(text)) return 'name with a domain';
  return `text, ${text.length} characters`;
}

/** `vendorAttributes` of an event that name no user, device or address of one. */
const harmlessVendorAttributes: ReadonlySet<string> = new Set([
  'acct-status-type',
  'acct-delay-time',
  'nas-ip-address',
  'nas-ipv6-address',
  'nas-port',
  'nas-port-id',
  'nas-port-type',
  'called-station-id',
  'service-type',
  'realm',
  'role',
  'connect-info',
  'device-platform',
  'device-platform-version',
  'device-type',
]);

/** The event with names, addresses and identities hidden. */
export function hideEvent(event: AccountingEvent, hide: Hide): object {
  const { session, user, device, clientAddress, vendorAttributes } = event;
  return {
    ...event,
    session: {
      ...session,
      ...(session.id !== undefined && { id: hide(session.id) }),
      ...(session.multiId !== undefined && { multiId: hide(session.multiId) }),
    },
    user: { ...user, raw: hide(user.raw), account: hide(user.account) },
    ...(clientAddress !== undefined && { clientAddress: hide(clientAddress) }),
    assignedAddresses: event.assignedAddresses.map(hide),
    ...(device && {
      device: {
        ...device,
        key: `${device.kind}:${hide(device.key)}`,
        ...(device.name !== undefined && { name: hide(device.name) }),
      },
    }),
    vendorAttributes: Object.fromEntries(
      Object.entries(vendorAttributes).map(([name, value]) => [
        name,
        harmlessVendorAttributes.has(name) ? value : hide(value),
      ]),
    ),
  };
}
