// UDP datagrams out of captured frames, through whatever link, labels and tunnels they came
// (link-layer.ts, ip-packet.ts, tunnels.ts). Promise: any octets give a datagram, the name of what
// is there instead, or nothing while a fragment is missing. Checksums are not checked: captures on
// the sending host hold unfinished ones.

import type { Frame } from './frame.ts';
import { IpReader } from './ip-packet.ts';
import { type Carried, carriedBy, layersMax } from './link-layer.ts';
import { tunnelledIn, tunnelledOver } from './tunnels.ts';

export type CapturedDatagram = {
  /** Unix ms; undefined where the capture keeps no time (simple packet blocks). */
  readonly time: number | undefined;
  readonly source: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Buffer;
};

const protocolUdp = 17;
const protocolNames: Readonly<Record<number, string>> = {
  1: 'ICMP',
  2: 'IGMP',
  6: 'TCP',
  50: 'ESP (encrypted)',
  58: 'ICMPv6',
  89: 'OSPF',
  112: 'VRRP',
  132: 'SCTP',
};

/** Takes frames, gives datagrams. */
export class DatagramReader {
  readonly #ports: ReadonlySet<number>;
  readonly #packets = new IpReader();

  /** @param ports of accounting: what is sent to them is no tunnel */
  constructor(ports: ReadonlySet<number>) {
    this.#ports = ports;
  }

  /** Packets of which a fragment is missing, so far. */
  get incomplete(): number {
    return this.#packets.incomplete;
  }

  /** The datagram that this frame is or completes, or what is passed over. */
  take(frame: Frame): CapturedDatagram | { readonly passedOver: string } | undefined {
    let carried: Carried = carriedBy(frame.linkType, frame.octets);
    for (let layer = 0; layer < layersMax; layer += 1) {
      if ('passedOver' in carried) return carried;
      const packet = this.#packets.take(carried.ip);
      if (packet === 'fragment') return undefined;
      if (!packet) return { passedOver: 'frames that hold no IP packet' };
      const { source, protocol, payload } = packet;
      const inner = protocol === protocolUdp ? undefined : tunnelledIn(protocol, payload);
      if (protocol !== protocolUdp && !inner) {
        return { passedOver: protocolNames[protocol] ?? `IP protocol ${protocol}` };
      }
      const found: CapturedDatagram | Carried =
        inner ?? this.#datagram(frame.time, source, payload);
      if (!('ip' in found) && !('passedOver' in found)) return found;
      carried = found;
    }
    return { passedOver: 'frames of too many layers' };
  }

  #datagram(time: number | undefined, source: string, udp: Buffer): CapturedDatagram | Carried {
    if (udp.length < 8) return { passedOver: 'frames cut off in their headers' };
    const length = udp.readUInt16BE(4);
    const destinationPort = udp.readUInt16BE(2);
    const payload = udp.subarray(8, length >= 8 ? length : udp.length);
    const inner = this.#ports.has(destinationPort)
      ? undefined
      : tunnelledOver(destinationPort, payload);
    if (inner) return inner;
    const sourcePort = udp.readUInt16BE(0);
    return { time, source, sourcePort, destinationPort, payload: Buffer.from(payload) };
  }
}
