// How the follower reads on: seldom while commits come fast, at once for whoever waits, and again
// after a failure; and that writing a large table leaves the thread to others.

import { followJournal } from '../../../relay/disconnect/follow-journal.ts';
import type { KnownSession } from '../../../relay/disconnect/open-sessions.ts';
import { OpenSessions } from '../../../relay/disconnect/open-sessions.ts';
import { readSessions, writeSessions } from '../../../relay/disconnect/session-file.ts';
import type { JournalReader } from '../../../relay/journal/reader.ts';
import { manualClock } from '../../local/manual-clock.ts';
import { morning } from '../../support/events.ts';
import { MemoryDisk } from '../../support/journal-memory-disk.ts';

async function following(fail: () => boolean = () => false) {
  const clock = manualClock(morning);
  const events: string[] = [];
  let [durable, reads] = [0, 0];
  const reader: JournalReader = {
    oldestPosition: async () => 1,
    async readFrom(from) {
      reads += 1;
      if (fail()) throw new Error('EIO');
      const count = Math.max(0, durable - from + 1);
      const entries = Array.from({ length: count }, (_, index) => ({
        kind: 'damaged' as const,
        position: from + index,
      }));
      return { damage: [], entries };
    },
    close: async () => undefined,
  };
  const follower = await followJournal({
    disk: new MemoryDisk().attach(),
    directory: 'd',
    reader,
    durablePosition: 0,
    sessions: new OpenSessions(),
    toEvent: () => undefined,
    isFollowed: () => true,
    onChange: () => undefined,
    now: clock.now,
    after: clock.after,
    log: (_level, event) => events.push(event),
  });
  const commit = (): void => {
    durable += 1;
    follower.notify(durable);
  };
  return { clock, follower, commit, events, reads: () => reads, durable: () => durable };
}

describe('the follower of the journal', () => {
  it('reads ten times a second at most, however many commits come', async () => {
    const { clock, commit, reads, follower } = await following();
    for (let ms = 0; ms < 1_000; ms += 1) {
      commit();
      await clock.advance(1);
    }
    await follower.stop();

    expect(reads()).toBeGreaterThan(5);
    expect(reads()).toBeLessThanOrEqual(11);
  });

  it('reads at once for whoever waits, and misses nothing', async () => {
    const { commit, follower, durable, clock } = await following();
    commit();
    await clock.advance(1);
    commit();
    await follower.settled(durable());
    await follower.stop();

    expect(clock.now()).toBe(morning + 1);
  });

  it('reads again after a failure without another commit', async () => {
    const disk = { isBroken: true };
    const { commit, follower, durable, clock, events } = await following(() => disk.isBroken);
    commit();
    const settled = follower.settled(durable());
    await clock.advance(1);
    disk.isBroken = false;
    await clock.advance(5_000);
    await settled;
    await follower.stop();

    expect(events).toEqual(['open-sessions-behind']);
  });
});

it('a large table is written and read a little at a time, and is the same', async () => {
  const userName = Buffer.from('CONTOSO\\Ä');
  const sessions = Array.from({ length: 5_000 }, (_, index): KnownSession => {
    const sessionId = `s${index}`;
    const marks = { userName, sessionId: Buffer.from(sessionId) };
    const times = { lastTime: morning, heardTime: morning };
    return { gatewayId: 'vpn-1', address: '192.0.2.1', sessionId, marks, ...times };
  });
  const disk = new MemoryDisk().attach();
  let turns = 0;
  let counting: NodeJS.Immediate;
  const count = (): void => {
    turns += 1;
    counting = setImmediate(count);
  };
  counting = setImmediate(count);
  await writeSessions(disk, 'd', { position: 7, sessions });
  const whileWriting = turns;
  const read = await readSessions(disk, 'd');
  clearImmediate(counting);

  expect(read).toEqual({ position: 7, sessions });
  expect(whileWriting).toBeGreaterThan(20);
  expect(turns - whileWriting).toBeGreaterThan(20);
});
