// The interface of a dialect: how one vendor's gateways express what RFC attributes have no place
// for. The generic dialect (generic.ts) is the base of all; a dialect adds to it or corrects it.

import type { AttributeSet } from '../attribute-set.ts';
import type { DeviceFacts } from '../device.ts';

/** Everything about a packet that can depend on the vendor. */
export type Reading = {
  readonly clientAddress?: string | undefined;
  readonly assignedAddresses: readonly string[];
  /** The domain of a plain user name, where a vendor attribute names it. */
  readonly userDomain?: string | undefined;
  readonly device: DeviceFacts;
  readonly tunnelType?: string | undefined;
  readonly tunnelGroup?: string | undefined;
  /** False: device administration, Wi-Fi, captive portal: recorded, never profiled. */
  readonly isVpn: boolean;
  /** `vendorAttributes` of the event; absent values are left out. */
  readonly attributes: readonly (readonly [name: string, value: string | undefined])[];
};

export type Dialect = {
  /** Its name in the configuration and in `gateway.vendor` of events. */
  readonly vendor: string;
  /** Whether a packet is surely this vendor's. Asked only where the configuration names none. */
  readonly recognizes: (attributes: AttributeSet) => boolean;
  /** What differs from the generic reading. `device` and `attributes` are added to it. */
  readonly read: (attributes: AttributeSet) => Partial<Reading>;
};

/** A dialect that only names the sender: its gateways need RFC attributes alone. */
export function namedDialect(
  vendor: string,
  recognizes: Dialect['recognizes'] = () => false,
): Dialect {
  return { vendor, recognizes, read: () => ({}) };
}
