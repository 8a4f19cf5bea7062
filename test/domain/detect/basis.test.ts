// What a detection rests on: every weight is recomputed from the inputs that are kept of it, by the
// formulas as the documentation has them, over lives of all kinds.

import fc from 'fast-check';
import { isSameAs, judgeAgain } from '../../../domain/detect/judge-again.ts';
import type { SessionJudgement } from '../../../domain/detect/judgement.ts';
import { silentWithout } from '../../../domain/detect/silent-without.ts';
import { type Basis, type Detection, isWithdrawn } from '../../../domain/detection.ts';
import { keptScale } from '../../../domain/kept-judgement.ts';
import type { NetworkType } from '../../../domain/location.ts';
import { processEvents } from '../../../domain/process/process-events.ts';
import { keptIn } from '../../../domain/profile/learned.ts';
import type { Profile } from '../../../domain/profile/profile.ts';
import { withOutlooks } from '../../../domain/session/outlook.ts';
import { addresses, eventOf, minuteMs, morning } from '../../support/events.ts';
import { london, makeOrganization, ordinaryDays, tokyo } from '../../support/life.ts';
import type { MemoryStore } from '../../support/memory-store.ts';
import { runs } from '../../support/property-runs.ts';
import { recomputed, scoreOf } from '../../support/recompute.ts';

const kinds: readonly NetworkType[] = ['access', 'mobile', 'hosting', 'satellite', 'vpn'];

const visit = fc.record({
  user: fc.constantFrom('alice', 'alice', 'bob', 'cem'),
  address: fc.constantFrom(...addresses, london, tokyo, undefined),
  device: fc.constantFrom('LT-1', 'LT-0412', 'kali', undefined),
  gateway: fc.constantFrom('asa-lyon', 'rras-oslo'),
  minute: fc.integer({ min: 0, max: 4 * 24 * 60 }),
  minutes: fc.integer({ min: 1, max: 300 }),
  interims: fc.integer({ min: 0, max: 3 }),
  hasStop: fc.boolean(),
});
const life = fc.record({
  visits: fc.array(visit, { minLength: 1, maxLength: 10 }),
  days: fc.constantFrom(0, 1, 12, 40),
  type: fc.constantFrom(...kinds),
});
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

function eventsOf(one: Life['visits'][number], index: number) {
  const { user, address, device, gateway, minute, minutes, interims, hasStop } = one;
  const at = morning + minute * minuteMs;
  const about = {
    user,
    gateway,
    sessionId: `v${index}`,
    ...(address ? { address } : {}),
    ...(device ? { device } : {}),
  };
  const partMs = Math.round((minutes * minuteMs) / (interims + 1) / 1000) * 1000;
  return [
    eventOf({ ...about, at }),
    ...Array.from({ length: interims }, (_, part) =>
      eventOf({ ...about, kind: 'interim', at: at + partMs * (part + 1) }),
    ),
    ...(hasStop ? [eventOf({ ...about, kind: 'stop', at: at + minutes * minuteMs })] : []),
  ];
}

async function played({ visits, days, type }: Life) {
  const { ports, store, play } = makeOrganization({ types: { [tokyo]: type } });
  await play(ordinaryDays(days));
  const judgements: SessionJudgement['judgement'][] = [];
  const onJudgement = ({ judgement }: SessionJudgement) => judgements.push(judgement);
  const events = visits.flatMap(eventsOf).sort((a, b) => a.time - b.time);
  for (const event of events) await processEvents({ ...ports, onJudgement }, [event]);
  return { judgements, detections: [...store.detections.values()] };
}

type Weighed = Basis['terms'][number];
/** Kept to three decimals: the full weight of a journey. */
const wrongOf = (terms: readonly Weighed[], nearlyOf = nearlyAsJudged): readonly object[] =>
  terms.flatMap((one) => {
    const found = recomputed(one.term, one.aspect, one.inputs);
    return Math.abs(found - one.weight) <= nearlyOf(one) ? [] : [{ ...one, found }];
  });
/** What a judgement that was made again rests on is kept to a ten-thousandth of a nat. */
const correctedNearly = 1e-3;
const nearlyAsJudged = ({ term }: Weighed): number => (term === 'travel' ? 1e-3 : 1e-6);
/**
 * Whether a detection was told by a judgement made again, which has a revision or is the first to
 * speak: some of its weights are kept ones, as their decimals show.
 */
const isMadeAgain = ({ revision, basis }: Detection): boolean =>
  Boolean(revision) ||
  (basis?.terms ?? []).some(({ weight }) => {
    const parts = weight * keptScale;
    return Math.abs(parts - Math.round(parts)) < 1e-4;
  });

