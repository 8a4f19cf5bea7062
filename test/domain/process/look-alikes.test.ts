// A new account that differs from a known one in accents and marks alone stays an account of its
// own, is shown beside the known one, and is judged as that user as well while it is new.

import fc from 'fast-check';
import { lookOf } from '../../../domain/look-alike.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import {
  type EventOptions,
  eventOf,
  hourMs,
  morning,
  sessionEvents,
} from '../../support/events.ts';
import { runs } from '../../support/property-runs.ts';

const london = '81.2.69.142';
const tokyo = '126.0.0.1';
const dayMs = 24 * hourMs;

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud(morning + 45 * dayMs);
});
afterEach(() => cloud.stop());

/** Six weeks of weekdays from London, on one device. */
async function live(user: string): Promise<void> {
  const days = Array.from({ length: 42 }, (_, day) => day).filter((day) => day % 7 < 5);
  for (const day of days) {
    const at = morning + day * dayMs;
    const one = { user, address: london, device: 'lt-0412', sessionId: `d${day}`, at, minutes: 60 };
    await cloud.deliverAt(at + 2 * hourMs, sessionEvents(one));
  }
}

const logon = (options: EventOptions) =>
  cloud.deliver([[eventOf({ at: morning + 42 * dayMs + hourMs, ...options })]]);
const get = async (path: string, user: string) =>
  (await cloud.get(path, { params: { user } })).body;

describe.each([
  ['josé@ex.com', 'jose@ex.com'],
  ['jose@ex.com', 'josé@ex.com'],
  ['zoé@ex.com', 'zoë@ex.com'],
])('a known %s and a new %s', (known, fresh) => {
  it('are two users, each shown beside the other, and the new one is judged as both', async () => {
    await live(known);
    // At work in London when the other comes from Tokyo.
    await logon({ user: known, address: london, device: 'lt-0412', sessionId: 'work' });
    await logon({
      user: fresh,
      address: tokyo,
      sessionId: 'a',
      at: morning + 42 * dayMs + 2 * hourMs,
    });

    expect(await get('GET /v1/users/{user}', known)).toMatchObject({ looksLike: [fresh] });
    const profile = await get('GET /v1/users/{user}', fresh);
    expect(profile).toMatchObject({ user: fresh, sessions: 1, looksLike: [known] });
    const [detection] = profile.detections;
    expect(detection).toMatchObject({ user: fresh, looksLike: known });
    const terms = detection.reasons.map(({ term }: { term: string }) => term);
    expect(terms).toContain('looks-like');
    expect(terms).toContain('travel');
    expect((await get('GET /v1/users/{user}', known)).sessions).toBe(31);
  });
});

it('says nothing of a new account that looks like nobody', async () => {
  await live('jose@ex.com');
  await logon({ user: 'josef@ex.com', address: tokyo, sessionId: 'a' });

  const profile = await get('GET /v1/users/{user}', 'josef@ex.com');
  expect(profile).not.toHaveProperty('looksLike');
  expect(profile.detections).toEqual([]);
});

it('looks while an account is new, at a logon, and not after', async () => {
  let looks = 0;
  cloud.dynamo.client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === 'QueryCommand' && JSON.stringify(args.input).includes('LOOK#')) {
        looks += 1;
      }
      return next(args);
    },
    { step: 'initialize' },
  );
  for (let session = 0; session < 8; session += 1) {
    const at = morning + session * dayMs;
    const one = { user: 'amy@ex.com', address: london, sessionId: `s${session}`, at };
    await cloud.deliverAt(at, [eventOf(one)]);
    await cloud.deliverAt(at + hourMs, [
      eventOf({ ...one, kind: 'stop', seconds: 3600, at: at + hourMs }),
    ]);
  }
  expect(looks).toBe(5);
});

it('has a look that is equal for marks alone, and that is its own', () => {
  const letters = fc
    .array(fc.constantFrom(...'abcdeosuzñ@.-'.split('')), { minLength: 1, maxLength: 12 })
    .map((parts) => `u${parts.join('')}`);
  const marks = fc.constantFrom('\u0301', '\u0308', '\u0303', '\u0327', '\u0300\u0323');
  fc.assert(
    fc.property(letters, fc.nat(12), marks, (name, at, mark) => {
      const marked = `${name.slice(0, at + 1)}${mark}${name.slice(at + 1)}`.normalize('NFC');
      expect(lookOf(marked)).toBe(lookOf(name));
      expect(lookOf(lookOf(marked))).toBe(lookOf(marked));
    }),
    { numRuns: runs(2000) },
  );
  for (const [a, b] of [
    ['łukasz', 'lukasz'],
    ['straße', 'strasse'],
    ['аlice', 'alice'],
  ] as const) {
    expect(lookOf(a)).not.toBe(lookOf(b));
  }
});
