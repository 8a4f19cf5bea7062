// Reads UDP payloads out of a classic pcap file (Ethernet, IPv4), for captures in test/fixtures/.
// Only what those captures need: little-endian, microseconds, no fragments, no VLAN tags.

import { readFileSync } from 'node:fs';

export type CapturedDatagram = {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly source: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Buffer;
};

const magicMicroseconds = 0xa1b2c3d4;
const fileHeaderOctets = 24;
const recordHeaderOctets = 16;
const ethernetOctets = 14;
const etherTypeIpv4 = 0x0800;
const protocolUdp = 17;
const udpHeaderOctets = 8;

function readFrame(frame: Buffer, time: number): CapturedDatagram | undefined {
  if (frame.readUInt16BE(12) !== etherTypeIpv4) return undefined;
  const ip = frame.subarray(ethernetOctets);
  if (ip[9] !== protocolUdp) return undefined;
  const udp = ip.subarray(((ip[0] as number) & 15) * 4);
  return {
    time,
    source: [...ip.subarray(12, 16)].join('.'),
    sourcePort: udp.readUInt16BE(0),
    destinationPort: udp.readUInt16BE(2),
    payload: udp.subarray(udpHeaderOctets, udp.readUInt16BE(4)),
  };
}

/** The UDP datagrams of a capture, in order. @throws Error when the file is another format. */
export function readPcap(path: string): CapturedDatagram[] {
  const file = readFileSync(path);
  if (file.readUInt32LE(0) !== magicMicroseconds) throw new Error(`${path} is no classic pcap`);
  const datagrams: CapturedDatagram[] = [];
  let at = fileHeaderOctets;
  while (at < file.length) {
    const time = file.readUInt32LE(at) * 1000 + Math.round(file.readUInt32LE(at + 4) / 1000);
    const end = at + recordHeaderOctets + file.readUInt32LE(at + 8);
    const datagram = readFrame(file.subarray(at + recordHeaderOctets, end), time);
    if (datagram) datagrams.push(datagram);
    at = end;
  }
  return datagrams;
}
