import fc from 'fast-check';
import { percentText, zoneText } from '../../../console/text/clock-text.ts';

const percent = (share: number): number => Number(percentText(share).replace('\u00a0%', ''));

describe('a share in words', () => {
  it('adds up to the whole with its counterpart, as the API sends both', () => {
    const rounded = (share: number): number => Math.round(share * 1e6) / 1e6;
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20_000 }), fc.nat(), (sessions, some) => {
        const here = Math.floor(sessions / 50) + 1 + (some % Math.ceil(sessions / 2));
        fc.pre(here < sessions && (sessions - here) / sessions > 0.01);
        const shares = [rounded(here / sessions), rounded((sessions - here) / sessions)];
        expect(shares.map(percent).reduce((sum, one) => sum + one)).toBe(100);
      }),
    );
    expect([0.734694, 0.265306].map(percent)).toEqual([73, 27]);
    expect([0.735, 0.265].map(percent)).toEqual([74, 26]);
  });

  it('is never nothing where there is something', () => {
    expect(percentText(0.0001)).toBe('<1\u00a0%');
    expect(percentText(0)).toBe('0\u00a0%');
  });
});

describe('the zone of all times', () => {
  it('is named with its distance from UTC', () => {
    expect(zoneText('utc', 0)).toBe('UTC');
    expect(zoneText('local', 0)).toMatch(/^(UTC|.+, UTC[+-]\d{1,2}(:\d\d)?)$/);
  });
});
