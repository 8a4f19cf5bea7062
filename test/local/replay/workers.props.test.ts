// A replay prints the same octets however many threads read its files, whichever of them is quick:
// drawn histories of several gateways, in several files of several kinds, with lines that are none.

import fc from 'fast-check';
import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { type ReplayOptions, replay } from '../../../local/replay/replay.ts';
import { noReplaySettings } from '../../../local/replay/settings-file.ts';
import { eventOf, locationOf, minuteMs, morning } from '../../support/events.ts';
import { dayMs, london, tokyo } from '../../support/life.ts';
import { runs } from '../../support/property-runs.ts';
import { readersInProcess } from '../../support/reader-in-process.ts';

const session = fc.record({
  user: fc.constantFrom('ann', 'bob', 'cem'),
  day: fc.integer({ min: 0, max: 50 }),
  minute: fc.integer({ min: 0, max: 600 }),
  minutes: fc.integer({ min: 1, max: 900 }),
  isAway: fc.integer({ min: 0, max: 5 }).map((dice) => dice === 0),
  gateway: fc.constantFrom('asa-london', 'apm-paris'),
});
type Session = typeof session extends fc.Arbitrary<infer T> ? T : never;

const lines = (one: Session, index: number): readonly AccountingEvent[] => {
  const at = morning - 50 * dayMs + one.day * dayMs + one.minute * minuteMs;
  const address = one.isAway ? tokyo : london;
  const about = { user: one.user, address, gateway: one.gateway, sessionId: `s-${index}` };
  const seconds = one.minutes * 60;
  const stop = eventOf({ ...about, kind: 'stop', at: at + seconds * 1000, seconds });
  return [eventOf({ ...about, at }), stop];
};

/** Lines of each file, in order of arrival; a `0` is a line that is no event. */
function filesOf(sessions: readonly Session[], breaks: readonly number[]): Map<string, string> {
  const events = sessions.flatMap(lines).sort((a, b) => a.receivedTime - b.receivedTime);
  const files = new Map<string, string>();
  for (const [at, event] of events.entries()) {
    const part = breaks.filter((one) => one <= at).length;
    const name = `${event.gateway.id}-${part}`;
    const bad = breaks.includes(at) ? '{"eventId": 3}\n' : '';
    files.set(name, `${files.get(name) ?? ''}${bad}${JSON.stringify(event)}\n`);
  }
  return files;
}

async function printed(
  files: ReadonlyMap<string, string>,
  workers: number,
  more: Partial<ReplayOptions>,
): Promise<string> {
  const octets = async function* (file: string): AsyncIterable<Buffer> {
    // In pieces that end anywhere.
    const whole = Buffer.from(files.get(file) ?? '');
    for (let at = 0; at < whole.length; at += 1777) yield whole.subarray(at, at + 1777);
  };
  const said: string[] = [];
  const done = await replay({
    files: [...files.keys()],
    open: octets,
    isReadOnce: () => false,
    settings: noReplaySettings,
    reading: { ports: [], timeZone: 'UTC' },
    readers: { count: workers - 1, start: readersInProcess(octets) },
    isScores: true,
    locate: (address) => locationOf(address, address === tokyo ? 'hosting' : undefined),
    write: async (some) => void said.push(...some),
    onProgress: () => undefined,
    onUnreadable: (file, line, reason) => void said.push(`${file}:${line}: ${reason}`),
    ...more,
  });
  const { passedOver, ...counts } = done;
  return [...said, JSON.stringify({ ...counts, passedOver: [...passedOver] })].join('\n');
}

it('prints the same for any number of workers', async () => {
  const histories = fc.array(session, { minLength: 1, maxLength: 60 });
  const breaks = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 4 });
  const options = fc.record({ isScores: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(histories, breaks, options, async (sessions, at, more) => {
      const files = filesOf(sessions, at);
      const one = await printed(files, 1, more);
      for (const workers of [2, 3, 7]) expect(await printed(files, workers, more)).toBe(one);
    }),
    { numRuns: runs(40), endOnFailure: true },
  );
});
