import type { Activity, Device } from '../../../console/api/types.ts';
import { comparisonOf } from '../../../console/text/comparison.ts';
import { numberName } from '../../../console/text/number-names.ts';
import {
  detectionSentence,
  deviceText,
  learningOf,
  profileSentence,
  spoken,
} from '../../../console/text/sentences.ts';
import { activityOf, detectionOf, now, placeOf, profileOf } from '../sample-profile.ts';

const sentenceOf = (changes = {}): string =>
  spoken(profileSentence(profileOf(changes), 'utc', now));

describe('the sentence of a profile', () => {
  it('says how much, where from, with what, what is open and what is odd', () => {
    expect(sentenceOf()).toBe(
      '240 sessions since 3 Aug. Usually London, GB (82\u00a0%) and Leeds, GB (11\u00a0%), ' +
        'from LT-0412. 1 session open, from London, GB. 1 detection, high: Lyon, FR.',
    );
  });

  it('calls nothing usual that has hardly been seen', () => {
    const text = sentenceOf({ sessions: 2, firstSeen: '2026-11-23T06:00:00Z' });

    expect(text).toMatch(/^2 sessions since 06:00 today\. So far London, GB/);
  });

  it('points out two places at once', () => {
    const here = activityOf({ state: 'open' });
    const there = activityOf({ id: 's2', state: 'open', location: placeOf('Lyon, FR', 0.01) });

    expect(sentenceOf({ openSessions: [here, there] })).toContain(
      '2 sessions open, at 2 places at once: London, GB and Lyon, FR.',
    );
  });

  it('counts the places it does not name', () => {
    const places = ['London, GB', 'Leeds, GB', 'Paris, FR', 'Rome, IT'].map((label) =>
      placeOf(label, 0.25),
    );

    expect(sentenceOf({ places })).toContain(
      'London, GB (25\u00a0%) and Leeds, GB (25\u00a0%), and 2 other places',
    );
  });

  it('calls no place usual that the API does not, or that was hardly seen', () => {
    const [london, lyon] = [placeOf('London, GB', 0.9), placeOf('Lyon, FR', 0.1)];
    const { isUsual: _, ...unusual } = lyon;

    expect(sentenceOf({ places: [london, unusual] })).toContain(
      'Usually London, GB (90\u00a0%), and 1 other place, from LT-0412.',
    );
    expect(sentenceOf({ places: [london, lyon] })).toContain('and Lyon, FR (10\u00a0%)');
    const rare = [placeOf('London, GB', 0.98), placeOf('Lyon, FR', 0.02)];
    expect(sentenceOf({ places: rare })).toContain('(98\u00a0%), and 1 other place');
  });

  it('says that no place is usual where each was seen once', () => {
    const places = Array.from({ length: 12 }, (_, at) => placeOf(`City ${at}, FR`, 0.083));

    expect(sentenceOf({ places })).toContain('At 12 places, none of them usual. ');
  });

  it('does not pass the newest detections off as all of them', () => {
    const detections = Array.from({ length: 10 }, () => detectionOf());

    expect(sentenceOf({ detections, hasMoreDetections: true })).toContain(
      'More than 10 detections',
    );
    expect(sentenceOf({ detections })).toContain(' 10 detections, the newest');
  });

  it('says why no place is known, and that nothing is odd', () => {
    const text = sentenceOf({ places: [], openSessions: [], detections: [] });

    expect(text).toContain('No place is known: the gateway sends no client address.');
    expect(text).toContain('No session open. Nothing abnormal found.');
  });
});

describe('the learning state', () => {
  const stateOf = (until: string, sessions: number, isOver = false) => {
    const learning = { isOver, until, sessions, sessionsNeeded: 5 };
    return learningOf(profileOf({ learning }), 'utc', now);
  };

  it.each([
    ['2026-12-12T08:00:00Z', 3, 'Learning until 12 Dec: 3 of 5 sessions'],
    ['2026-12-12T08:00:00Z', 44, 'Learning until 12 Dec'],
    ['2026-09-02T08:00:00Z', 3, 'Learning: 3 of 5 sessions'],
  ])('until %s with %i sessions this month is "%s"', (until, sessions, text) => {
    expect(stateOf(until, sessions)).toEqual({ isOver: false, text });
  });

  it('is over when the API says so', () => {
    expect(stateOf('2026-09-02T08:00:00Z', 5, true).text).toBe('Learned');
  });
});

describe('the sentence of a detection', () => {
  const network = { asn: 64501, organization: 'Exemple SA', type: 'access' as const };
  const said = (detection = {}, own: readonly Activity[] = []): string =>
    spoken(detectionSentence(detectionOf({ network, ...detection }), own));

  it('says how, and how long and how much once the session is known', () => {
    const own = activityOf({ octetsIn: '13000000', octetsOut: '639000000' });

    expect(said()).toBe('Connected through apm-paris over Exemple SA.');
    expect(said({}, [own])).toBe(
      'Connected for 1 h through apm-paris over Exemple SA; 13 MB up, 639 MB down.',
    );
    expect(said({}, [{ ...own, state: 'open' }])).toMatch(/^Connected 1 h so far through/);
  });

  it('counts repeats', () => {
    expect(said({ sessionCount: 3 }, [activityOf(), activityOf({ id: 's2' })])).toBe(
      'Connected 3 times through apm-paris over Exemple SA.',
    );
  });
});

describe('a number of a reason', () => {
  it.each([
    ['distanceKm', ['distance', 'km']],
    ['speedKmh', ['speed', 'km/h']],
    ['gapHours', ['gap', 'h']],
    ['effectiveKm', ['distance after uncertainty', 'km']],
    ['peopleInCountry', ['people in country', '']],
    ['constructor', ['constructor', '']],
  ])('called %s is shown as %j', (key, shown) => {
    expect(numberName(key)).toEqual(shown);
  });
});

describe('a device', () => {
  it.each<[Device, string]>([
    [{ key: 'host:lt-1', kind: 'host', name: 'LT-1' }, 'LT-1'],
    [{ key: 'mac:00155d000001', kind: 'mac', client: 'AnyConnect' }, '00155d000001'],
    [{ key: 'uid:fea48ed8221a168b', kind: 'uid', os: 'win 10' }, 'win 10 (fea48ed8)'],
    [{ key: 'client:openvpn 2.6', kind: 'client', client: 'OpenVPN 2.6' }, 'openvpn 2.6'],
  ])('is called by the most telling thing known of it: %j', (device, text) => {
    expect(deviceText(device)).toBe(text);
  });
});

describe('a connection beside what is usual', () => {
  it('is new where only the detection itself showed it', () => {
    const profile = profileOf({
      places: [placeOf('London, GB', 0.9), placeOf('Lyon, FR', 0.01, { count: 1 })],
    });

    const rows = comparisonOf(detectionOf({ gateway: 'asa-london' }), profile);

    expect(rows).toEqual([
      { what: 'Place', here: 'Lyon, FR', usual: 'London, GB (90\u00a0%)', isNew: true, times: 1 },
      {
        what: 'Gateway',
        here: 'asa-london',
        usual: 'asa-london (100\u00a0%)',
        isNew: false,
        times: 240,
      },
      {
        what: 'Device',
        here: 'not named by the gateway',
        usual: 'LT-0412 (100\u00a0%)',
        isNew: false,
        times: 0,
      },
    ]);
  });
});
