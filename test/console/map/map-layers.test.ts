// Layers of the map: each place once, every detection in the layer that it belongs to, by day.

import type { ListedDetection } from '../../../console/api/types.ts';
import { dayQuery, daysOf, layers, placesOf } from '../../../console/map/map-layers.ts';
import { detectionOf, placeOf } from '../sample-profile.ts';

const at = (day: number, city: string, isNew: boolean): ListedDetection => ({
  ...detectionOf({
    id: `${day} ${city} ${isNew}`,
    firstSeen: `2026-11-0${day}T06:00:00Z`,
    place: { ...placeOf(city, 1), lat: day, lon: 10 },
    reasons: [
      {
        term: 'place',
        text: 'A place',
        weight: 2,
        numbers: { sessionsInCountry: isNew ? 0 : 5 },
      },
    ],
  }),
  etag: '"1"',
});
const live = [
  { key: 'GB/London/London', label: 'London, GB', lat: 51, lon: 0, radiusKm: 20, users: 12 },
  { key: 'FR/Lyon/Lyon', label: 'Lyon, FR', lat: 45, lon: 4, radiusKm: 30, users: 2 },
];
const found = [at(1, 'Lyon, FR', true), at(1, 'Lyon, FR', false), at(2, 'Rome, IT', true)];
const namesOf = (shown: readonly (typeof layers)[number][]) =>
  placesOf(live, found, new Set(shown)).map(({ label, users, detections }) => [
    label,
    users,
    detections.length,
  ]);

it('show what they are switched on for, each place once, detections first', () => {
  expect(namesOf(layers)).toEqual([
    ['Lyon, FR', 2, 2],
    ['Rome, IT', 0, 1],
    ['London, GB', 12, 0],
  ]);
  expect(namesOf(['usual'])).toEqual([
    ['London, GB', 12, 0],
    ['Lyon, FR', 2, 0],
  ]);
  expect(namesOf(['new'])).toEqual([
    ['Lyon, FR', 0, 1],
    ['Rome, IT', 0, 1],
  ]);
  expect(namesOf(['detections'])).toEqual([['Lyon, FR', 0, 1]]);
  expect(namesOf([])).toEqual([]);
});

it('give a place the tone of its gravest layer, and a disc where uncertainty is shown', () => {
  const tonesOf = (shown: readonly (typeof layers)[number][]) =>
    placesOf(live, found, new Set(shown)).map(({ point }) => [point?.tone, point?.radiusKm]);

  expect(tonesOf(['usual', 'new', 'uncertainty'])).toEqual([
    ['alert', 30],
    ['alert', 0],
    ['usual', 20],
  ]);
  expect(tonesOf(['usual'])).toEqual([
    ['usual', 0],
    ['usual', 0],
  ]);
});

it('are asked for by day: each day of the range once, whole', () => {
  const span = { from: Date.parse('2026-11-01T20:00:00Z'), to: Date.parse('2026-11-03T01:00:00Z') };

  expect(daysOf(span)).toEqual(['2026-11-01', '2026-11-02', '2026-11-03']);
  const days = daysOf(span).map(dayQuery);
  const isOf = ({ from, to }: (typeof days)[number]) =>
    found.filter(({ firstSeen: at }) => Date.parse(at) >= Date.parse(from) && at < to).length;
  expect(days.map(isOf)).toEqual([2, 1, 0]);
  expect(days.slice(1).map(({ from }) => Date.parse(from))).toEqual(
    days.slice(0, -1).map(({ to }) => Date.parse(to)),
  );
});
