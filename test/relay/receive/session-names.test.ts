// Whose a record without User-Name is: the name its session came with, never another one, in
// bounded memory, and for ever the same once it is in the journal.

import fc from 'fast-check';
import { SessionNames } from '../../../relay/receive/session-names.ts';
import { runs } from '../../support/property-runs.ts';
import { accounting, attribute } from '../../support/radius-packets.ts';
import { eventOf } from '../../support/records.ts';

const packet = (status: number, session: string, user?: string): Buffer =>
  accounting('secret', [
    attribute(40, [0, 0, 0, status]),
    ...(session === '' ? [] : [attribute(44, session)]),
    ...(user === undefined ? [] : [attribute(1, user)]),
  ]);

it('gives a nameless record the name of its session, and forgets it at the Stop', () => {
  const names = new SessionNames();

  expect(names.nameOf('g', packet(1, 's', 'jürgen'))).toBeUndefined();
  const name = names.nameOf('g', packet(3, 's'));
  expect(names.nameOf('other', packet(2, 's'))).toBeUndefined();
  expect(names.nameOf('g', packet(2, ''))).toBeUndefined();
  expect(names.nameOf('g', packet(2, 's'))).toBe(name);
  expect(names.nameOf('g', packet(2, 's'))).toBeUndefined();

  const event = eventOf(packet(3, 's'), { ...(name !== undefined && { sessionUserName: name }) });
  expect(event.user.raw).toBe('jürgen');
  expect(event.eventId).toBe(eventOf(packet(3, 's')).eventId);
});

it(`never gives a name that this gateway did not send for this session: ${runs(300)} days`, () => {
  const step = fc.record({
    gateway: fc.constantFrom('a', 'b'),
    session: fc.constantFrom('s1', 's2', 's3'),
    user: fc.option(fc.constantFrom('alice', 'bob'), { nil: undefined }),
    status: fc.constantFrom(1, 2, 3),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const names = new SessionNames();
      const known = new Map<string, string>();
      for (const { gateway, session, user, status } of steps) {
        const key = gateway + session;
        const found = names.nameOf(gateway, packet(status, session, user));
        expect(found).toBe(user === undefined ? known.get(key) : undefined);
        const name = user ?? known.get(key);
        if (name === undefined || status === 2) known.delete(key);
        else known.set(key, name);
      }
    }),
    { numRuns: runs(300) },
  );
});

it('keeps 100,000 sessions and no more', () => {
  const names = new SessionNames();
  for (let at = 0; at < 100_500; at += 1) names.nameOf('g', packet(1, `s${at}`, 'alice'));

  expect(names.size).toBe(100_000);
  expect(names.nameOf('g', packet(3, 's1'))).toBeUndefined();
  expect(names.nameOf('g', packet(3, 's100400'))).toBe('alice');
});
