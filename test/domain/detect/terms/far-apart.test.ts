// One user in two far places: what nobody can do stays suspicious, whatever the gateway says of the
// device; a program's version is no device; networks without a place say nothing.

import fc from 'fast-check';
import type { Device } from '../../../../domain/accounting-event.ts';
import { learnScored, type Score, scoreSession } from '../../../../domain/detect/score.ts';
import type { Located, NetworkType } from '../../../../domain/location.ts';
import { emptyPopulation } from '../../../../domain/population/population.ts';
import { emptyLearned, type Learned } from '../../../../domain/profile/learned.ts';
import { emptyProfile } from '../../../../domain/profile/profile.ts';
import { mergeSessions } from '../../../../domain/session/merge-session.ts';
import { presencesOf } from '../../../../domain/session/presence.ts';
import type { Session } from '../../../../domain/session/session.ts';
import { sessionOf } from '../../../../domain/session/session-of.ts';
import { eventOf, hash, hourMs, morning, sessionEvents } from '../../../support/events.ts';
import { runs } from '../../../support/property-runs.ts';

const dayMs = 24 * hourMs;
const towns = {
  london: { country: 'GB', lat: 51.5, lon: -0.1, address: '81.2.69.142', asn: 20712 },
  nextDoor: { country: 'GB', lat: 51.6, lon: 0, address: '2.125.160.216', asn: 5607 },
  stockholm: { country: 'SE', lat: 59.3, lon: 18.1, address: '89.160.20.112', asn: 29518 },
  buenosAires: { country: 'AR', lat: -34.6, lon: -58.4, address: '181.0.0.7', asn: 7303 },
  seattle: { country: 'US', lat: 47.6, lon: -122.3, address: '73.0.0.9', asn: 7922 },
  miami: { country: 'US', lat: 25.8, lon: -80.2, address: '76.100.0.9', asn: 7922 },
  denver: { country: 'US', lat: 39.7, lon: -105, address: '98.200.0.9', asn: 7922 },
} as const;
type Town = keyof typeof towns;

const program: Device = {
  kind: 'client',
  key: 'client:anyconnect windows 4.10.07061',
  client: 'AnyConnect Windows 4.10.07061',
};
const laptop: Device = { kind: 'host', key: 'host:lt-1', name: 'lt-1' };

function locatedAt(town: Town, type: NetworkType = 'access'): Located {
  const { country, lat, lon, asn } = towns[town];
  const network = { asn, organization: town, type };
  return { kind: 'located', country, lat, lon, radiusKm: 50, confidence: 'city', network };
}

type Visit = {
  readonly town: Town;
  readonly from: number;
  readonly to?: number;
  readonly device?: Device | undefined;
  readonly type?: NetworkType;
};

function sessionAt({ town, from, to, device, type }: Visit): Session {
  const { address } = towns[town];
  const common = { address, sessionId: `${town}-${from}`, at: from };
  const events =
    to === undefined
      ? [eventOf(common)]
      : sessionEvents({ ...common, minutes: (to - from) / 60_000 });
  return events
    .map((event) => (device ? { ...event, device } : event))
    .map((event) => sessionOf(event, hash('alice'), locatedAt(town, type)))
    .reduce(mergeSessions);
}

function scoreOf(learned: Learned, session: Session, others: readonly Session[]): Score {
  const history = { ...emptyProfile('alice', 'person'), firstSeen: morning - 35 * dayMs };
  const presence = presencesOf(session)[0];
  const population = emptyPopulation;
  return scoreSession({ session, presence, others, learned, history, population, user: 'alice' });
}

/** Five weeks of mornings in London. */
function life(device: Device | undefined, town: Town = 'london'): Learned {
  let learned = emptyLearned;
  for (let day = 35; day > 0; day -= 1) {
    const from = morning - day * dayMs;
    const session = sessionAt({ town, from, to: from + 8 * hourMs, device });
    const everything = { isSession: true, isLocation: true, isDevice: true };
    learned = learnScored(learned, scoreOf(learned, session, []), everything);
  }
  return learned;
}

const weightOf = ({ evidence }: Score, name: string): number =>
  evidence.find(({ term }) => term === name)?.weight ?? 0;

