// The vendor-neutral accounting event: what crosses the wire from relay to cloud.
// The relay makes it from one journal record; the cloud never sees RADIUS.
// Absent fields are absent, never null and never invented. Format: docs/wire-format.md.

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type UnixMs = number;

/** What the gateway reported (Acct-Status-Type, RFC 2866 section 5.1). */
export type EventKind = 'start' | 'interim' | 'stop' | 'gateway-on' | 'gateway-off' | 'other';

/**
 * What a reader of the event should know about how it came about.
 *
 * - `stale`: claimed for more than 24 h before it was received.
 * - `late`: held up by our own backlog; its alerts are published with this mark.
 * - `repeated`: a byte-identical datagram seen before; it raises no alert.
 * - `imported`: from a history file, not from a socket.
 * - `invalid-attributes`: some attribute had a bad value and was left out (RFC 6929 section 2.8).
 * - `clock-suspect`: Event-Timestamp was out of range, or of a clock known to be off, and was not
 *   used as it stands.
 * - `not-vpn`: device administration, Wi-Fi, captive portal: recorded, never profiled.
 * - `duplicate-attributes`: a single-valued attribute came more than once; the first counts.
 * - `latin1`: the user name was not UTF-8 and was read as Latin-1.
 */
export type EventFlag =
  | 'stale'
  | 'late'
  | 'repeated'
  | 'imported'
  | 'invalid-attributes'
  | 'clock-suspect'
  | 'not-vpn'
  | 'duplicate-attributes'
  | 'latin1';

/** How the User-Name was written. */
export type UserForm = 'plain' | 'upn' | 'netbios' | 'machine' | 'realm-role' | 'none';

/** The parts of a User-Name (attribute 1). `raw` is the text as sent. */
export type UserName = {
  readonly raw: string;
  readonly account: string;
  readonly domain?: string;
  readonly form: UserForm;
};

/**
 * The device a user connects from, as far as the gateway reports it. `key` identifies it across
 * connections (`uid:...`, `mac:...`, `host:...`, `client:...`).
 */
export type Device = {
  readonly key: string;
  readonly kind: 'uid' | 'mac' | 'host' | 'client';
  readonly name?: string;
  readonly os?: string;
  readonly client?: string;
};

/** One accounting record, decoded. Octet counters are decimal strings: exact to 64 bits. */
export type AccountingEvent = {
  /** 128-bit hash in base64url: same attributes from the same gateway, same id. */
  readonly eventId: string;
  readonly kind: EventKind;
  /** The time to use: Event-Timestamp where plausible, else arrival less Acct-Delay-Time. */
  readonly time: UnixMs;
  /** Event-Timestamp as sent (RFC 2869 section 5.3), plausible or not. */
  readonly claimedTime?: UnixMs;
  readonly receivedTime: UnixMs;
  readonly gateway: {
    /** The configured name; the identity of the gateway. */
    readonly id: string;
    /** Packet source address. */
    readonly address: string;
    /** NAS-Identifier as sent. */
    readonly name?: string;
    /** NAS-Port-Type (RFC 2865 section 5.41) and Service-Type (5.6), as sent: which service. */
    readonly portType?: number;
    readonly serviceType?: number;
    /** The dialect that read the record. */
    readonly vendor: string;
  };
  readonly session: {
    readonly id?: string;
    readonly multiId?: string;
    readonly seconds?: number;
    /** Acct-Input-Octets and Gigawords: octets received from the user. */
    readonly octetsIn?: string;
    readonly octetsOut?: string;
    readonly terminateCause?: string;
  };
  readonly user: UserName;
  /** The public address the user connected from, canonical text. */
  readonly clientAddress?: string;
  readonly assignedAddresses: readonly string[];
  readonly device?: Device;
  readonly tunnel?: { readonly type?: string; readonly group?: string };
  /** What a dialect read and no field above holds; keys are kebab-case attribute names. */
  readonly vendorAttributes: Readonly<Record<string, string>>;
  readonly flags: readonly EventFlag[];
};
