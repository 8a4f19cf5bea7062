// Cities people live in and travel to, and the clocks they live by.

import { dayMs, hourMs } from './parameters.ts';

export type Position = { readonly lat: number; readonly lon: number };
export type City = Position & { readonly name: string };
type Country = {
  /** Standard time, hours ahead of UTC. */
  readonly utcHours: number;
  readonly dst: 'eu' | 'us' | 'none';
  readonly cities: readonly City[];
};

const city = (name: string, lat: number, lon: number): City => ({ name, lat, lon });

export const countries: Readonly<Record<string, Country>> = {
  DE: {
    utcHours: 1,
    dst: 'eu',
    cities: [
      city('Berlin', 52.52, 13.4),
      city('Munich', 48.14, 11.58),
      city('Hamburg', 53.55, 10),
      city('Frankfurt', 50.11, 8.68),
      city('Cologne', 50.94, 6.96),
      city('Stuttgart', 48.78, 9.18),
    ],
  },
  FR: {
    utcHours: 1,
    dst: 'eu',
    cities: [
      city('Paris', 48.86, 2.35),
      city('Lyon', 45.76, 4.84),
      city('Toulouse', 43.6, 1.44),
      city('Lille', 50.63, 3.06),
      city('Nantes', 47.22, -1.55),
    ],
  },
  GB: {
    utcHours: 0,
    dst: 'eu',
    cities: [
      city('London', 51.51, -0.13),
      city('Manchester', 53.48, -2.24),
      city('Edinburgh', 55.95, -3.19),
      city('Bristol', 51.45, -2.59),
    ],
  },
  US: {
    utcHours: -5,
    dst: 'us',
    cities: [
      city('New York', 40.71, -74.01),
      city('Chicago', 41.88, -87.63),
      city('Atlanta', 33.75, -84.39),
      city('Dallas', 32.78, -96.8),
      city('Denver', 39.74, -104.99),
      city('San Francisco', 37.77, -122.42),
      city('Boston', 42.36, -71.06),
    ],
  },
  NL: {
    utcHours: 1,
    dst: 'eu',
    cities: [
      city('Amsterdam', 52.37, 4.9),
      city('Rotterdam', 51.92, 4.48),
      city('Eindhoven', 51.44, 5.47),
    ],
  },
  ES: {
    utcHours: 1,
    dst: 'eu',
    cities: [
      city('Madrid', 40.42, -3.7),
      city('Barcelona', 41.39, 2.17),
      city('Valencia', 39.47, -0.38),
      city('Seville', 37.39, -5.98),
    ],
  },
  IT: {
    utcHours: 1,
    dst: 'eu',
    cities: [
      city('Milan', 45.46, 9.19),
      city('Rome', 41.9, 12.5),
      city('Turin', 45.07, 7.69),
      city('Naples', 40.85, 14.27),
      city('Bologna', 44.49, 11.34),
    ],
  },
  PL: {
    utcHours: 1,
    dst: 'eu',
    cities: [
      city('Warsaw', 52.23, 21.01),
      city('Krakow', 50.06, 19.94),
      city('Wroclaw', 51.11, 17.04),
      city('Gdansk', 54.35, 18.65),
    ],
  },
  SE: {
    utcHours: 1,
    dst: 'eu',
    cities: [
      city('Stockholm', 59.33, 18.07),
      city('Gothenburg', 57.71, 11.97),
      city('Malmo', 55.6, 13),
    ],
  },
  CH: {
    utcHours: 1,
    dst: 'eu',
    cities: [city('Zurich', 47.37, 8.54), city('Geneva', 46.2, 6.14), city('Bern', 46.95, 7.45)],
  },
  AT: {
    utcHours: 1,
    dst: 'eu',
    cities: [city('Vienna', 48.21, 16.37), city('Graz', 47.07, 15.44)],
  },
  BE: {
    utcHours: 1,
    dst: 'eu',
    cities: [city('Brussels', 50.85, 4.35), city('Antwerp', 51.22, 4.4)],
  },
  PT: {
    utcHours: 0,
    dst: 'eu',
    cities: [city('Lisbon', 38.72, -9.14), city('Porto', 41.15, -8.61)],
  },
  IE: { utcHours: 0, dst: 'eu', cities: [city('Dublin', 53.35, -6.26), city('Cork', 51.9, -8.47)] },
  CZ: { utcHours: 1, dst: 'eu', cities: [city('Prague', 50.08, 14.44), city('Brno', 49.2, 16.61)] },
  RO: {
    utcHours: 2,
    dst: 'eu',
    cities: [city('Bucharest', 44.43, 26.1), city('Cluj', 46.77, 23.6)],
  },
  IN: {
    utcHours: 5.5,
    dst: 'none',
    cities: [
      city('Bengaluru', 12.97, 77.59),
      city('Mumbai', 19.08, 72.88),
      city('Hyderabad', 17.39, 78.49),
      city('Pune', 18.52, 73.86),
    ],
  },
  BR: {
    utcHours: -3,
    dst: 'none',
    cities: [
      city('Sao Paulo', -23.55, -46.63),
      city('Rio de Janeiro', -22.91, -43.17),
      city('Curitiba', -25.43, -49.27),
    ],
  },
  CA: {
    utcHours: -5,
    dst: 'us',
    cities: [
      city('Toronto', 43.65, -79.38),
      city('Montreal', 45.5, -73.57),
      city('Vancouver', 49.28, -123.12),
      city('Calgary', 51.05, -114.07),
    ],
  },
  JP: {
    utcHours: 9,
    dst: 'none',
    cities: [city('Tokyo', 35.68, 139.69), city('Osaka', 34.69, 135.5)],
  },
  AU: {
    utcHours: 10,
    dst: 'none',
    cities: [
      city('Sydney', -33.87, 151.21),
      city('Melbourne', -37.81, 144.96),
      city('Brisbane', -27.47, 153.03),
      city('Perth', -31.95, 115.86),
    ],
  },
  TR: {
    utcHours: 3,
    dst: 'none',
    cities: [city('Istanbul', 41.01, 28.98), city('Ankara', 39.93, 32.86)],
  },
  AE: { utcHours: 4, dst: 'none', cities: [city('Dubai', 25.2, 55.27)] },
  SG: { utcHours: 8, dst: 'none', cities: [city('Singapore', 1.35, 103.82)] },
  ZA: {
    utcHours: 2,
    dst: 'none',
    cities: [city('Johannesburg', -26.2, 28.05), city('Cape Town', -33.92, 18.42)],
  },
  MX: {
    utcHours: -6,
    dst: 'none',
    cities: [city('Mexico City', 19.43, -99.13), city('Monterrey', 25.69, -100.32)],
  },
  RU: {
    utcHours: 3,
    dst: 'none',
    cities: [city('Moscow', 55.76, 37.62), city('Saint Petersburg', 59.93, 30.34)],
  },
  CN: {
    utcHours: 8,
    dst: 'none',
    cities: [city('Beijing', 39.9, 116.41), city('Guangzhou', 23.13, 113.26)],
  },
  VN: {
    utcHours: 7,
    dst: 'none',
    cities: [city('Hanoi', 21.03, 105.85), city('Ho Chi Minh City', 10.82, 106.63)],
  },
  NG: { utcHours: 1, dst: 'none', cities: [city('Lagos', 6.52, 3.38)] },
  UA: { utcHours: 2, dst: 'eu', cities: [city('Kyiv', 50.45, 30.52), city('Lviv', 49.84, 24.03)] },
  ID: { utcHours: 7, dst: 'none', cities: [city('Jakarta', -6.21, 106.85)] },
  PK: {
    utcHours: 5,
    dst: 'none',
    cities: [city('Karachi', 24.86, 67.01), city('Lahore', 31.55, 74.34)],
  },
};

/** The country's entry. @throws Error for a country the world does not have. */
export function countryOf(code: string): Country {
  const country = countries[code];
  if (!country) throw new Error(`the world has no country ${code}`);
  return country;
}

/** Summer time ends on 25 October in Europe and on 1 November in North America of 2026. */
const dstEnd = { eu: Date.UTC(2026, 9, 25, 1), us: Date.UTC(2026, 10, 1, 6), none: 0 };

/** Milliseconds that local time is ahead of UTC. */
export function offsetMs(code: string, at: number): number {
  const { utcHours, dst } = countryOf(code);
  return (utcHours + (at < dstEnd[dst] ? 1 : 0)) * hourMs;
}

/** UTC of a local hour on a world day. Hours beyond 24 fall on the next day. */
export function localTime(code: string, dayStartUtc: number, hour: number): number {
  const guess = dayStartUtc + hour * hourMs;
  return guess - offsetMs(code, guess);
}

/** 0 is Sunday. Days begin at midnight UTC, which is near enough for a calendar. */
export function weekday(dayStartUtc: number): number {
  return (Math.floor(dayStartUtc / dayMs) + 4) % 7;
}
