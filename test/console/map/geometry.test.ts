import fc from 'fast-check';
import {
  arcBetween,
  cellOf,
  circleAround,
  distanceKm,
  type Position,
  pixelOf,
  positionAt,
  viewOf,
} from '../../../console/map/geometry.ts';
import { otherEndOf, pointsOfDetections, travels } from '../../../console/map/map-points.ts';
import {
  cellOf as cellOfDomain,
  distanceKm as distanceOfDomain,
} from '../../../domain/location.ts';
import { activityOf, detectionOf, placeOf } from '../sample-profile.ts';

const anywhere = fc.record({
  lat: fc.double({ min: -56, max: 82, noNaN: true }),
  lon: fc.double({ min: -180, max: 180, noNaN: true }),
});
const size = { width: 640, height: 320 };
const [tokyo, newYork]: Position[] = [
  { lat: 35.7, lon: 139.7 },
  { lat: 40.7, lon: -74 },
];

describe('the section of the world on the map', () => {
  it('knows the position of every place that is pressed', () => {
    fc.assert(
      fc.property(anywhere, anywhere, (position, other) => {
        const view = viewOf([position, other], size);
        const back = positionAt(view, pixelOf(view, position));
        expect(back.lat).toBeCloseTo(position.lat, 6);
        expect(((back.lon - position.lon + 540) % 360) - 180).toBeCloseTo(0, 6);
      }),
    );
  });

  it('holds every place it was chosen for, on any canvas', () => {
    const canvas = fc.record({
      width: fc.integer({ min: 280, max: 900 }),
      height: fc.integer({ min: 220, max: 460 }),
    });
    fc.assert(
      fc.property(fc.array(anywhere, { minLength: 1, maxLength: 6 }), canvas, (places, room) => {
        const view = viewOf(places, room);
        for (const place of places) {
          const { x, y } = pixelOf(view, place);
          expect(x).toBeGreaterThanOrEqual(-0.01);
          expect(x).toBeLessThanOrEqual(room.width + 0.01);
          expect(y).toBeGreaterThanOrEqual(-0.01);
          expect(y).toBeLessThanOrEqual(room.height + 0.01);
        }
      }),
    );
  });

  it('zooms no further than the outline is good for', () => {
    const view = viewOf([{ lat: 51.5, lon: -0.1 }], size);

    expect(view.width / view.scale).toBeGreaterThanOrEqual(22);
  });
});

describe('circles and arcs on the ground', () => {
  it('keep their distance from the centre', () => {
    fc.assert(
      fc.property(anywhere, fc.integer({ min: 1, max: 2000 }), (center, radiusKm) => {
        for (const point of circleAround(center, radiusKm)) {
          expect(Math.abs(distanceKm(center, point) - radiusKm)).toBeLessThan(1);
        }
      }),
    );
  });

  it('take the short way over the Pacific and are cut at the edge of the map', () => {
    const pieces = arcBetween(tokyo ?? { lat: 0, lon: 0 }, newYork ?? { lat: 0, lon: 0 });

    expect(pieces).toHaveLength(2);
    for (const piece of pieces) {
      for (const [at, { lon }] of piece.entries()) {
        expect(Math.abs(lon - (piece[at - 1]?.lon ?? lon))).toBeLessThan(180);
      }
    }
  });

  it('have no length between a place and itself', () => {
    expect(arcBetween({ lat: 10, lon: 10 }, { lat: 10, lon: 10 })).toEqual([]);
  });
});

describe('what the page computes itself', () => {
  it('agrees with the domain on distances and cells', () => {
    fc.assert(
      fc.property(anywhere, anywhere, (a, b) => {
        expect(Math.abs(distanceKm(a, b) - distanceOfDomain(a, b))).toBeLessThan(1);
        expect(cellOf(a)).toBe(cellOfDomain(a));
      }),
    );
  });
});

describe('points and arcs of the map', () => {
  const london = placeOf('London, GB', 1, { lat: 51.5, lon: -0.1 });
  const lyon = placeOf('Lyon, FR', 1, { lat: 45.8, lon: 4.8 });
  const home = activityOf({ id: 'home', location: london });
  const away = activityOf({ id: 's9', startedAt: '2026-11-23T06:30:00Z', location: lyon });

  it('find the other end of a travel by the distance its reason states', () => {
    const distance = Math.round(distanceKm(detectionOf().place as Position, london as Position));
    const reasons = [{ term: 'travel', weight: 3, text: '', numbers: { distanceKm: distance } }];

    expect(otherEndOf(detectionOf({ reasons }), [away, home])?.activity.id).toBe('home');
    const others = [{ term: 'travel', weight: 3, text: '', numbers: { distanceKm: 9000 } }];
    expect(otherEndOf(detectionOf({ reasons: others }), [away, home])).toBeUndefined();
  });

  it('join consecutive sessions of different places, each pair once', () => {
    const back = activityOf({ id: 'back', startedAt: '2026-11-23T07:30:00Z', location: london });

    expect(travels([back, away, home], new Set())).toHaveLength(1);
    expect(travels([away, home], new Set(['s9']))[0]?.tone).toBe('alert');
    expect(travels([home, { ...home, id: 'again' }], new Set())).toEqual([]);
  });

  it('leave out what has no coordinates', () => {
    const somewhere = detectionOf({ place: { key: 'unknown', label: 'unknown location' } });

    expect(pointsOfDetections([somewhere, detectionOf(), detectionOf()])).toEqual([
      expect.objectContaining({ key: 'FR/Lyon/Lyon', tone: 'alert' }),
    ]);
  });
});
