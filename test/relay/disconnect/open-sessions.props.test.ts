// The table of open sessions: what opens and ends one, its bound, and that a crash at any record
// leaves the table that an undisturbed relay has.

import fc from 'fast-check';
import { followJournal } from '../../../relay/disconnect/follow-journal.ts';
import {
  isOpen,
  OpenSessions,
  type SessionChange,
  silentAfterMs,
} from '../../../relay/disconnect/open-sessions.ts';
import { readSessions, writeSessions } from '../../../relay/disconnect/session-file.ts';
import type { JournalReader } from '../../../relay/journal/reader.ts';
import type { JournalRecord } from '../../../relay/journal/record.ts';
import { toEvent } from '../../../relay/radius/to-event.ts';
import { recordOfSession, sessionsOf } from '../../support/disconnects.ts';
import { hourMs, minuteMs, morning } from '../../support/events.ts';
import { MemoryDisk } from '../../support/journal-memory-disk.ts';
import { accounting, attribute } from '../../support/radius-packets.ts';
import { recordOf } from '../../support/records.ts';

const openIds = (sessions: OpenSessions, now: number): string[] =>
  sessions
    .list()
    .filter((session) => isOpen(session, now))
    .map(({ sessionId }) => sessionId)
    .sort();

describe('a session', () => {
  it('is open from its Start to its Stop, and a late record of it opens it no more', () => {
    const sessions = sessionsOf(
      recordOfSession(),
      recordOfSession({ kind: 'stop', at: morning + hourMs }),
      recordOfSession({ kind: 'interim', at: morning + hourMs + minuteMs }),
      recordOfSession({ at: morning }),
    );

    expect(openIds(sessions, morning + 2 * hourMs)).toEqual([]);
  });

  it('of an id that is used again is another one', () => {
    const sessions = sessionsOf(
      recordOfSession(),
      recordOfSession({ kind: 'stop', at: morning + minuteMs }),
      recordOfSession({ at: morning + hourMs }),
    );

    expect(sessions.list()).toMatchObject([{ startedTime: morning + hourMs, sessionId: 's1' }]);
    expect(openIds(sessions, morning + hourMs)).toEqual(['s1']);
  });

  it('ends with a restart of its service, until it is heard of again', () => {
    const sessions = sessionsOf(
      recordOfSession(),
      recordOfSession({ sessionId: 's2' }),
      recordOfSession({ kind: 'gateway-on', at: morning + hourMs }),
      recordOfSession({ sessionId: 's2', kind: 'interim', at: morning + hourMs + minuteMs }),
    );

    expect(openIds(sessions, morning + 2 * hourMs)).toEqual(['s2']);
  });

  it('that was not heard of for a day is open no more', () => {
    const sessions = sessionsOf(recordOfSession());

    expect(openIds(sessions, morning + silentAfterMs - 1)).toEqual(['s1']);
    expect(openIds(sessions, morning + silentAfterMs)).toEqual([]);
  });

  it('keeps an attribute that an earlier packet had and a later one has not', () => {
    const framedIpAddress = Buffer.from([10, 0, 0, 9]);
    const sessions = sessionsOf(
      recordOfSession({}, { framedIpAddress }),
      recordOfSession({ kind: 'interim', at: morning + hourMs }),
    );

    expect(sessions.list()).toMatchObject([{ marks: { framedIpAddress } }]);
  });

  it('tells once that it began and once that it ended, however often records come', () => {
    const sessions = new OpenSessions();
    const seen: SessionChange['kind'][] = [];
    const records = [
      recordOfSession(),
      recordOfSession(),
      recordOfSession({ kind: 'interim', at: morning + minuteMs }),
      recordOfSession({ kind: 'stop', at: morning + hourMs }),
      recordOfSession({ kind: 'stop', at: morning + hourMs }),
    ];
    for (const record of records) seen.push(...sessions.see(record).map(({ kind }) => kind));

    expect(seen).toEqual(['began', 'ended']);
  });
});

