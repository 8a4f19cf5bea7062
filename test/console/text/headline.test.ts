import { briefOf, headlineOf } from '../../../console/text/headline.ts';
import { detectionOf, placeOf } from '../sample-profile.ts';

const reason = (term: string, weight: number, text: string, numbers: Record<string, number>) => ({
  term,
  weight,
  text,
  numbers,
});
const newCountry = reason('place', 3, 'First time in AR; 43 of 43 earlier sessions came from DE', {
  sessionsInCountry: 0,
});
const journey = (text: string, gapHours: number) =>
  reason('travel', 3.5, text, { effectiveKm: 11_361, gapHours });
const atOnce = journey(
  'Overlaps session 1CFFC000 from Hamburg, DE (since 2026-11-30T03:11Z), 11361 km apart',
  0,
);
const place = { ...placeOf('Buenos Aires, AR', 1) };

describe('the headline of a detection', () => {
  it('says the fact that cannot be, with what is new about the country', () => {
    const detection = detectionOf({ place, reasons: [newCountry, atOnce] });

    expect(headlineOf(detection)).toBe(
      'In Hamburg, DE and Buenos Aires, AR at once, 11,361 km apart; never before in Argentina',
    );
    expect(briefOf(detection)).toBe('two places at once, 11,361 km');
  });

  it('says how fast somebody went from one place to the other', () => {
    const text =
      '90 min after session 1C from Hamburg, DE, 11361 km apart after 430 km of location';
    const detection = detectionOf({ place, reasons: [journey(text, 1.5)] });

    expect(headlineOf(detection)).toBe(
      '11,361 km from Hamburg, DE to Buenos Aires, AR in 1 h 30 min',
    );
  });

  it('says a new country once, and makes no headline of what speaks for the user', () => {
    const detection = detectionOf({ place, reasons: [newCountry] });
    const usual = detectionOf({
      place,
      reasons: [reason('hour', 1, 'Began at 03:00', {}), { ...newCountry, weight: -1 }],
    });

    expect(headlineOf(detection)).toBe('In Buenos Aires, AR; never before in Argentina');
    expect(headlineOf(usual)).toBe('Began at 03:00');
    expect(briefOf(usual)).toBe('unusual hour');
  });

  it('counts the accounts of a burst', () => {
    const detection = detectionOf({ place, users: ['a', 'b', 'c'], reasons: [newCountry] });

    expect(headlineOf(detection)).toContain('3 accounts from Buenos Aires, AR');
  });
});
