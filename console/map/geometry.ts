// Where things are on the map: the section of the world that shows them, circles on the ground,
// great-circle arcs. Degrees in, pixels out. The projection is equirectangular with the middle of
// the section as its true parallel, so that what is near looks right and a zoom is one transform.

export type Position = { readonly lat: number; readonly lon: number };
export type Pixel = { readonly x: number; readonly y: number };
export type Size = { readonly width: number; readonly height: number };

/** A section of the world on a canvas. */
export type View = Size & {
  readonly center: Position;
  /** Pixels per degree of latitude. */
  readonly scale: number;
  /** How much narrower a degree of longitude is. */
  readonly narrowing: number;
};

/** What the map shows at most, and the least: less would promise a precision we lack. */
const northMax = 83;
const southMax = -57;
const spanMinDegrees = 22;
const paddingShare = 0.16;
const kmPerDegree = 111.195;
const radians = Math.PI / 180;

/** The smallest section that shows all positions with some room around. */
export function viewOf(positions: readonly Position[], size: Size, spanMin = spanMinDegrees): View {
  const lats = positions.map(({ lat }) => clamp(lat, southMax, northMax));
  const lons = positions.map(({ lon }) => lon);
  const isEmpty = positions.length === 0;
  const box = isEmpty
    ? { north: 72, south: -50, west: -170, east: 180 }
    : {
        north: Math.max(...lats),
        south: Math.min(...lats),
        west: Math.min(...lons),
        east: Math.max(...lons),
      };
  const midLat = (box.north + box.south) / 2;
  const narrowing = Math.max(0.5, Math.cos(midLat * radians));
  const room = isEmpty ? 1 : 1 + 2 * paddingShare;
  const spanLat = Math.max((box.north - box.south) * room, spanMin / 2);
  const spanLon = Math.max((box.east - box.west) * narrowing * room, spanMin);
  const scale = Math.min(size.width / spanLon, size.height / spanLat);
  const halfLat = size.height / scale / 2;
  const halfLon = size.width / scale / narrowing / 2;
  const center = {
    lat: within(midLat, southMax + halfLat, northMax - halfLat),
    lon: within((box.west + box.east) / 2, -180 + halfLon, 180 - halfLon),
  };
  return { ...size, center, scale, narrowing };
}

/** Where a position is on the canvas. */
export function pixelOf(view: View, { lat, lon }: Position): Pixel {
  return {
    x: view.width / 2 + (lon - view.center.lon) * view.narrowing * view.scale,
    y: view.height / 2 - (lat - view.center.lat) * view.scale,
  };
}

/** Which position is at a place of the canvas. */
export function positionAt(view: View, { x, y }: Pixel): Position {
  const lat = view.center.lat - (y - view.height / 2) / view.scale;
  const lon = view.center.lon + (x - view.width / 2) / view.narrowing / view.scale;
  return { lat: clamp(lat, -90, 90), lon: ((((lon + 180) % 360) + 360) % 360) - 180 };
}

/** The transform of a path in degrees (y downwards), `stepsPerDegree` steps each. */
export function transformOf(view: View, stepsPerDegree: number): string {
  const origin = pixelOf(view, { lat: 0, lon: 0 });
  const y = view.scale / stepsPerDegree;
  const x = y * view.narrowing;
  return `translate(${round(origin.x)} ${round(origin.y)}) scale(${x.toFixed(5)} ${y.toFixed(5)})`;
}

/** All points at a distance of a position: the border of an area on the ground. */
export function circleAround(center: Position, radiusKm: number): readonly Position[] {
  const angle = Math.min(radiusKm / kmPerDegree, 89) * radians;
  const lat = center.lat * radians;
  return Array.from({ length: 49 }, (_, step) => {
    const bearing = (step / 48) * 2 * Math.PI;
    const sin =
      Math.sin(lat) * Math.cos(angle) + Math.cos(lat) * Math.sin(angle) * Math.cos(bearing);
    const dLon = Math.atan2(
      Math.sin(bearing) * Math.sin(angle) * Math.cos(lat),
      Math.cos(angle) - Math.sin(lat) * sin,
    );
    return { lat: Math.asin(sin) / radians, lon: center.lon + dLon / radians };
  });
}

/** The shortest way over the ground, cut where it crosses the 180th meridian. */
export function arcBetween(a: Position, b: Position): readonly (readonly Position[])[] {
  const [from, to] = [vectorOf(a), vectorOf(b)];
  const angle = Math.acos(clamp(dot(from, to), -1, 1));
  if (angle < 1e-6) return [];
  const points = Array.from({ length: 65 }, (_, step) => {
    const part = step / 64;
    const [p, q] = [
      Math.sin((1 - part) * angle) / Math.sin(angle),
      Math.sin(part * angle) / Math.sin(angle),
    ];
    return positionOf([p * from[0] + q * to[0], p * from[1] + q * to[1], p * from[2] + q * to[2]]);
  });
  const pieces: Position[][] = [[]];
  for (const [at, point] of points.entries()) {
    const before = points[at - 1];
    if (before && Math.abs(point.lon - before.lon) > 180) pieces.push([]);
    pieces.at(-1)?.push(point);
  }
  return pieces.filter((piece) => piece.length > 1);
}

/** An SVG path through positions. */
export function lineThrough(view: View, positions: readonly Position[]): string {
  const points = positions.map((position) => pixelOf(view, position));
  return points.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');
}

/** Great-circle distance in km, as the API's detections compute it. */
export function distanceKm(a: Position, b: Position): number {
  return (Math.acos(clamp(dot(vectorOf(a), vectorOf(b)), -1, 1)) / radians) * kmPerDegree;
}

/** The API's 0.5 degree cell of a position: its south-west corner. */
export function cellOf({ lat, lon }: Position): string {
  return `${(Math.floor(lat * 2) / 2).toFixed(1)}_${(Math.floor(lon * 2) / 2).toFixed(1)}`;
}

type Vector = readonly [number, number, number];

function vectorOf({ lat, lon }: Position): Vector {
  const [phi, lambda] = [lat * radians, lon * radians];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}

function positionOf([x, y, z]: Vector): Position {
  return { lat: Math.atan2(z, Math.hypot(x, y)) / radians, lon: Math.atan2(y, x) / radians };
}

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const clamp = (value: number, min: number, max: number): number =>
  Math.min(Math.max(value, min), max);
/** Like clamp; the middle when there is more canvas than world. */
const within = (value: number, min: number, max: number): number =>
  min > max ? (min + max) / 2 : clamp(value, min, max);
const round = (value: number): number => Math.round(value * 10) / 10;