describe('the table', () => {
  it('holds no more than its bound, the longest unheard gone first', () => {
    const sessions = new OpenSessions(3);
    for (const sessionId of ['a', 'b', 'c']) sessions.see(recordOfSession({ sessionId }));
    sessions.see(recordOfSession({ sessionId: 'a', kind: 'interim', at: morning + minuteMs }));
    sessions.see(recordOfSession({ sessionId: 'd', at: morning + minuteMs }));

    expect(openIds(sessions, morning + hourMs)).toEqual(['a', 'c', 'd']);
  });

  it('is read from its file as it was written, and a damaged file is none', async () => {
    const disk = new MemoryDisk().attach();
    const framedIpAddress = Buffer.from([10, 0, 0, 9]);
    const sessions = sessionsOf(
      recordOfSession({}, { framedIpAddress }),
      recordOfSession({ sessionId: 's2', kind: 'stop' }),
    ).list();
    await writeSessions(disk, 'd', { position: 42, sessions });

    expect(await readSessions(disk, 'd')).toEqual({ position: 42, sessions });

    const file = await disk.open('d/open-sessions', 'write');
    await new Promise((resolve) => file.write(Buffer.from('x'), 1, 70, resolve));
    expect(await readSessions(disk, 'd')).toBeUndefined();
  });

  it('after a crash at any record is the table of a relay that never stopped', async () => {
    const kinds = fc.constantFrom(1, 2, 3);
    const steps = fc.array(
      fc.record({ session: fc.constantFrom('a', 'b', 'c'), kind: kinds, isCrash: fc.boolean() }),
      { minLength: 1, maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(24), async (made, cleaned) => {
        const records = made.map(({ session, kind }, index) =>
          recordOf(
            accounting('s', [
              attribute(40, [0, 0, 0, kind]),
              attribute(44, session),
              attribute(1, 'alice'),
            ]),
            { position: index + 1, receivedTime: morning + index * minuteMs, gatewayId: 'vpn-1' },
          ),
        );
        const whole = await tableAfter(records, [], 0);
        const crashes = made.flatMap(({ isCrash }, index) => (isCrash ? [index + 1] : []));
        const crashed = await tableAfter(records, crashes, cleaned);

        expect(crashed.list()).toEqual(whole.list());
      }),
      { numRuns: 40 },
    );
  });
});

/**
 * The table after records were followed, with an orderly stop at some of them.
 * @param cleaned so many records are gone from the journal once the table was written behind them
 */
async function tableAfter(
  records: readonly JournalRecord[],
  stops: readonly number[],
  cleaned: number,
): Promise<OpenSessions> {
  const disk = new MemoryDisk().attach();
  let written = 0;
  for (const position of [...stops, records.length]) {
    const oldest = Math.min(cleaned, written) + 1;
    const sessions = new OpenSessions();
    const follower = await followJournal({
      disk,
      directory: 'd',
      reader: readerOf(records.slice(0, position), oldest),
      durablePosition: position,
      sessions,
      toEvent(record) {
        const event = toEvent(record, undefined);
        return 'undecodable' in event ? undefined : event;
      },
      isFollowed: () => true,
      onChange: () => undefined,
      now: () => morning,
      log: () => undefined,
    });
    await follower.settled(position);
    await follower.stop();
    written = position;
    if (position === records.length) return sessions;
  }
  return new OpenSessions();
}

function readerOf(records: readonly JournalRecord[], oldest: number): JournalReader {
  return {
    oldestPosition: async () => oldest,
    readFrom: async (from, recordsMax) => ({
      damage: [],
      entries: records
        .filter(({ position }) => position >= from)
        .slice(0, recordsMax)
        .map((record) => ({ kind: 'record', position: record.position, record })),
    }),
    close: async () => undefined,
  };
}
