// The evaluation's numbers, on worlds small enough to count by hand, and its peers on textbook
// cases.

import { measure } from '../../bench/eval/measure.ts';
import {
  areaUnderCurve,
  falseAlertRate,
  outcomeAt,
  thresholdFor,
  truthOf,
} from '../../bench/eval/metrics.ts';
import { dayMs, hourMs, worldStart } from '../../bench/eval/parameters.ts';
import { makeBuffaLogs } from '../../bench/eval/peers/buffalogs.ts';
import { makeFreeman } from '../../bench/eval/peers/freeman.ts';
import { makeMachineCity } from '../../bench/eval/peers/machine-city.ts';
import { makeOktaPair } from '../../bench/eval/peers/okta.ts';
import type { Login, SessionScore } from '../../bench/eval/scorer.ts';
import { toldCounts } from '../../bench/eval/told.ts';
import type { TrueSession } from '../../bench/eval/true-session.ts';
import type { World } from '../../bench/eval/world.ts';

const paris = { country: 'FR', city: 'Paris', lat: 48.9, lon: 2.4 };
const lima = { country: 'PE', city: 'Lima', lat: -12, lon: -77 };

function login(day: number, place: typeof paris, device?: string, address = '2.3.4.5'): Login {
  return {
    person: 1,
    start: worldStart + day * dayMs,
    address,
    location: {
      kind: 'located',
      ...place,
      radiusKm: 50,
      confidence: 'city',
      network: { asn: place === paris ? 3215 : 6147, organization: 'x', type: 'access' },
    },
    device: device ? { key: `uid:${device}`, kind: 'uid' } : undefined,
  };
}

/** Person 0 is never attacked, person 1 is, on day 3. One alert a day is 1,000 per 1,000 people. */
function tinyWorld(): { world: World; scores: SessionScore[] } {
  const at = (person: number, hours: number, campaign?: number): TrueSession => ({
    person,
    gateway: 'asa',
    start: worldStart + hours * hourMs,
    end: worldStart + (hours + 1) * hourMs,
    address: '2.3.4.5',
    ...(campaign === undefined ? {} : { campaign }),
  });
  const attack = [at(1, 72, 0), at(1, 80, 0)];
  const sessions = [
    at(0, 1),
    at(0, 25),
    at(0, 30),
    at(0, 60),
    at(1, 50),
    attack[0]!,
    at(1, 74),
    attack[1]!,
  ];
  const campaigns = [{ attack: 'dc-abroad' as const, people: [1], sessions: attack }];
  const world = {
    people: 1,
    sessions,
    campaigns,
    persons: [],
    measuredFrom: worldStart + dayMs,
    measuredTo: worldStart + 6 * dayMs,
  } as unknown as World;
  const values = [99, 5, 6, 3, 1, 2, 50, 7];
  return { world, scores: values.map((value) => ({ first: value, best: value })) };
}

