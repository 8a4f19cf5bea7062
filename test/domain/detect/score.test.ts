// The learned score on one person's five weeks: what is usual is calm, what is odd is not, and what
// a gateway does not send says nothing.

import { reasonOf } from '../../../domain/detect/context/term.ts';
import { learnScored, type Score, scoreSession } from '../../../domain/detect/score.ts';
import type { NetworkType } from '../../../domain/location.ts';
import { emptyPopulation } from '../../../domain/population/population.ts';
import { emptyLearned, type Learned } from '../../../domain/profile/learned.ts';
import { emptyProfile } from '../../../domain/profile/profile.ts';
import { type Presence, presencesOf } from '../../../domain/session/presence.ts';
import { sessionOf } from '../../../domain/session/session-of.ts';
import {
  type EventOptions,
  eventOf,
  hash,
  hourMs,
  locationOf,
  morning,
} from '../../support/events.ts';

const london = '81.2.69.142';
const tokyo = '126.0.0.1';
const dayMs = 24 * hourMs;
const wholeSession = { isSession: true, isLocation: true, isDevice: true };

function presenceOf(options: EventOptions, type: NetworkType = 'access'): Presence {
  const event = eventOf(options);
  const location = locationOf(event.clientAddress ?? '', type);
  const [presence] = presencesOf(sessionOf(event, hash('alice'), location));
  if (!presence) throw new Error('a session without an address has no stay');
  return presence;
}

function score(learned: Learned, presence: Presence): Score {
  const history = { ...emptyProfile('alice', 'person'), firstSeen: morning - 35 * dayMs };
  const population = emptyPopulation;
  const { session } = presence;
  return scoreSession({
    session,
    presence,
    others: [],
    learned,
    history,
    population,
    user: 'alice',
  });
}

/** Five weeks of mornings from London on one computer. */
function learnedLife(): Learned {
  let learned = emptyLearned;
  for (let day = 35; day > 0; day -= 1) {
    const at = morning - day * dayMs;
    const presence = presenceOf({ address: london, device: 'lt-1', sessionId: `s${day}`, at });
    learned = learnScored(learned, score(learned, presence), wholeSession);
  }
  return learned;
}

describe('the learned score', () => {
  const life = learnedLife();
  const usual = score(life, presenceOf({ address: london, device: 'lt-1' }));

  it('calls a usual connection the person, and says what speaks for them', () => {
    expect(usual.score).toBeLessThan(-2);
    expect(usual.evidence.every(({ weight }) => weight < 0.5)).toBe(true);
  });

  it('calls a server abroad with an unknown computer somebody else', () => {
    const thief = score(life, presenceOf({ address: tokyo, device: 'kali' }, 'hosting'));

    expect(thief.score).toBeGreaterThan(6);
    const terms = thief.evidence.filter(({ weight }) => weight > 0).map(({ term }) => term);
    expect(terms).toEqual(expect.arrayContaining(['place', 'device', 'network-type']));
  });

  it('takes a device that the gateway does not name for no evidence', () => {
    const nameless = score(life, presenceOf({ address: london }));

    expect(nameless.evidence.map(({ term }) => term)).not.toContain('device');
  });

  it('says less against a person it hardly knows', () => {
    const stranger = score(emptyLearned, presenceOf({ address: tokyo, device: 'new' }));
    const known = score(life, presenceOf({ address: tokyo, device: 'new' }));

    expect(stranger.score).toBeLessThan(known.score / 2);
  });

  it('gives every piece of evidence a sentence and finite numbers, heaviest first', () => {
    const thief = score(life, presenceOf({ address: tokyo, device: 'kali' }, 'hosting'));
    const reasons = thief.evidence.map(reasonOf);

    expect(reasons.length).toBeGreaterThan(2);
    for (const { text, numbers } of reasons) {
      expect(text.length).toBeGreaterThan(10);
      expect(Object.values(numbers).every(Number.isFinite)).toBe(true);
    }
    const weights = reasons.map(({ weight }) => weight);
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
  });

  it('remembers a computer longer than a place', () => {
    let learned = emptyLearned;
    for (let day = 90; day > 0; day -= 1) {
      const old = day > 56 && day < 60 ? { address: tokyo, device: 'lt-old' } : {};
      const options = { address: london, device: 'lt-1', sessionId: `s${day}`, ...old };
      const presence = presenceOf({ ...options, at: morning - day * dayMs });
      learned = learnScored(learned, score(learned, presence), wholeSession, 0.9);
    }
    const aspectsOf = (address: string, device: string): readonly string[] =>
      score(learned, presenceOf({ address, device })).evidence.map(({ aspect }) => aspect);

    expect(aspectsOf(london, 'lt-old')).toContain('known-device');
    expect(aspectsOf(london, 'kali')).toContain('new-device');
    expect(aspectsOf(tokyo, 'lt-1')).toContain('new-country');
  });

  it('learns little from what it doubts', () => {
    const thief = score(life, presenceOf({ address: tokyo, device: 'kali' }, 'hosting'));
    const taught = learnScored(life, thief, wholeSession);
    const again = score(taught, presenceOf({ address: tokyo, device: 'kali' }, 'hosting'));

    expect(again.score).toBeGreaterThan(thief.score * 0.7);
  });
});
