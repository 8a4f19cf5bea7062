// The RFC attributes of accounting: number, name, type of value, and how often each may occur.
// Promise: data only. What an attribute means is read elsewhere; vendors' attributes are read by
// number in dialects/.

/**
 * How a value is laid out (RFC 8044 section 3). `tagged-*` begin with an optional tag octet
 * (RFC 2868 section 3); `secret` is never read.
 */
export type ValueType =
  | 'text'
  | 'octets'
  | 'integer'
  | 'address'
  | 'address6'
  | 'prefix6'
  | 'interface-id'
  | 'tagged-text'
  | 'tagged-integer'
  | 'vendor-specific'
  | 'secret';

export type AttributeFact = {
  readonly name: string;
  readonly type: ValueType;
  /** At most once in a packet (RFC 2866 section 5.13); real gateways break this. */
  readonly isSingle: boolean;
};

const once = (name: string, type: ValueType): AttributeFact => ({ name, type, isSingle: true });
const often = (name: string, type: ValueType): AttributeFact => ({ name, type, isSingle: false });

/** Numbers used by name in the code. */
export const attribute = {
  userName: 1,
  nasIpAddress: 4,
  nasPort: 5,
  serviceType: 6,
  framedIpAddress: 8,
  vendorSpecific: 26,
  calledStationId: 30,
  callingStationId: 31,
  nasIdentifier: 32,
  proxyState: 33,
  statusType: 40,
  delayTime: 41,
  inputOctets: 42,
  outputOctets: 43,
  sessionId: 44,
  sessionTime: 46,
  terminateCause: 49,
  multiSessionId: 50,
  inputGigawords: 52,
  outputGigawords: 53,
  eventTimestamp: 55,
  nasPortType: 61,
  tunnelType: 64,
  tunnelClientEndpoint: 66,
  connectInfo: 77,
  messageAuthenticator: 80,
  nasPortId: 87,
  nasIpv6Address: 95,
  framedInterfaceId: 96,
  framedIpv6Prefix: 97,
  delegatedIpv6Prefix: 123,
  framedIpv6Address: 168,
} as const;

/**
 * What is known of an attribute by number. Framed-IP-Address and Calling-Station-Id may repeat
 * although RFC 2866 says once: strongSwan sends one per virtual address, ASA both station ids.
 */
export const attributeFacts: ReadonlyMap<number, AttributeFact> = new Map([
  [1, once('User-Name', 'text')],
  [2, often('User-Password', 'secret')],
  [3, often('CHAP-Password', 'secret')],
  [4, once('NAS-IP-Address', 'address')],
  [5, once('NAS-Port', 'integer')],
  [6, once('Service-Type', 'integer')],
  [7, once('Framed-Protocol', 'integer')],
  [8, often('Framed-IP-Address', 'address')],
  [9, once('Framed-IP-Netmask', 'address')],
  [11, often('Filter-Id', 'text')],
  [12, once('Framed-MTU', 'integer')],
  [25, often('Class', 'octets')],
  [26, often('Vendor-Specific', 'vendor-specific')],
  [27, once('Session-Timeout', 'integer')],
  [28, once('Idle-Timeout', 'integer')],
  [30, once('Called-Station-Id', 'text')],
  [31, often('Calling-Station-Id', 'text')],
  [32, once('NAS-Identifier', 'text')],
  [33, often('Proxy-State', 'octets')],
  [40, once('Acct-Status-Type', 'integer')],
  [41, once('Acct-Delay-Time', 'integer')],
  [42, once('Acct-Input-Octets', 'integer')],
  [43, once('Acct-Output-Octets', 'integer')],
  [44, once('Acct-Session-Id', 'text')],
  [45, once('Acct-Authentic', 'integer')],
  [46, once('Acct-Session-Time', 'integer')],
  [47, once('Acct-Input-Packets', 'integer')],
  [48, once('Acct-Output-Packets', 'integer')],
  [49, once('Acct-Terminate-Cause', 'integer')],
  [50, once('Acct-Multi-Session-Id', 'text')],
  [51, once('Acct-Link-Count', 'integer')],
  [52, once('Acct-Input-Gigawords', 'integer')],
  [53, once('Acct-Output-Gigawords', 'integer')],
  [55, once('Event-Timestamp', 'integer')],
  [60, often('CHAP-Challenge', 'secret')],
  [61, once('NAS-Port-Type', 'integer')],
  [62, once('Port-Limit', 'integer')],
  [64, often('Tunnel-Type', 'tagged-integer')],
  [65, often('Tunnel-Medium-Type', 'tagged-integer')],
  [66, often('Tunnel-Client-Endpoint', 'tagged-text')],
  [67, often('Tunnel-Server-Endpoint', 'tagged-text')],
  [69, often('Tunnel-Password', 'secret')],
  [77, once('Connect-Info', 'text')],
  [80, once('Message-Authenticator', 'octets')],
  [81, often('Tunnel-Private-Group-Id', 'tagged-text')],
  [82, often('Tunnel-Assignment-Id', 'tagged-text')],
  [85, once('Acct-Interim-Interval', 'integer')],
  [86, once('Acct-Tunnel-Packets-Lost', 'integer')],
  [87, once('NAS-Port-Id', 'text')],
  [88, often('Framed-Pool', 'text')],
  [90, often('Tunnel-Client-Auth-Id', 'tagged-text')],
  [91, often('Tunnel-Server-Auth-Id', 'tagged-text')],
  [95, once('NAS-IPv6-Address', 'address6')],
  [96, once('Framed-Interface-Id', 'interface-id')],
  [97, often('Framed-IPv6-Prefix', 'prefix6')],
  [100, often('Framed-IPv6-Pool', 'text')],
  [123, often('Delegated-IPv6-Prefix', 'prefix6')],
  [168, often('Framed-IPv6-Address', 'address6')],
]);

/** Whether a value can be of the type: only its length and bounds, not its meaning. */
export function isWellFormed(type: ValueType, value: Buffer): boolean {
  switch (type) {
    case 'integer':
    case 'tagged-integer':
    case 'address':
      return value.length === 4;
    case 'address6':
      return value.length === 16;
    case 'interface-id':
      return value.length === 8;
    case 'prefix6': {
      // Reserved octet, length in bits, as many octets as those need (RFC 3162 section 2.3).
      const bits = value[1] ?? 255;
      return bits <= 128 && value.length <= 18 && value.length - 2 >= Math.ceil(bits / 8);
    }
    case 'tagged-text':
      return untagged(value).length > 0;
    default:
      // RFC 2865 section 5: an empty value is not sent, the attribute is left out.
      return value.length > 0;
  }
}

/** The text without its tag: a first octet of at most 0x1F is one (RFC 2868 section 3.3). */
export function untagged(value: Buffer): Buffer {
  const first = value[0];
  return first !== undefined && first <= 0x1f ? value.subarray(1) : value;
}
