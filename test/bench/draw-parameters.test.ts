// Drawn parameters of the evaluation's worlds: the same for the same seed, never with softer
// attackers, and those for training inside of those for trying.

import {
  drawParameters,
  trainingWorldSeeds,
  validationWorldSeeds,
} from '../../bench/eval/draw-parameters.ts';
import {
  campaignCounts,
  testSeeds,
  attackers as today,
  tuningSeeds,
} from '../../bench/eval/parameters.ts';

const seeds = Array.from({ length: 200 }, (_, at) => at);

describe('drawn parameters', () => {
  it('are the same for the same seed, and differ between seeds', () => {
    expect(drawParameters(3, 'drawn')).toEqual(drawParameters(3, 'drawn'));
    expect(drawParameters(3, 'drawn')).not.toEqual(drawParameters(4, 'drawn'));
  });

  it.each(['drawn', 'training'] as const)('never have softer attackers than today: %s', (reach) => {
    const softer = seeds.filter((seed) => {
      const { attackers } = drawParameters(seed, reach);
      const weight = (style: string): number =>
        (attackers.hours.find(([name]) => name === style) as readonly [string, number])[1];
      return (
        attackers.silentDevice < today.silentDevice ||
        attackers.mobileProxies < today.mobileProxies ||
        attackers.freshAddress > today.freshAddress ||
        attackers.visitsMax > today.visitsMax ||
        attackers.pauseHours[1] < today.pauseHours[1] ||
        attackers.usualGateway < today.usualGateway ||
        weight('victim') < 25 ||
        weight('own') > 50 ||
        weight('night') > 25
      );
    });

    expect(softer).toEqual([]);
  });

  it('hold no more of what is easy to find, and no fewer of what is hard', () => {
    for (const seed of seeds) {
      const { campaignCounts: drawn } = drawParameters(seed, 'drawn');
      expect(drawn['dc-abroad']).toBeLessThanOrEqual(campaignCounts['dc-abroad']);
      expect(drawn.spray).toBeLessThanOrEqual(campaignCounts.spray);
      expect(drawn.mimic).toBeGreaterThanOrEqual(campaignCounts.mimic);
      expect(drawn['same-city-asn']).toBeGreaterThanOrEqual(campaignCounts['same-city-asn']);
    }
  });

  it('of training lie inside of the others', () => {
    const mobile = (reach: 'drawn' | 'training'): number[] =>
      seeds.map((seed) => drawParameters(seed, reach).mobileSessions);

    expect(Math.max(...mobile('training'))).toBeLessThan(Math.max(...mobile('drawn')));
    expect(Math.min(...mobile('training'))).toBeGreaterThan(Math.min(...mobile('drawn')));
  });

  it('are trained, tried and reported on different seeds', () => {
    const all = [...trainingWorldSeeds, ...validationWorldSeeds, ...tuningSeeds, ...testSeeds];

    expect(new Set(all).size).toBe(all.length);
  });
});
