// What a corrected detection held back from learning: what is withdrawn, or lowered to Low, holds
// nothing, as if it had never been raised; sessions that joined it go with it, its burst stays.

import type { AccountingEvent } from '../../domain/accounting-event.ts';
import { mergeDetections } from '../../domain/detect/alert.ts';
import { type Detection, isWithdrawn } from '../../domain/detection.ts';
import { readKept } from '../../domain/profile/kept-pack.ts';
import { ByteReader } from '../../domain/profile/packed-bytes.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import { packProfile } from '../../domain/profile/profile-pack.ts';
import { unpackProfile } from '../../domain/profile/profile-unpack.ts';
import { eventOf, minuteMs, morning } from '../support/events.ts';
import { dayMs, london, makeOrganization, ordinaryDays } from '../support/life.ts';

const nextTown = '2.125.160.216';
const begin = morning + dayMs;
const change = begin + 60 * minuteMs;

const home = eventOf({ sessionId: 'home', address: london, at: begin });
const next = eventOf({ sessionId: 'next', address: nextTown, at: change });
const again = eventOf({ sessionId: 'again', address: nextTown, at: change + 20 * minuteMs });
/** Four seconds after the next Start: a line that changed. */
const stop = eventOf({
  kind: 'stop',
  sessionId: 'home',
  address: london,
  at: change + 4000,
  seconds: 3604,
});

async function live(events: readonly AccountingEvent[]) {
  const organization = makeOrganization();
  await organization.play(ordinaryDays(40, { minutes: 90 } as never));
  await organization.play(events);
  const { store } = organization;
  return {
    play: organization.play,
    profile: (): Profile => store.profileOf('alice') as Profile,
    detections: (): readonly Detection[] => [...store.detections.values()],
  };
}

const known = ({ learned }: Profile) => ({
  places: learned.places.map(({ key }) => key).sort(),
  held: learned.held.map(({ id }) => id),
  doubts: learned.doubts,
});

it('is learned when the detection is withdrawn, as if it had never been raised', async () => {
  const late = await live([home, next]);
  expect(known(late.profile())).toMatchObject({ places: ['GB/London/London'], held: [{}] });
  expect(late.profile().learned.doubts).toHaveLength(1);
  await late.play([stop]);
  const inTime = await live([home, stop, next]);

  expect(late.detections().map(isWithdrawn)).toEqual([true]);
  expect(inTime.detections()).toEqual([]);
  expect(known(late.profile())).toEqual(known(inTime.profile()));
  expect(known(late.profile()).held).toEqual([]);
});

it('leaves nothing standing of sessions that joined for want of learning', async () => {
  const { detections, profile, play } = await live([home, next, again]);
  const [raised] = detections();
  expect(raised?.sessions).toHaveLength(2);
  await play([stop]);

  const [corrected] = detections();
  expect(corrected).toMatchObject({
    id: raised?.id,
    correction: { change: 'withdrawn', severity: raised?.severity, score: raised?.score },
  });
  expect(profile().learned.held).toEqual([]);
});

it('comes back under its id when another session from there calls for it', async () => {
  const { detections, play } = await live([home, next, stop]);
  const [withdrawn] = detections();
  const thief = { sessionId: 'thief', address: nextTown, device: 'KALI' };
  const second = eventOf({ sessionId: 'home-2', address: london, at: change + 30 * minuteMs });
  await play([second, eventOf({ ...thief, at: change + 90 * minuteMs })]);

  const standing = detections().filter((one) => !isWithdrawn(one));
  expect(standing).toMatchObject([{ id: withdrawn?.id, correction: { change: 'restored' } }]);
});

it('is kept as finely as it is stored, so that storing it changes nothing', async () => {
  const { profile } = await live([home, next, again, stop]);
  const { kept } = profile().learned;
  const read = unpackProfile('alice', packProfile(profile()));

  expect(kept?.length).toBeGreaterThan(1);
  expect(read.learned.kept).toEqual(kept);
  expect(read.detections).toEqual(profile().detections);
});

/** As it was stored before it was kept what weights are computed from. */
const storedBare =
  'AQHArZXYBsRPFLzKiggvRw0yLjEyNS4xNjAuMjE2AODalQOKlQUCAiEyMDI2MTEyNFQwOTAwMDBaLVdlRUwzNEN4ZHpo' +
  'SS1RaDIBgIiV2AYsuTk6rR2rKaQCkKSV2AbbUFEu/22uVliAiJXYBiy5OTqtHasppAMB7S4EnMAFEa/qAQCMTpa6CgAq' +
  '00yngwGOtBEA';

it('is read as it was stored before, without what its weights were computed from', () => {
  const [kept] = readKept(new ByteReader(Buffer.from(storedBare, 'base64')));
  expect(kept).toMatchObject({
    said: { score: 4.2309, severity: 'medium', terms: ['overlap'] },
    alone: {
      evidence: [{ term: 'place', weight: -0.2999 }, { weight: 4.507 }, { term: 'hour' }],
      overlapRate: { rate: 0.009811, organisationRate: 0.016807, asked: 28.5198, fresh: 0 },
    },
  });
  expect(kept).not.toHaveProperty('standing');
});

/** As it was stored while a computer's weight was kept in ten thousandths as well. */
const storedCoarse =
  'AQOQgZDYBnu0fMG0Ysk3FwkxMjYuMC4wLjEAmKCWA9PFAQAEAYDCitgGUZll58jU2QWuAAQC/vYDBJaSAQvMBBGf/wEO' +
  'pdoEAAC6sAUADIDbYJTodMqJBQCUvAHAuwHQD5S8AcC7AQQJAhKUkwoU0gEWyj4EBvTgChKUkwoU0gEWrMMDAz8CQwJF' +
  'AgQ3GDkQO/ABPID3AgUw9OAKMvTgCjUCEpSTChaEPAGGTgZiGGUAVQJZAmcAXgI=';

it('is read as it was stored before, with a computer’s weight in the parts of then', () => {
  const [kept] = readKept(new ByteReader(Buffer.from(storedCoarse, 'base64')));
  expect(kept?.alone.device).toMatchObject({
    weight: -3.8547,
    inputs: { deviceWeight: 8.8122, kindWeight: 8.8122, organisationRate: 0.003842 },
  });
  expect(kept?.taught).toMatchObject({ weight: 0.999, answers: { country: 1, device: 0.0001 } });
});

it('stays in its burst, and keeps its last correction when more sessions come to it', () => {
  const detection = { reasons: [], sessions: ['a'], severity: 'high', score: 90 } as never;
  const of = (state: Partial<Detection>): Detection => ({ ...(detection as Detection), ...state });
  const correction = (revision: number) =>
    ({
      revision,
      change: 'lowered',
      reason: `${revision}`,
      at: 0,
      severity: 'high',
      score: 97,
    }) as const;
  const states = [
    of({ burstId: 'burst' }),
    of({ revision: 1, correction: correction(1) }),
    of({ revision: 2, correction: correction(2) }),
    of({ revision: 3 }),
  ];
  for (const first of states) {
    const others = states.filter((one) => one !== first);
    for (const order of [others, [...others].reverse()]) {
      const merged = [...order].reduce(mergeDetections, first);
      expect(merged).toMatchObject({ burstId: 'burst', revision: 3, correction: { revision: 2 } });
    }
  }
});