/** That a detection's weights, and its score, can be computed from its basis. */
function expectRecomputed(detection: Detection): void {
  const { basis, reasons, score } = detection;
  const terms = basis?.terms ?? [];
  const nearlyOf = isMadeAgain(detection) ? () => correctedNearly : nearlyAsJudged;
  expect(wrongOf(terms, nearlyOf)).toEqual([]);
  expect(terms.map(({ term }) => term)).toEqual(
    reasons.filter(({ weight }) => weight !== 0).map(({ term }) => term),
  );
  const sum = terms.reduce((total, { weight }) => total + weight, 0);
  expect(Math.abs(sum - (basis?.nats ?? Number.NaN))).toBeLessThan(correctedNearly);
  expect(score).toBeGreaterThanOrEqual(scoreOf(sum));
}

const seen = new Set<string>();

it('recomputes every weight of every judgement from its inputs', async () => {
  await fc.assert(
    fc.asyncProperty(life, async (one) => {
      const { judgements, detections } = await played(one);
      for (const { evidence } of judgements) {
        const terms = evidence.map((each) => ({ ...each, inputs: each.inputs() }));
        for (const { term } of terms) seen.add(term);
        expect(wrongOf(terms)).toEqual([]);
      }
      for (const one of detections) {
        if (one.kind === 'connection-burst') continue;
        expectRecomputed(one);
      }
    }),
    { numRuns: runs(200) },
  );
  expect([...seen].sort()).toEqual(
    expect.arrayContaining([
      'colleagues',
      'device',
      'gateway',
      'hour',
      'network',
      'overlap',
      'place',
      'prefix',
      'travel',
    ]),
  );
}, 120_000);

const nextTown = '2.125.160.216';
/** Judges again without what is said to be enough. @returns how many sets were tried */
function silencedInJudge({ id, basis, isLearning }: Detection, store: MemoryStore): number {
  const sessions = [...(store.sessions.get('alice')?.values() ?? [])].map((row) => row.session);
  const kept = keptIn((store.profileOf('alice') as Profile).learned).find(
    ({ said }) =>
      said.detection === id && said.severity && Math.abs(said.score - (basis?.nats ?? 0)) < 0.01,
  );
  const judged = kept && sessions.find(isSameAs(kept));
  const others = withOutlooks(sessions, () => undefined, undefined, judged);
  const session = kept && others.find(isSameAs(kept));
  if (!basis || !kept || !session) return 0;
  const beside = basis.terms.filter(({ term }) => term === 'travel' || term === 'overlap');
  const sets = silentWithout({ ...basis, isLearning });
  for (const set of sets) {
    const isAlone = beside.some(({ term }) => set.includes(term));
    // Other sessions are usual together, or not at all.
    if (isAlone && !beside.every(({ term }) => set.includes(term))) continue;
    const { device, ...alone } = kept.alone;
    const evidence = alone.evidence.filter(({ term }) => !set.includes(term));
    const usual = { ...alone, evidence, ...(device && !set.includes('device') ? { device } : {}) };
    const again = judgeAgain({ ...kept, alone: usual }, session, isAlone ? [] : others, {});
    expect(again?.judgement.severity).toBeUndefined();
  }
  return sets.length;
}

/** Home, then elsewhere, with a Stop that comes when it likes: what corrections are made of. */
const correctedLife = fc.record({
  there: fc.constantFrom(tokyo, nextTown, '86.208.1.1', ''),
  device: fc.constantFrom('LT-0412', 'kali', undefined),
  apart: fc.integer({ min: 1, max: 3600 }),
  stop: fc.integer({ min: -600, max: 1200 }),
  order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
});

it('recomputes those that were made again, whatever was said before', async () => {
  const changes = new Set<string>();
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(correctedLife, async ({ there, device, apart, stop, order }) => {
      const { store, play } = makeOrganization();
      await play(ordinaryDays(40));
      const at = morning + 60 * minuteMs;
      const begin = at - apart * 1000;
      const home = { sessionId: 'home', address: london };
      const next = { sessionId: 'next', at, ...(there ? { address: there } : {}) };
      const ended = Math.max(begin + 1000, at + stop * 1000);
      const events = [
        eventOf({ ...home, at: begin }),
        eventOf({ ...next, ...(device ? { device } : {}) }),
        eventOf({ ...home, kind: 'stop', at: ended, seconds: (ended - begin) / 1000 }),
        eventOf({ sessionId: 'third', address: there || tokyo, at: at + 10 * minuteMs }),
      ];
      await play(order.map((index) => events[index] as (typeof events)[number]));
      for (const one of store.detections.values()) {
        if (one.kind === 'connection-burst') continue;
        expectRecomputed(one);
        tried += silencedInJudge(one, store);
        if (one.correction) changes.add(one.correction.change);
        if (!isWithdrawn(one)) expect(one.basis?.nats).toBeGreaterThanOrEqual(0);
      }
    }),
    {
      numRuns: runs(60),
      examples: [{ stop: 4 }, { stop: 4, device: 'kali' }, { stop: 1200 }].map((one) => [
        { there: nextTown, device: undefined, apart: 3600, order: [0, 1, 2, 3], ...one },
      ]),
    },
  );
  // One that comes back is rare, and no case that must be seen.
  changes.delete('restored');
  expect([...changes].sort()).toEqual(['lowered', 'raised', 'withdrawn']);
  expect(tried).toBeGreaterThan(0);
}, 120_000);
