// The hijack next door: a second session, near and from elsewhere, while the first is still open.

import { overlappingPresence } from '../../../../domain/detect/terms/overlap.ts';
import { mergeSessions } from '../../../../domain/session/merge-session.ts';
import { type Presence, presencesOf } from '../../../../domain/session/presence.ts';
import type { Session } from '../../../../domain/session/session.ts';
import { sessionOf } from '../../../../domain/session/session-of.ts';
import {
  eventOf,
  hash,
  hourMs,
  locationOf,
  morning,
  sessionEvents,
} from '../../../support/events.ts';

const london = '81.2.69.142';
const nextListener = '2.125.160.216';

function sessionFrom(events: ReturnType<typeof sessionEvents>): Session {
  return events
    .map((event) => sessionOf(event, hash('alice'), locationOf(event.clientAddress ?? '')))
    .reduce(mergeSessions);
}

/** Another session of the person from next door, some hours into the morning. */
function secondAt(hours: number): Presence {
  const event = eventOf({ address: nextListener, sessionId: 's2', at: morning + hours * hourMs });
  const [presence] = presencesOf(sessionFrom([event]));
  if (!presence) throw new Error('a session with an address has a stay');
  return presence;
}

describe('a session from elsewhere while another is open', () => {
  const started = sessionFrom([eventOf({ address: london })]);

  it('is seen where the gateway sends no interims and no Stop has come yet', () => {
    expect(overlappingPresence(secondAt(3), [started])?.sighting.address).toBe(london);
  });

  it('is not assumed of a session that should have ended with the working day', () => {
    expect(overlappingPresence(secondAt(11), [started])).toBeUndefined();
  });

  it('is none after the Stop', () => {
    const stopped = sessionFrom(sessionEvents({ address: london, minutes: 60 }));

    expect(overlappingPresence(secondAt(3), [stopped])).toBeUndefined();
  });

  it('is none when interims have ceased: the gateway would have gone on', () => {
    const [start, ...interims] = sessionEvents({ address: london, minutes: 60, interims: 5 });
    const silent = sessionFrom([...(start ? [start] : []), ...interims.slice(0, -1)]);

    expect(overlappingPresence(secondAt(3), [silent])).toBeUndefined();
    expect(overlappingPresence(secondAt(0.5), [silent])).toBeDefined();
  });
});
