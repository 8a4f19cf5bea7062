import { pixelOf, viewOf } from '../../../console/map/geometry.ts';
import type { MapPoint } from '../../../console/map/map-types.ts';
import { clustered, dragged, movedView, zoomed } from '../../../console/map/moving-view.ts';

const whole = viewOf([], { width: 1000, height: 600 });
const atRest = { zoom: 1, lat: 0, lon: 0 };
const point = (key: string, lat: number, lon: number, tone: MapPoint['tone']): MapPoint => ({
  key,
  label: key,
  lat,
  lon,
  radiusKm: 0,
  share: 0.2,
  tone,
});
const hamburg = point('Hamburg', 53.5, 10, 'usual');
const luebeck = point('Lübeck', 53.9, 10.7, 'alert');
const madrid = point('Madrid', 40.4, -3.7, 'usual');

describe('a map that is moved', () => {
  it('keeps the ground under the pointer', () => {
    const near = zoomed(atRest, 3);
    const before = pixelOf(movedView(whole, near), hamburg);
    const after = pixelOf(movedView(whole, dragged(near, whole, 40, -25)), hamburg);

    expect(after.x - before.x).toBeCloseTo(40, 6);
    expect(after.y - before.y).toBeCloseTo(-25, 6);
  });

  it('shows everything again when it is zoomed out', () => {
    expect(zoomed(dragged(zoomed(atRest, 2), whole, 99, 9), 0.1)).toEqual(atRest);
  });

  it('draws what would hide each other as one, the gravest first, and apart when near', () => {
    const at = (zoom: number) => {
      const view = movedView(whole, { zoom, lat: 53.5 - whole.center.lat, lon: 10 });
      return clustered([hamburg, madrid, luebeck], (one) => pixelOf(view, one));
    };

    expect(at(1).map(({ label }) => label)).toEqual(['Lübeck and 1 more', 'Madrid']);
    expect(at(1)[0]?.tone).toBe('alert');
    expect(at(24)).toHaveLength(3);
  });
});