describe('a journey that nobody can make', () => {
  it('is lowered by no device, whichever is sent', () => {
    const devices: fc.Arbitrary<Device | undefined> = fc.constantFrom(
      undefined,
      program,
      laptop,
      { kind: 'host', key: 'host:kali', name: 'kali' },
      { kind: 'mac', key: 'mac:0016d41b8f2c' },
      { kind: 'mac', key: 'mac:0216d41b8f2c' },
      { kind: 'uid', key: 'uid:5f1' },
      { kind: 'client', key: 'client:openconnect' },
    );
    const kinds = fc.constantFrom<NetworkType>('access', 'unknown', 'corporate', 'mobile');
    fc.assert(
      fc.property(
        devices,
        devices,
        kinds,
        fc.integer({ min: 1, max: 90 }),
        (own, thiefs, type, gap) => {
          const learned = life(own);
          const at = morning + gap * 60_000;
          const isOpen = gap % 2 === 0;
          const to = isOpen ? at + hourMs : at - 30_000;
          const before = sessionAt({ town: 'london', from: morning, to, device: own });
          const visit = { town: 'buenosAires', from: at, type } as const;
          const silent = scoreOf(learned, sessionAt(visit), [before]);
          const named = scoreOf(learned, sessionAt({ ...visit, device: thiefs }), [before]);

          expect(weightOf(named, 'device')).toBeGreaterThanOrEqual(0);
          expect(named.score).toBeGreaterThanOrEqual(silent.score - 1e-9);
        },
      ),
      { numRuns: runs(200) },
    );
  });

  it('weighs more with one real device in both places, the same with one program', () => {
    const before = (device: Device | undefined): Session =>
      sessionAt({ town: 'london', from: morning, to: morning + 8 * hourMs, device });
    const scoreWith = (device: Device | undefined): Score => {
      const visit = { town: 'buenosAires', from: morning + hourMs, device } as const;
      return scoreOf(life(device), sessionAt(visit), [before(device)]);
    };

    expect(weightOf(scoreWith(program), 'travel')).toBe(weightOf(scoreWith(undefined), 'travel'));
    expect(weightOf(scoreWith(program), 'overlap')).toBeGreaterThan(0);
    expect(weightOf(scoreWith(laptop), 'travel')).toBeGreaterThan(
      weightOf(scoreWith(undefined), 'travel'),
    );
    expect(weightOf(scoreWith(laptop), 'overlap')).toBeGreaterThan(0);
  });

  it('is no line that dropped: London ends, Stockholm begins 1.2 s later', () => {
    const to = morning + hourMs;
    const before = sessionAt({ town: 'london', from: morning, to, device: program });
    const visit = { town: 'stockholm', from: to + 1200, device: program } as const;
    const found = scoreOf(life(program), sessionAt(visit), [before]);

    expect(weightOf(found, 'handover')).toBe(0);
    expect(weightOf(found, 'travel')).toBeGreaterThan(3);
    expect(found.score).toBeGreaterThan(4.6);
  });
});

describe('a line that changes', () => {
  it('is no overlap of one laptop next door, and a handover where the first has ended', () => {
    const open = sessionAt({ town: 'london', from: morning, device: laptop });
    const visit = { town: 'nextDoor', from: morning + hourMs, device: laptop } as const;
    expect(weightOf(scoreOf(life(laptop), sessionAt(visit), [open]), 'overlap')).toBe(0);

    const to = morning + hourMs - 60_000;
    const ended = sessionAt({ town: 'london', from: morning, to, device: laptop });
    expect(weightOf(scoreOf(life(laptop), sessionAt(visit), [ended]), 'handover')).toBeLessThan(0);
  });

  it('is an overlap where only the program is the same', () => {
    const open = sessionAt({ town: 'london', from: morning, device: program });
    const visit = { town: 'nextDoor', from: morning + hourMs, device: program } as const;

    expect(weightOf(scoreOf(life(program), sessionAt(visit), [open]), 'overlap')).toBeGreaterThan(
      0,
    );
  });
});

describe('a network without a place', () => {
  it.each<NetworkType>(['satellite', 'security-service', 'hosting', 'vpn', 'tor', 'anycast'])(
    'is no journey: %s',
    (type) => {
      const to = morning + 8 * hourMs;
      const before = sessionAt({ town: 'london', from: morning, to });
      const visit = { town: 'buenosAires', from: morning + hourMs, type } as const;

      expect(weightOf(scoreOf(life(undefined), sessionAt(visit), [before]), 'travel')).toBe(0);
    },
  );

  it('of a security service is no new country, and says why', () => {
    const visit = { town: 'buenosAires', from: morning, type: 'security-service' } as const;
    const found = scoreOf(life(undefined), sessionAt(visit), []);

    expect(weightOf(found, 'place')).toBe(0);
    expect(found.evidence.map(({ text }) => text()).join('\n')).toContain(
      'a security service of organisations: its address says nothing of where the user is',
    );
  });
});

describe('one network and country', () => {
  const visitFrom = (town: Town, type: NetworkType = 'access'): number => {
    const learned = life(undefined, 'seattle');
    const to = morning + 8 * hourMs;
    const before = sessionAt({ town: 'seattle', from: morning, to, type });
    const later = sessionAt({ town, from: morning + hourMs, type });
    return weightOf(scoreOf(learned, later, [before]), 'travel');
  };

  it('from coast to coast at once is a journey', () => {
    expect(visitFrom('miami')).toBeGreaterThan(3);
    expect(visitFrom('miami', 'mobile')).toBeGreaterThan(0);
  });

  it('as far as a mobile carrier hands out its addresses is none', () => {
    expect(visitFrom('denver', 'mobile')).toBe(0);
  });
});
