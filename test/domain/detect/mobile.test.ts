// Mobile access: the user's own telephone, and a computer where addresses move, are not judged by
// addresses that are fresh by nature, nor as gravely for a second session.

import type { AccountingEvent, Device } from '../../../domain/accounting-event.ts';
import type { SessionJudgement } from '../../../domain/detect/judgement.ts';
import type { Location } from '../../../domain/location.ts';
import { processEvents } from '../../../domain/process/process-events.ts';
import { packProfile } from '../../../domain/profile/profile-pack.ts';
import { unpackProfile } from '../../../domain/profile/profile-unpack.ts';
import { eventOf, hash, hourMs, locationOf, morning, settings } from '../../support/events.ts';
import { dayMs, london } from '../../support/life.ts';
import { makeMemoryStore } from '../../support/memory-store.ts';

const laptop: Device = { key: 'uid:11aa', kind: 'uid', os: 'win' };
const second = (os: string, key = 'uid:22bb'): Device => ({ key, kind: 'uid', os });

/** A carrier that the data calls access: its addresses are anywhere in two ranges. */
const carrier = (n: number): string => `2.${125 + (n % 2)}.${(n * 37) % 250}.${(n * 11) % 250}`;
const located = (address: string): Location =>
  locationOf(address.startsWith('2.12') ? '2.125.160.216' : address);

type Seen = { readonly at: number; readonly address: string; readonly device: Device };

const sessionOf = (one: Seen, name: string, minutes: number): readonly AccountingEvent[] => {
  const gateway = one.device === laptop ? 'asa-lyon' : 'asa-paris';
  const about = { sessionId: name, address: one.address, gateway };
  const stop = { kind: 'stop', at: one.at + minutes * 60_000, seconds: minutes * 60 } as const;
  return [eventOf({ ...about, at: one.at }), eventOf({ ...about, ...stop })].map((event) => ({
    ...event,
    device: one.device,
  }));
};

/**
 * Forty days on the laptop at home, the second device on the carrier in the evening of each second
 * one; then one connects while the laptop is at work.
 */
async function judged(now: Device, before = now) {
  const store = makeMemoryStore();
  const { users, gateways } = store;
  const judgements: SessionJudgement[] = [];
  const locate = async (list: readonly string[]) => new Map(list.map((one) => [one, located(one)]));
  const onJudgement = (one: SessionJudgement): void => void judgements.push(one);
  const past = Array.from({ length: 40 }, (_, day) => {
    const at = morning - (40 - day) * dayMs;
    const evening = { at: at + 10 * hourMs, address: carrier(day), device: before };
    return [
      ...sessionOf({ at, address: london, device: laptop }, `l${day}`, 480),
      ...(day % 2 === 0 ? sessionOf(evening, `p${day}`, 20) : []),
    ];
  }).flat();
  const work = sessionOf({ at: morning, address: london, device: laptop }, 'work', 480);
  const aside = sessionOf({ at: morning + hourMs, address: carrier(41), device: now }, 'aside', 20);
  await processEvents({ users, gateways, locate, settings, hash, onJudgement }, [
    ...past,
    ...work.slice(0, 1),
    ...aside.slice(0, 1),
  ]);
  const last = judgements.find(({ session }) => session.sessionId === 'aside')?.judgement;
  const weightOf = (term: string): number =>
    last?.evidence.find((one) => one.term === term)?.weight ?? 0;
  return { score: last?.score ?? Number.NaN, weightOf, profile: store.profileOf('alice') };
}

describe('mobile access', () => {
  it('of the own telephone makes a second session less of a sign, on any network', async () => {
    const phone = await judged(second('apple-ios'));
    const other = await judged(second('android', 'uid:33cc'), second('android'));

    expect(phone.weightOf('overlap')).toBeGreaterThan(0);
    // A telephone that is not known is one like any other.
    expect(other.weightOf('overlap')).toBeGreaterThan(2 * phone.weightOf('overlap'));
    expect(phone.weightOf('prefix')).toBeLessThanOrEqual(0);
    expect(phone.score).toBeLessThan(other.score);
  });

  it('is told by addresses that move where the platform is not sent', async () => {
    const tablet = await judged(second('win'));
    const other = await judged(second('win', 'uid:33cc'), second('win'));

    expect(other.weightOf('overlap')).toBeGreaterThan(2 * tablet.weightOf('overlap'));
  });

  it('is kept with a judgement', async () => {
    const { profile } = await judged(second('win'));
    const kept = profile?.learned.kept ?? [];
    const stored = profile && unpackProfile('alice', packProfile(profile)).learned.kept;

    expect(kept.some(({ alone }) => alone.isMobile)).toBe(true);
    expect(stored).toEqual(kept);
  });
});
