// An Accounting-Request as the frames of a capture, through layers chosen by the caller: what the
// reader and another program are both asked about.

import { fragmentsOf, hopByHop, ipv4Of, ipv6Of, links, tunnels, udpOf } from './capture-layers.ts';
import type { CapturedFrame } from './capture-writer.ts';
import { startPacket } from './running-relay.ts';

export type Stack = {
  readonly link: string;
  readonly tunnels: readonly string[];
  readonly version: 4 | 6;
  /** Octets of a fragment; 0: whole. */
  readonly fragmentOctets: number;
  readonly port: number;
};

/** When every frame was captured. */
export const captureTime = Date.UTC(2026, 10, 23, 7, 0, 0, 125);

/** The frames of one datagram, outermost layer last. */
export function framesOf(
  session: string,
  stack: Stack,
): { linkType: number; frames: CapturedFrame[] } {
  const [linkType, frame] = links[stack.link] as (typeof links)[string];
  const udp = udpOf(startPacket(session), stack.port);
  const whole = stack.version === 4 ? [ipv4Of(17, udp)] : [ipv6Of(17, udp, hopByHop)];
  const packets =
    stack.fragmentOctets === 0 ? whole : fragmentsOf(stack.version, 17, udp, stack.fragmentOctets);
  const frames = packets.map((ip) => {
    const outer = stack.tunnels.reduce((inner, name) => tunnels[name]?.(inner) ?? inner, ip);
    return { time: captureTime, octets: frame(outer) };
  });
  return { linkType, frames };
}

/** Nothing around an IPv4 packet. */
export const plain: Stack = {
  link: 'raw ip',
  tunnels: [],
  version: 4,
  fragmentOctets: 0,
  port: 1813,
};
