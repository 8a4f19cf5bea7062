// The stored form of what a user's sessions move: some five octets a session, and what was usual
// of it when a judgement was made.

import type { UsualTraffic, UsualWay } from '../kept-judgement.ts';
import { each as writeEach } from './learned-pack.ts';
import { each as readEach } from './learned-unpack.ts';
import type { ByteReader, ByteWriter } from './packed-bytes.ts';
import type { TrafficSample } from './traffic.ts';

/** Writes samples, the newest first, by the minutes between their starts. */
export function writeTraffic(to: ByteWriter, samples: readonly TrafficSample[]): void {
  let before = 0;
  writeEach(to, samples, ({ minute, quarters, up, down }) => {
    to.whole(before === 0 ? minute : before - minute);
    to.whole(quarters);
    to.byte(up);
    to.byte(down);
    before = minute;
  });
}

/** Reads them. */
export function readTraffic(from: ByteReader): readonly TrafficSample[] {
  let before = 0;
  return readEach(from, () => {
    const off = from.whole();
    const minute = before === 0 ? off : before - off;
    before = minute;
    return { minute, quarters: from.whole(), up: from.byte(), down: from.byte() };
  });
}

/** Writes what was usual. */
export function writeUsual(to: ByteWriter, usual: UsualTraffic): void {
  for (const way of [usual.up, usual.down]) {
    to.byte(way?.sessions ?? 0);
    if (!way) continue;
    to.byte(way.middle);
    to.byte(way.spread);
  }
}

/** Reads it. */
export function readUsual(from: ByteReader): UsualTraffic {
  const up = readWay(from);
  const down = readWay(from);
  return { ...(up ? { up } : {}), ...(down ? { down } : {}) };
}

function readWay(from: ByteReader): UsualWay | undefined {
  const sessions = from.byte();
  return sessions === 0 ? undefined : { sessions, middle: from.byte(), spread: from.byte() };
}
