// Generates console/map/map-data.ts: the outline of the world as two SVG paths in degrees, from
// Natural Earth's 1:50m countries (public domain), thinned until they weigh less than a photograph.
// Run it by hand when the outline shall change (`npm run console:map`); its result is committed, so
// that neither the console nor its build needs a map library.

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { feature, mesh } from 'topojson-client';

type Point = readonly [lon: number, lat: number];
type Topology = Parameters<typeof feature>[0];

/** Steps per degree: 0.05 degrees is a pixel or two where the page zooms in most. */
const stepsPerDegree = 20;
/** Bends and islands smaller than this leave, square degrees at the equator. */
const bendMin = 0.036;
const islandMin = 0.02;
/** Antarctica has no VPN users. */
const southernmostDegrees = -60;

const root = join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);
const atlasFile = require.resolve('world-atlas/countries-50m.json');

const narrowing = (lat: number): number => Math.cos((lat * Math.PI) / 180);

function bendOf(a: Point, b: Point, c: Point): number {
  const cross = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
  return Math.abs(cross / 2) * narrowing(b[1]);
}

/** Visvalingam: the bend that encloses least goes first. Ends stay, so borders keep meeting. */
function thinned(arc: readonly Point[]): Point[] {
  const points = [...arc];
  const first = points[0];
  const last = points.at(-1);
  const isRing = first?.[0] === last?.[0] && first?.[1] === last?.[1];
  while (points.length > (isRing ? 4 : 2)) {
    const bends = points.slice(1, -1).map((point, at) => {
      const [before, after] = [points[at], points[at + 2]];
      return before && after ? bendOf(before, point, after) : 0;
    });
    const least = Math.min(...bends);
    if (least > bendMin) break;
    points.splice(bends.indexOf(least) + 1, 1);
  }
  return points;
}

/** The atlas with absolute, thinned arcs. */
function readAtlas(): Topology {
  const { transform, arcs, ...rest } = JSON.parse(readFileSync(atlasFile, 'utf8'));
  const absolute = (arcs as [number, number][][]).map((arc) => {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]): Point => {
      x += dx;
      y += dy;
      return [
        x * transform.scale[0] + transform.translate[0],
        y * transform.scale[1] + transform.translate[1],
      ];
    });
  });
  return { ...rest, arcs: absolute.map(thinned) };
}

/** A ring across the 180th meridian goes on beyond it, and is drawn at both edges of the map. */
function unrolled(ring: readonly Point[]): Point[][] {
  let turn = 0;
  const points = ring.map(([lon, lat], at): Point => {
    const before = ring[at - 1]?.[0] ?? lon;
    if (lon - before > 180) turn -= 360;
    if (before - lon > 180) turn += 360;
    return [lon + turn, lat];
  });
  const lons = points.map(([lon]) => lon);
  const shifted = (by: number): Point[] => points.map(([lon, lat]) => [lon + by, lat]);
  if (Math.max(...lons) > 180) return [points, shifted(-360)];
  if (Math.min(...lons) < -180) return [points, shifted(360)];
  return [points];
}

function areaOf(ring: readonly Point[]): number {
  const twice = ring.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = ring[at + 1] ?? [x, y];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice / 2) * narrowing(ring[0]?.[1] ?? 0);
}

/** An SVG path of relative steps, y downwards; empty when the steps swallow the line. */
function pathOf(points: readonly Point[], isRing: boolean): string {
  const steps = points
    .map(([lon, lat]) => [Math.round(lon * stepsPerDegree), Math.round(-lat * stepsPerDegree)])
    .filter(([x, y], at, all) => x !== all[at - 1]?.[0] || y !== all[at - 1]?.[1]);
  if (steps.length < (isRing ? 4 : 2)) return '';
  const moves = steps.slice(1, isRing ? -1 : undefined).map(([x = 0, y = 0], at) => {
    const [beforeX = 0, beforeY = 0] = steps[at] ?? [];
    return `${signed(x - beforeX)}${signed(y - beforeY)}`;
  });
  return `M${steps[0]?.join(' ')}l${moves.join('').trimStart()}${isRing ? 'z' : ''}`;
}

const signed = (value: number): string => (value < 0 ? `${value}` : ` ${value}`);

function landPath(atlas: Topology): string {
  const land = feature(atlas, atlas.objects['land'] as never) as unknown as {
    readonly features: readonly { readonly geometry: { readonly coordinates: Point[][][] } }[];
  };
  return land.features
    .flatMap(({ geometry }) => geometry.coordinates.flat())
    .filter((ring) => ring.some(([, lat]) => lat > southernmostDegrees))
    .flatMap(unrolled)
    .filter((ring) => areaOf(ring) >= islandMin)
    .map((ring) => pathOf(ring, true))
    .join('');
}

function borderPath(atlas: Topology): string {
  const lines = mesh(atlas, atlas.objects['countries'] as never, (a, b) => a !== b);
  return lines.coordinates.map((line) => pathOf(line as unknown as Point[], false)).join('');
}

const atlas = readAtlas();
writeFileSync(
  join(root, 'console', 'map', 'map-data.ts'),
  `// Outline of the world: Natural Earth 1:50m (public domain), thinned by build/console-map.ts.
// SVG paths in steps of 1/${stepsPerDegree} degree; x is the longitude, y the latitude downwards.

export const mapStepsPerDegree = ${stepsPerDegree};

export const landPath =
  '${landPath(atlas)}';

export const borderPath =
  '${borderPath(atlas)}';
`,
);
