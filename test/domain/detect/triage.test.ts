// An analyst's word: benign quiets what it is about and nothing else, malicious is never learned
// and follows the thief to other people.

import {
  type Classification,
  maliciousKeys,
  withClassification,
  withoutClassification,
} from '../../../domain/detect/triage.ts';
import type { Detection } from '../../../domain/detection.ts';
import type { Profile } from '../../../domain/profile/profile.ts';
import { packProfile } from '../../../domain/profile/profile-pack.ts';
import { unpackProfile } from '../../../domain/profile/profile-unpack.ts';
import { eventOf, hourMs, morning } from '../../support/events.ts';
import {
  dayMs,
  makeOrganization,
  ordinaryDays,
  type TestOrganization,
  tokyo,
} from '../../support/life.ts';

const at = morning + 2 * hourMs;
const benign: Classification = { classification: 'benign', at, until: at + 30 * dayMs };
const malicious: Classification = { classification: 'malicious', at, until: at + 30 * dayMs };

/** Five weeks in London on one computer, then a session from Tokyo on another. */
async function afterTokyo(): Promise<TestOrganization & { readonly detection: Detection }> {
  const organization = makeOrganization();
  await organization.play(ordinaryDays(35));
  await organization.play([
    eventOf({ address: tokyo, device: 'KALI', sessionId: 'tokyo', at: morning + hourMs }),
  ]);
  const [detection] = organization.store.detections.values();
  if (!detection) throw new Error('a session from Tokyo raised no detection');
  return { ...organization, detection };
}

const aliceOf = ({ store }: TestOrganization): Profile => {
  const profile = store.profileOf('alice');
  if (!profile) throw new Error('alice has no profile');
  return profile;
};

async function say(organization: TestOrganization, detection: Detection, word: Classification) {
  const { version } = organization.store.profiles.get('alice') ?? { version: 0 };
  const profile = withClassification(aliceOf(organization), detection, word);
  await organization.store.users.putProfile(profile, version);
}

/** Detections after a session three days later. */
async function again(
  organization: TestOrganization,
  options: { readonly device?: string; readonly user?: string; readonly days?: number },
): Promise<readonly Detection[]> {
  const before = new Set(organization.store.detections.keys());
  const { days = 3, ...rest } = options;
  await organization.play([
    eventOf({ address: tokyo, sessionId: 'again', at: morning + days * dayMs, ...rest }),
  ]);
  return [...organization.store.detections.values()].filter(({ id }) => !before.has(id));
}

describe('a detection called benign', () => {
  it('is not raised again for that place and computer, while the word holds', async () => {
    const sessionsOf = ({ store, detection }: Awaited<ReturnType<typeof afterTokyo>>) =>
      store.detections.get(detection.id)?.sessions.length;
    const organization = await afterTokyo();
    expect(await again(organization, { device: 'KALI' })).toEqual([]);
    expect(sessionsOf(organization)).toBe(2);

    const other = await afterTokyo();
    await say(other, other.detection, benign);
    expect(await again(other, { device: 'KALI' })).toEqual([]);
    expect(sessionsOf(other)).toBe(1);
  });

  it('is raised again for another computer there', async () => {
    const organization = await afterTokyo();
    await say(organization, organization.detection, benign);

    const [detection] = await again(organization, { device: 'OTHER' });
    const terms = detection?.reasons.filter(({ weight }) => weight > 0).map(({ term }) => term);
    expect(terms).toContain('device');
    expect(detection?.reasons.map(({ text }) => text).join()).toContain('An analyst called this');
  });

  it('marks only what was odd: a usual computer is not given a free pass', async () => {
    const { detection, ...organization } = await afterTokyo();
    const reasons = detection.reasons.filter(({ term }) => term !== 'device');
    const { marks } = withClassification(
      aliceOf(organization),
      { ...detection, reasons },
      benign,
    ).learned;

    expect(marks.map(({ kind }) => kind).sort()).toEqual(['network', 'place', 'prefix']);
  });

  it('counts again when the word has expired, or is taken back', async () => {
    const { detection, ...organization } = await afterTokyo();
    const marked = withClassification(aliceOf(organization), detection, benign);
    const later = withClassification(
      marked,
      { ...detection, reasons: [] },
      { ...benign, at: benign.until },
    );

    expect(later.learned.marks).toEqual([]);
    expect(withoutClassification(marked, detection).learned.marks).toEqual([]);
  });
});

describe('a detection called malicious', () => {
  it('is forgotten, and teaches nothing while the word holds', async () => {
    const organization = await afterTokyo();
    await say(organization, organization.detection, malicious);
    const knows = () => aliceOf(organization).learned.places.map(({ key }) => key);

    expect(knows()).toEqual(['GB/London/London']);
    await again(organization, { device: 'KALI' });
    expect(knows()).toEqual(['GB/London/London']);
  });

  it('weighs on anybody who comes from that address later', async () => {
    const organization = await afterTokyo();
    const keys = maliciousKeys(organization.detection);
    expect(keys).toEqual([`p:${tokyo}`, 'd:host:KALI']);
    await organization.population.markMalicious(keys, malicious.until);
    await organization.play(ordinaryDays(35, { user: 'bob', device: 'LT-7' }));

    const [detection] = await again(organization, { user: 'bob', device: 'NEW' });
    expect(detection?.reasons.find(({ term }) => term === 'feedback')?.weight).toBe(3);
  });

  it('names the network to all only where it is one of servers', async () => {
    const { detection } = await afterTokyo();
    const network = { asn: 17676, organization: 'Rented', type: 'hosting' } as const;

    expect(maliciousKeys({ ...detection, network })).toContain('n:17676');
  });
});

it('keeps an analyst’s word in the packed profile', async () => {
  const { detection, ...organization } = await afterTokyo();
  const marked = withClassification(aliceOf(organization), detection, malicious);

  expect(unpackProfile('alice', packProfile(marked)).learned.marks).toEqual(marked.learned.marks);
});
