// The read ports of addresses, networks and the search. The DynamoDB adapters are
// lambdas/aws/dynamodb/origin-reads.ts and search-store.ts.

import type { UnixMs } from '../../domain/accounting-event.ts';
import type { Network, PlaceKey } from '../../domain/location.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import type { NameIndex } from '../../domain/search/find-names.ts';

/** A user at an address or on a network, as the row says: to the day, and of then. */
export type OriginRow = {
  /** To go on from. */
  readonly position: string;
  readonly user: string;
  readonly firstSeen: UnixMs;
  readonly lastSeen: UnixMs;
  readonly sessions: number;
  /** Of a network's rows. */
  readonly network?: Network;
  /** Of an address's rows: its network's AS number, the address itself, its place. */
  readonly asn?: number;
  readonly address?: string;
  readonly place?: PlaceKey;
};

export type OriginPage = { readonly rows: readonly OriginRow[]; readonly last?: string };
type OriginRequest = { readonly limit: number; readonly after?: string };

export type OriginStore = {
  /** @param key of the prefix: an IPv4 address, 16 hex digits of an IPv6 /64 */
  addressUsers(key: string, page: OriginRequest): Promise<OriginPage>;
  networkUsers(asn: number, page: OriginRequest): Promise<OriginPage>;
  /**
   * Rows of addresses between two, both included, by their hex digits; both lie in one /16 (IPv6:
   * /32), or the search of one finds nothing of the other.
   */
  addressesIn(
    fromHex: string,
    toHex: string,
  ): Promise<{ readonly rows: readonly OriginRow[]; readonly isWhole: boolean }>;
  /** Profiles of users, in any order; absent ones are left out. */
  profiles(userKeys: readonly string[]): Promise<readonly Profile[]>;
};

/** Names that the search knows, some seconds old. */
export type Names = { readonly index: NameIndex; readonly isWhole: boolean };
