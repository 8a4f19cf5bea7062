// The clocks of all gateways, one state each, and what to record beside a packet of theirs.
// Promise: bounded by count, the longest silent goes first; a byte-identical packet teaches
// nothing; what is known outlives a restart where the caller keeps `saved`. The rule is
// radius/gateway-clock.ts.

import type { UnixMs } from '../../domain/accounting-event.ts';
import { attribute } from '../radius/attributes.ts';
import { walkAttributes } from '../radius/decode.ts';
import type { GatewayConfig } from '../radius/gateway.ts';
import { type ClockState, readClock } from '../radius/gateway-clock.ts';

/** A known clock, as kept over a restart. */
export type SavedClock = {
  readonly key: string;
  readonly offsetSeconds: number;
  readonly seenTime: UnixMs;
};

/** What is shown of the clocks of a configured gateway. */
export type GatewayClock = {
  /** Seconds ahead of the relay; of several clocks behind one name the one furthest off. */
  readonly offsetSeconds: number;
};

/** A packet of a gateway, as it is about to be recorded. */
export type ClockedPacket = {
  readonly name: string;
  readonly gatewayId: string;
  /** The gateways behind a proxy have clocks of their own. */
  readonly isProxy: boolean;
  readonly packet: Buffer;
  readonly receivedTime: UnixMs;
  readonly isRepeated: boolean;
};

const clocksMax = 4096;
/** Whoever chooses NAS-Identifiers must not fill the memory. */
const keyCharactersMax = 200;
/** Attributes that name the gateway behind a proxy. */
const nasAttributes: ReadonlySet<number> = new Set([
  attribute.nasIpAddress,
  attribute.nasIpv6Address,
  attribute.nasIdentifier,
]);

type Clock = { readonly name: string; state: ClockState };

export class GatewayClocks {
  readonly #clocks = new Map<string, Clock>();
  readonly #onLearnt: () => void;

  /** @param onLearnt called when an offset was found, changed or put right */
  constructor(onLearnt: () => void = () => undefined) {
    this.#onLearnt = onLearnt;
  }

  /** Takes over what was known before a restart. */
  restore(saved: readonly SavedClock[]): void {
    for (const { key, offsetSeconds, seenTime } of saved.slice(-clocksMax)) {
      const name = key.split(/[/\n]/, 1)[0] ?? key;
      if (!this.#clocks.has(key))
        this.#clocks.set(key, { name, state: { offsetSeconds, seenTime } });
    }
  }

  /** What is known, the longest silent first. */
  saved(): SavedClock[] {
    return [...this.#clocks].flatMap(([key, { state }]) => {
      const { offsetSeconds, seenTime } = state;
      return offsetSeconds === undefined || seenTime === undefined
        ? []
        : [{ key, offsetSeconds, seenTime }];
    });
  }

  /**
   * How far off the clock is that stamped a packet, whole seconds, ahead positive; undefined when
   * it is right, as far as is known, or stamps nothing.
   */
  offsetOf(packet: ClockedPacket): number | undefined {
    const { timestampSeconds, delaySeconds, nas } = claimsIn(packet);
    if (timestampSeconds === undefined) return undefined;
    const key = `${packet.gatewayId}${nas}`.slice(0, keyCharactersMax);
    const known = this.#clocks.get(key);
    const before = known?.state ?? {};
    const claim = { receivedTime: packet.receivedTime, timestampSeconds, delaySeconds };
    const { state, offsetSeconds } = readClock(before, claim);
    if (!packet.isRepeated) {
      this.#remember(key, { name: packet.name, state });
      if ((state.offsetSeconds ?? 0) !== (before.offsetSeconds ?? 0)) this.#onLearnt();
    }
    return offsetSeconds === 0 ? undefined : offsetSeconds;
  }

  /** The clocks that are off, by configured name. */
  rows(): ReadonlyMap<string, GatewayClock> {
    const rows = new Map<string, GatewayClock>();
    for (const { name, state } of this.#clocks.values()) {
      const { offsetSeconds = 0 } = state;
      const furthest = rows.get(name)?.offsetSeconds ?? 0;
      if (Math.abs(offsetSeconds) > Math.abs(furthest)) rows.set(name, { offsetSeconds });
    }
    return rows;
  }

  #remember(key: string, clock: Clock): void {
    // Alone it is the last one already, and a map grows anew after a few deletions.
    if (this.#clocks.size > 1) this.#clocks.delete(key);
    this.#clocks.set(key, clock);
    if (this.#clocks.size <= clocksMax) return;
    const [oldest] = this.#clocks.keys();
    if (oldest !== undefined) this.#clocks.delete(oldest);
  }
}

type Claims = {
  timestampSeconds: number | undefined;
  delaySeconds: number | undefined;
  nas: string;
};

/** Walks the packet once; of an attribute that comes twice the first counts. */
function claimsIn({ packet, isProxy }: ClockedPacket): Claims {
  const claims: Claims = { timestampSeconds: undefined, delaySeconds: undefined, nas: '' };
  walkAttributes(packet, (type, start, end) => {
    if (type === attribute.eventTimestamp && end - start === 6) {
      claims.timestampSeconds ??= packet.readUInt32BE(start + 2);
    } else if (type === attribute.delayTime && end - start === 6) {
      claims.delaySeconds ??= packet.readUInt32BE(start + 2);
    } else if (isProxy && nasAttributes.has(type)) {
      claims.nas += `\n${packet.toString('latin1', start + 2, end)}`;
    }
  });
  return claims;
}

const noClock = {};

/** What of the clock is recorded with a packet. */
export function clockOf(
  clocks: GatewayClocks,
  seen: {
    readonly gateway: { readonly config: GatewayConfig };
    readonly gatewayId: string;
    readonly payload: Buffer;
    readonly receivedTime: UnixMs;
    readonly isRepeated: boolean;
  },
): { readonly clockOffsetSeconds?: number } {
  const { gateway, gatewayId, payload: packet, receivedTime, isRepeated } = seen;
  const { name, behindProxy } = gateway.config;
  const isProxy = behindProxy === true;
  const offset = clocks.offsetOf({ name, gatewayId, isProxy, packet, receivedTime, isRepeated });
  return offset === undefined ? noClock : { clockOffsetSeconds: offset };
}
