// A configured gateway, as the rest of the relay sees it after the configuration was validated.

import type { ReadingOverrides } from './overrides.ts';

/** Names of the dialects under radius/dialects/; `generic` reads RFC attributes only. */
export type VendorName = string;

/** The configured name in a gateway id: a CIDR member is `name/source`, and names hold no slash. */
export function configuredName(gatewayId: string): string {
  const slash = gatewayId.indexOf('/');
  return slash < 0 ? gatewayId : gatewayId.slice(0, slash);
}

export type GatewayConfig = {
  /** `settings`: from the cloud; absent: from the relay's own file. */
  readonly origin?: 'settings';
  /** The identity of the gateway everywhere downstream (`gateway.id` of its events). */
  readonly name: string;
  /** Packet sources: addresses or CIDR blocks, canonical. A CIDR member's id is `name/source`. */
  readonly addresses: readonly string[];
  /** The shared secret, and the next one while it is being rotated (RFC 2865 section 3). */
  readonly secrets: readonly Buffer[];
  /** Fixes the dialect; absent: chosen per packet by the vendor ids in it. */
  readonly vendor?: VendorName;
  /** The packet source is a RADIUS proxy: the gateway is NAS-IP-Address or NAS-Identifier. */
  readonly behindProxy?: boolean;
  /** Where this gateway keeps what its dialect looks for elsewhere; absent: the dialect rules. */
  readonly overrides?: ReadingOverrides;
  /** Which certificates are this gateway's over TLS; absent: any that is sent from its address. */
  readonly radsec?: {
    /** Host names and addresses, one of which must stand in the certificate; none: not checked. */
    readonly names: readonly string[];
    /** SHA-256 as lower-case hexadecimal digits; none: not checked. */
    readonly fingerprints: readonly string[];
  };
  /** Drop requests that carry no Message-Authenticator (RFC 2869 section 5.14). */
  readonly requireMessageAuthenticator?: boolean;
};
