// The four VPN gateways of the sample organisation, each on its own loopback source address. What
// each vendor sends is in packets.ts; this file holds their identity and how they report time.
// Their own addresses (NAS-IP-Address) come from documentation ranges (RFC 5737).

export type SampleGatewayName = 'asa-london' | 'rras-hamburg' | 'apm-paris' | 'checkpoint-madrid';

export type SampleGateway = {
  /** The configured name, and NAS-Identifier where the vendor sends one. */
  readonly name: SampleGatewayName;
  /** The dialect the relay reads it with. */
  readonly vendor: 'cisco-asa' | 'microsoft-rras' | 'f5-apm' | 'check-point';
  /** Packets leave from here; Linux answers on all of 127.0.0.0/8 without any set-up. */
  readonly sourceAddress: string;
  readonly nasAddress: string;
  /** Where people dial in (Called-Station-Id). */
  readonly publicAddress: string;
  /** First two octets of the addresses it assigns inside the network. */
  readonly pool: string;
  /** An ASA and an APM send no Event-Timestamp: the sample's day is told by Acct-Delay-Time. */
  readonly clock: 'event-timestamp' | 'delay-time';
  /** Minutes between Interim-Updates; absent: start and stop only. */
  readonly interimMinutes?: number;
};

export const sampleGateways: readonly SampleGateway[] = [
  {
    name: 'asa-london',
    vendor: 'cisco-asa',
    sourceAddress: '127.0.1.1',
    nasAddress: '192.0.2.10',
    publicAddress: '203.0.113.10',
    pool: '10.112',
    clock: 'delay-time',
    interimMinutes: 30,
  },
  {
    name: 'rras-hamburg',
    vendor: 'microsoft-rras',
    sourceAddress: '127.0.1.2',
    nasAddress: '192.0.2.50',
    publicAddress: '203.0.113.50',
    pool: '10.20',
    clock: 'event-timestamp',
    interimMinutes: 30,
  },
  {
    name: 'apm-paris',
    vendor: 'f5-apm',
    sourceAddress: '127.0.1.3',
    nasAddress: '192.0.2.60',
    publicAddress: '203.0.113.60',
    pool: '10.33',
    clock: 'delay-time',
  },
  {
    name: 'checkpoint-madrid',
    vendor: 'check-point',
    sourceAddress: '127.0.1.4',
    nasAddress: '192.0.2.70',
    publicAddress: '203.0.113.70',
    pool: '172.16',
    clock: 'event-timestamp',
  },
];

/** The gateway of that name. */
export function sampleGateway(name: SampleGatewayName): SampleGateway {
  const found = sampleGateways.find((gateway) => gateway.name === name);
  if (!found) throw new Error(`no sample gateway ${name}`);
  return found;
}
