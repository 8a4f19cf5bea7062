// Gateways whose clocks are off, and gateways whose packets are late: the first are dated as if
// their clocks were right, the second are believed. Generated gateways of each kind: zones east
// and west, also of half and three quarter hours, clocks that are days off, jitter, repeats sent
// unchanged, outages of minutes to a day.

import fc from 'fast-check';
import { eventTime } from '../../../relay/radius/event-time.ts';
import { type ClockState, readClock } from '../../../relay/radius/gateway-clock.ts';
import { runs } from '../../support/property-runs.ts';

const hour = 3600;
const start = Date.UTC(2026, 10, 23, 8) / 1000;

/** What a gateway sent: when it happened, and when it came. Seconds. */
type Sent = { readonly happened: number; readonly arrived: number };

/** A relay that takes packets: the time of each event, seconds, and whether it is suspect. */
class Relay {
  state: ClockState = {};

  take({ happened, arrived }: Sent, offset: number, delaySeconds = 0) {
    const receivedTime = arrived * 1000;
    const timestampSeconds = happened + offset;
    const reading = readClock(this.state, { receivedTime, timestampSeconds, delaySeconds });
    this.state = reading.state;
    const { time, flags } = eventTime({
      receivedTime,
      timestampSeconds,
      delaySeconds,
      clockOffsetSeconds: reading.offsetSeconds,
      isImported: false,
    });
    return { off: time / 1000 - happened, isSuspect: flags.includes('clock-suspect') };
  }
}

/** Packets one after the other; some are repeats that came some seconds late. */
const days = fc
  .array(
    fc.record({ gap: fc.integer({ min: 5, max: 1800 }), late: fc.integer({ min: 0, max: 9 }) }),
    {
      minLength: 12,
      maxLength: 60,
    },
  )
  .map((packets) => {
    let happened = start;
    return packets.map(({ gap, late }) => {
      happened += gap;
      return { happened, arrived: happened + late };
    });
  });

/** Whole quarters of an hour from UTC-12 to UTC+14, but none of them right. */
const zones = fc
  .integer({ min: -12 * 4, max: 14 * 4 })
  .filter((quarters) => quarters !== 0)
  .map((quarters) => quarters * 15 * 60);
const outages = fc.integer({ min: 5 * 60, max: 23 * hour });
const members = { numRuns: runs(600) };

describe('a clock in another zone, sent at once', () => {
  it(`is put right from the first packet on: ${members.numRuns} gateways`, () => {
    fc.assert(
      fc.property(days, zones, (packets, zone) => {
        const relay = new Relay();
        for (const packet of packets) {
          const { off, isSuspect } = relay.take(packet, zone);
          expect(Math.abs(off)).toBeLessThanOrEqual(30);
          expect(isSuspect).toBe(true);
        }
      }),
      members,
    );
  });

  it('leaves the truth of what is late: an outage after it is dated right', () => {
    fc.assert(
      fc.property(days, zones, outages, (packets, zone, outage) => {
        const relay = new Relay();
        for (const packet of packets) relay.take(packet, zone);
        const last = packets.at(-1)?.happened ?? start;
        for (let happened = last + 60; happened < last + outage; happened += outage / 7) {
          const late = { happened: Math.round(happened), arrived: last + outage + 5 };
          // As late as the clock is ahead: it says just what a right one would say.
          if (Math.abs(late.arrived - late.happened - zone) < 40) return;
          expect(Math.abs(relay.take(late, zone).off)).toBeLessThanOrEqual(30);
        }
      }),
      members,
    );
  });
});

describe('a clock that is off by any time', () => {
  const offsets = fc
    .integer({ min: -40 * 24 * hour, max: 40 * 24 * hour })
    .filter((offset) => Math.abs(offset) > 200);

  it(`is known after six packets and ten minutes: ${members.numRuns} gateways`, () => {
    fc.assert(
      fc.property(days, offsets, (packets, offset) => {
        const relay = new Relay();
        const first = packets[0]?.arrived ?? 0;
        for (const [index, packet] of packets.entries()) {
          const { off } = relay.take(packet, offset);
          if (index >= 6 && packet.arrived - first > 660) {
            expect(Math.abs(off)).toBeLessThanOrEqual(30);
          }
        }
      }),
      members,
    );
  });

  it('that is put right counts at once', () => {
    fc.assert(
      fc.property(days, fc.oneof(offsets, zones), (packets, offset) => {
        const relay = new Relay();
        for (const packet of packets) relay.take(packet, offset);
        const last = packets.at(-1)?.arrived ?? start;
        const next = { happened: last + 60, arrived: last + 62 };
        expect(relay.take(next, 0)).toEqual({ off: 0, isSuspect: false });
      }),
      members,
    );
  });
});

describe('a clock that is right', () => {
  it(`is believed through an outage and hours late: ${members.numRuns} gateways`, () => {
    fc.assert(
      fc.property(days, outages, (packets, outage) => {
        const relay = new Relay();
        for (const packet of packets) {
          expect(relay.take(packet, 0)).toEqual({ off: 0, isSuspect: false });
        }
        const last = packets.at(-1)?.happened ?? start;
        const waiting = packets.map((_, at) => last + 60 + Math.floor((at * outage) / 61));
        for (const [at, happened] of waiting.entries()) {
          const late = { happened, arrived: last + outage + 60 + at };
          expect(relay.take(late, 0)).toEqual({ off: 0, isSuspect: false });
        }
      }),
      members,
    );
  });

  it('is believed when many log on together, and all of it comes hours later', () => {
    const relay = new Relay();
    relay.take({ happened: start, arrived: start }, 0);
    for (let at = 0; at < 50; at += 1) {
      const late = { happened: start + 60 + (at % 5), arrived: start + 3 * hour + at };
      expect(relay.take(late, 0)).toEqual({ off: 0, isSuspect: false });
    }
  });

  it('is believed where the gateway says how late it is', () => {
    const relay = new Relay();
    const late = { happened: start, arrived: start + 3 * hour };
    expect(relay.take(late, 0, 3 * hour)).toEqual({ off: 0, isSuspect: false });
  });

  it('is taken for a zone where the very first packet is late by one: the price', () => {
    const relay = new Relay();
    expect(relay.take({ happened: start, arrived: start + 3 * hour }, 0).isSuspect).toBe(true);
    const next = { happened: start + 3 * hour + 60, arrived: start + 3 * hour + 61 };
    expect(relay.take(next, 0)).toEqual({ off: 0, isSuspect: false });
  });
});

describe('two relays whose clocks differ by seconds', () => {
  it('date the packets of one gateway alike, within their difference', () => {
    fc.assert(
      fc.property(days, zones, fc.integer({ min: -5, max: 5 }), (packets, zone, seconds) => {
        const [one, other] = [new Relay(), new Relay()];
        for (const packet of packets) {
          const here = one.take(packet, zone).off;
          const there = other.take({ ...packet, arrived: packet.arrived + seconds }, zone).off;
          expect(Math.abs(here - there)).toBeLessThanOrEqual(40);
        }
      }),
      { numRuns: runs(200) },
    );
  });
});