describe('the metrics', () => {
  const { world, scores } = tinyWorld();
  const truth = truthOf(world);

  it('count neither history nor what the victim does while the account is misused', () => {
    expect(truth.benignUids).toEqual([1, 2, 3, 4]);
  });

  it('fold repeats of one person within 24 hours into one false alert', () => {
    // 25 h and 30 h are one alert, 60 h another; 50 h is that of person 1.
    expect(falseAlertRate(truth, scores, 3)).toBeCloseTo((2 / 5) * 1000);
    expect(falseAlertRate(truth, scores, 1)).toBeCloseTo((3 / 5) * 1000);
    expect(falseAlertRate(truth, scores, 6.5)).toBe(0);
  });

  it('count what is told of the victim meanwhile neither as true nor as false', () => {
    const told = world.sessions.map(({ start }, uid) => ({
      kind: 'abnormal-vpn-connection' as const,
      severity: 'medium' as const,
      isRise: false,
      time: start,
      uid,
    }));
    // Five sessions of nobody but users; the victim's one at 74 h is none of them.
    const { counts } = toldCounts({ ...world, days: 6 }, told, worldStart);
    expect(counts).toEqual({ 'medium, false': [5, 0], 'medium, true': [2, 0] });
  });

  it('set the lowest threshold that keeps the budget', () => {
    expect(thresholdFor(truth, scores, 0)).toBeCloseTo(6);
    expect(thresholdFor(truth, scores, 200)).toBeCloseTo(3);
    expect(falseAlertRate(truth, scores, thresholdFor(truth, scores, 200))).toBeCloseTo(200);
  });

  it('tell a campaign found late from one found at its first Start', () => {
    const late = outcomeAt(truth, scores, 6.5);
    const early = outcomeAt(truth, scores, 2);

    expect(late.all).toEqual({ campaigns: 1, found: 1, atFirstStart: 0, laterInFirst: 0 });
    expect(early.all).toEqual({ campaigns: 1, found: 1, atFirstStart: 1, laterInFirst: 0 });
  });

  it('tell a campaign that a later record of its first session gives away', () => {
    const risen = scores.map((score, uid) => (uid === 5 ? { ...score, best: 9 } : score));

    expect(outcomeAt(truth, risen, 8).all).toEqual({
      campaigns: 1,
      found: 1,
      atFirstStart: 0,
      laterInFirst: 1,
    });
    // At its first Start already: what rises later is not counted again.
    expect(outcomeAt(truth, risen, 2).all).toMatchObject({ atFirstStart: 1, laterInFirst: 0 });
  });

  it('say what the product finds and costs at the scores of its budgets', () => {
    const verdict = { score: 3, whole: 3, evidence: [{ term: 'hour', weight: 1 }] };
    const explained = scores.map((score) => ({ ...score, verdict }) as unknown as SessionScore);
    const played = [explained, scores].map((of) => ({ name: 'one', isRule: false, scores: of }));

    const [ours, other] = measure(truth, played);

    // Budgets 1, 2, 5, 10 stand at 4.6, 3.6, 2.6 and 1.6.
    // Benign scores are 5 and 6, which are one alert, 3 and 1.
    expect(ours?.atOwnScores.map(({ rate }) => rate)).toEqual([200, 200, 400, 400]);
    expect(other?.atOwnScores).toEqual([]);
  });

  it('never let a session without a score alert', () => {
    const silent = scores.map(() => ({ first: -Infinity, best: -Infinity }));

    expect(outcomeAt(truth, silent, thresholdFor(truth, silent, 1000)).all.found).toBe(0);
    expect(areaUnderCurve(truth, silent)).toBeCloseTo(0.5);
  });

  it('compare every attack session with every benign one', () => {
    // Attacks 2 and 7 beside benign 5, 6, 3 and 1: 1 + 4 of 8 pairs.
    expect(areaUnderCurve(truth, scores)).toBeCloseTo(5 / 8);
  });
});

describe('the peers', () => {
  it('score a foreign country with a foreign computer above a day like all others', () => {
    for (const make of [makeFreeman, makeMachineCity]) {
      const [usual, odd] = [make(), make()];
      for (const scorer of [usual, odd]) {
        for (let day = 0; day < 40; day += 1) scorer.score(login(day, paris, 'a'));
      }
      expect(odd.score(login(40, lima, 'b'))).toBeGreaterThan(usual.score(login(40, paris, 'a')));
    }
  });

  it('keep the machine-and-city model silent before 30 days and 5 connections', () => {
    const scorer = makeMachineCity();
    for (let day = 0; day < 29; day += 1) scorer.score(login(day, paris, 'a'));

    expect(scorer.score(login(29, lima, 'b'))).toBe(Number.NEGATIVE_INFINITY);
    expect(scorer.score(login(31, lima, 'c'))).toBeGreaterThan(0);
  });

  it('alert in BuffaLogs for a new country after two weeks, for a new device if asked', () => {
    const plain = makeBuffaLogs(false);
    const strict = makeBuffaLogs(true);
    const days = (scorer: typeof plain): number[] => [
      scorer.score(login(0, paris, 'a')),
      scorer.score(login(1, lima, 'a')),
      scorer.score(login(20, paris, 'b')),
      scorer.score(login(21, { ...lima, country: 'BR' }, 'b', '9.9.9.9')),
    ];

    expect(days(plain)).toEqual([0, 0, 0, 1]);
    expect(days(strict)).toEqual([0, 0, 1, 1]);
  });

  it('alert in the Okta pair only when device and place are both new', () => {
    const scorer = makeOktaPair();

    expect(scorer.score(login(0, paris, 'a'))).toBe(0);
    expect(scorer.score(login(1, lima, 'a'))).toBe(0);
    expect(scorer.score(login(2, paris, 'b'))).toBe(0);
    expect(scorer.score(login(3, { ...lima, lat: 10 }, 'c'))).toBe(1);
    expect(scorer.score(login(4, { ...lima, lat: 20 }))).toBe(0);
  });
});
