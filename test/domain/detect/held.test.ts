// An untriaged alert does not teach: what stands in an open Medium or High is learned when an
// analyst calls it benign or after a month, never when he calls it malicious; until then sessions
// that rest on the same values join the open detection.

import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { sessionCountOf } from '../../../domain/detect/alert.ts';
import type { SessionJudgement } from '../../../domain/detect/judgement.ts';
import { withClassification } from '../../../domain/detect/triage.ts';
import type { Detection } from '../../../domain/detection.ts';
import { heldDetectionsMax } from '../../../domain/limits.ts';
import type { Profile } from '../../../domain/profile/profile.ts';
import { addresses, hourMs, morning, sessionEvents } from '../../support/events.ts';
import { dayMs, makeOrganization, ordinaryDays, tokyo } from '../../support/life.ts';

/** A session a day abroad, on the user's own computer. */
const abroad = (days: number, options: { device?: string; from?: number } = {}) =>
  Array.from({ length: days }, (_, index) => {
    const day = (options.from ?? 0) + index;
    return sessionEvents({
      address: tokyo,
      device: options.device ?? 'KALI',
      minutes: 60,
      sessionId: `abroad-${day}`,
      at: morning + day * dayMs + 4 * hourMs,
    });
  }).flat();

/** Plays a month at home and then these; with the judgements of what came then. */
async function live(events: readonly AccountingEvent[]) {
  const organization = makeOrganization();
  await organization.play(ordinaryDays(35));
  const judgements: SessionJudgement[] = [];
  const ports = {
    ...organization.ports,
    onJudgement: (one: SessionJudgement) => void judgements.push(one),
  };
  const { store } = organization;
  const profile = (): Profile => store.profileOf('alice') as Profile;
  const detections = (): Detection[] => [...store.detections.values()];
  const ids = (): string[] => [...store.detections.keys()];
  const play = async (more: readonly AccountingEvent[]): Promise<void> => {
    Object.assign(organization.ports, ports);
    await organization.play(more);
  };
  await play(events);
  return { play, profile, detections, ids, judgements, store };
}

const scoresOf = (judgements: readonly SessionJudgement[]): number[] =>
  judgements.map(({ judgement }) => Math.round(judgement.score * 10) / 10);

it('reports ten days abroad once, and counts and lists their sessions', async () => {
  const { detections, ids, judgements, profile } = await live(abroad(10));

  expect(ids()).toHaveLength(1);
  const [detection] = detections() as [Detection];
  expect(sessionCountOf(detection)).toBe(10);
  expect(detection.sessions).toHaveLength(10);
  expect(detection.lastSeen - detection.firstSeen).toBe(9 * dayMs);
  // Nothing of it has become usual but the hour of the day, which is a fact.
  expect(scoresOf(judgements).at(-1)).toBeGreaterThan(7);
  expect(profile().learned.places.map(({ key }) => key)).toEqual(['GB/London/London']);
  expect(profile().detections).toHaveLength(1);
});

it('lists the first 64 of a hundred, and counts all that were abnormal', async () => {
  const short = Array.from({ length: 100 }, (_, index) =>
    sessionEvents({
      address: tokyo,
      device: 'KALI',
      minutes: 10,
      sessionId: `much-${index}`,
      at: morning + index * 4 * hourMs,
    }),
  ).flat();
  const { detections, ids, judgements } = await live(short);

  expect(ids()).toHaveLength(1);
  expect(detections()[0]?.sessions).toHaveLength(64);
  // At the usual hour the last ones stay below the threshold: new things are no news by then.
  const abnormal = judgements.filter(({ judgement }) => judgement.severity !== undefined);
  expect(abnormal.length).toBeGreaterThan(95);
  expect(sessionCountOf(detections()[0] as Detection)).toBe(abnormal.length);
});

it('learns it a month after its first session', async () => {
  const { ids, judgements, profile } = await live(abroad(36));

  const scores = scoresOf(judgements);
  // Before: every one of the month's sessions. After: ordinary.
  expect(Math.min(...scores.slice(0, 29))).toBeGreaterThan(3);
  expect(scores.at(-1)).toBeLessThan(1);
  expect(ids()).toHaveLength(1);
  expect(profile().learned.held).toEqual([]);
  expect(profile().learned.places.map(({ key }) => key)).toContain('JP/Tokyo/Tokyo');
});

it.each([
  { classification: 'benign' as const, isUsual: true },
  { classification: 'malicious' as const, isUsual: false },
])('called $classification it is learned: $isUsual', async ({ classification, isUsual }) => {
  const { detections, judgements, profile, play, store } = await live(abroad(4));
  const given = { classification, at: morning + 4 * dayMs, until: morning + 30 * dayMs };
  const triaged = withClassification(profile(), detections()[0] as Detection, given);
  const { version = 0 } = store.profiles.get('alice') ?? {};
  await store.users.putProfile(triaged, version);
  await play(abroad(1, { from: 9 }));

  const last = scoresOf(judgements).at(-1) as number;
  const known = profile().learned.places.map(({ key }) => key);
  expect(known.includes('JP/Tokyo/Tokyo')).toBe(isUsual);
  if (isUsual) expect(last).toBeLessThanOrEqual(1);
  else expect(last).toBeGreaterThan(3);
});

it('alerts anew for what the open detection does not explain', async () => {
  const other = addresses.find((address) => address.startsWith('73.')) as string;
  const { ids, play } = await live(abroad(3));
  await play(
    sessionEvents({
      address: other,
      device: 'OTHER',
      minutes: 30,
      sessionId: 'elsewhere',
      at: morning + 4 * dayMs,
    }),
  );

  expect(ids()).toHaveLength(2);
});

it('counts no session to the gate that called for an alert', async () => {
  const { profile } = await live(abroad(6));

  const { doubts } = profile().learned;
  expect(doubts.reduce((sum, { count }) => sum + count, 0)).toBe(6);
});

it('forgets the oldest beyond its bound: it stays unlearned', async () => {
  const many = Array.from({ length: heldDetectionsMax + 3 }, (_, index) =>
    sessionEvents({
      address: tokyo,
      device: `KALI-${index}`,
      minutes: 10,
      sessionId: `many-${index}`,
      at: morning + index * 3 * dayMs,
    }),
  ).flat();
  const { profile, judgements } = await live(many);

  expect(profile().learned.held.length).toBeLessThanOrEqual(heldDetectionsMax);
  expect(profile().learned.devices.map(({ key }) => key)).toEqual(['host:LT-0412']);
  expect(Math.min(...scoresOf(judgements))).toBeGreaterThan(3);
});
