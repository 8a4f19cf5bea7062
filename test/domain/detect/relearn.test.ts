// A session at a new place begins a trip as far as it is believed: when its judgement is made again
// the trip begins, or began with nothing, as if the session had been judged so at first.

import type { Again } from '../../../domain/detect/judge-again.ts';
import { withRelearned } from '../../../domain/detect/relearn.ts';
import { keptIn, type Learned, withKeptJudgements } from '../../../domain/profile/learned.ts';
import type { Profile } from '../../../domain/profile/profile.ts';
import { packProfile } from '../../../domain/profile/profile-pack.ts';
import { unpackProfile } from '../../../domain/profile/profile-unpack.ts';
import type { Session } from '../../../domain/session/session.ts';
import { eventOf, hourMs, morning } from '../../support/events.ts';
import { london, makeOrganization, ordinaryDays, tokyo } from '../../support/life.ts';

const believed = 0;
const doubted = 9;

/** Sessions begin at whole seconds; addresses change when the relay hears of it. */
const abroadAt = morning + 14 * hourMs + 345;

/** A user, before the learning gate, whose last session went on from a new place, as stored. */
async function traveller() {
  const { play, store } = makeOrganization({ isAlone: true });
  await play(ordinaryDays(14));
  const abroad = { sessionId: 'abroad', device: 'LT-0412' };
  await play([
    eventOf({ ...abroad, address: london, at: morning }),
    eventOf({ ...abroad, kind: 'interim', address: tokyo, at: abroadAt }),
  ]);
  const profile = store.profileOf('alice') as Profile;
  const rows = [...(store.sessions.get('alice')?.values() ?? [])];
  const session = rows.find((row) => row.session.sightings.length > 1)?.session as Session;
  return { profile, session };
}

const stored = (profile: Profile): Profile => unpackProfile(profile.userKey, packProfile(profile));

/** The profile, stored, after the last session was judged once more, to such a score. */
function judgedAgain(profile: Profile, session: Session, score: number): Profile {
  const [last, ...others] = keptIn(profile.learned);
  if (!last?.taught) throw new Error('the last judgement is not kept');
  const { severity: _, ...said } = last.said;
  const kept = { ...last, said: { ...said, score } };
  const sighting = session.sightings.find(({ address }) => address === kept.address);
  const learned = withKeptJudgements(profile.learned, [kept, ...others]);
  const again = { kept, session, sighting } as unknown as Again;
  return stored(withRelearned({ ...profile, learned }, again));
}

const tripOf = ({ learned }: { readonly learned: Learned }) => learned.tripSince;
const wholeSecond = Math.floor(abroadAt / 1000) * 1000;

it('begins with a session that is believed only later', async () => {
  const { profile, session } = await traveller();
  const first = judgedAgain(stored(profile), session, doubted);
  expect(tripOf(first)).toBeUndefined();
  expect(tripOf(judgedAgain(first, session, believed))).toBe(wholeSecond);
});

it('did not begin with a session that is doubted later', async () => {
  const { profile, session } = await traveller();
  const first = judgedAgain(stored(profile), session, believed);
  expect(tripOf(first)).toBe(wholeSecond);
  expect(tripOf(judgedAgain(first, session, doubted))).toBeUndefined();
});

it('stays the trip of a newer place, whatever is said of an older one', async () => {
  const { profile, session } = await traveller();
  const newer = wholeSecond + hourMs;
  const first = judgedAgain(stored(profile), session, believed);
  const later = { ...first, learned: { ...first.learned, tripSince: newer } };
  expect(tripOf(judgedAgain(later, session, doubted))).toBe(newer);
  expect(tripOf(judgedAgain(judgedAgain(later, session, doubted), session, believed))).toBe(newer);
});
