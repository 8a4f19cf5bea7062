// Places on a world map: a dot sized by its share, a disc for the uncertainty of the position, arcs
// between places. A location is an area, never a pin. The table beside the map says the same in
// words.

import type { JSX } from 'preact';
import { makeLazy } from '../parts/lazy.tsx';
import { useWidth } from '../parts/use-width.ts';
import { printable } from '../text/printable.ts';
import {
  arcBetween,
  circleAround,
  lineThrough,
  type Pixel,
  type Position,
  pixelOf,
  positionAt,
  transformOf,
  type View,
  viewOf,
} from './geometry.ts';
import { dragging, MapControls, useMover } from './map-controls.tsx';
import type { MapArc, MapPoint, Tone } from './map-types.ts';
import { clustered, movedView } from './moving-view.ts';

type MapProps = {
  /** What the map shows, in words. */
  readonly label: string;
  readonly points: readonly MapPoint[];
  readonly arcs?: readonly MapArc[];
  /** The key of a point to point out. */
  readonly pointed?: string | undefined;
  /** Height for a width of one. */
  readonly aspect?: number;
  /** Shows the points of this tone only as near as they allow; the rest may lie outside. */
  readonly near?: Tone | undefined;
  /** Degrees of longitude to show at least. */
  readonly spanMin?: number;
  /** The reader may zoom and move it; points that hide each other are drawn as one. */
  readonly canMove?: boolean;
  /** The height may grow to this, pixels. */
  readonly heightMax?: number;
  /** A place of a map that moves was pressed; with the points that are drawn there. */
  readonly onPress?: ((at: Position, points: readonly MapPoint[]) => void) | undefined;
};

/** The outline is the heaviest part of the console: it comes with the first map. */
const useOutline = makeLazy(() => import('./map-data.ts'));

export function WorldMap(props: MapProps): JSX.Element {
  const { label, arcs = [], aspect = 0.5, canMove = false, heightMax = 460 } = props;
  const [element, width] = useWidth();
  const mover = useMover();
  const height = Math.round(Math.min(heightMax, Math.max(220, width * aspect)));
  const whole = viewOf(shownBy(props), { width, height }, props.spanMin);
  const view = movedView(whole, mover.moved);
  const points = canMove ? clustered(props.points, (one) => pixelOf(view, one)) : props.points;
  return (
    <div class={canMove ? 'map moves' : 'map'} ref={element}>
      {canMove ? <MapControls mover={mover} view={whole} /> : null}
      {width === 0 ? null : (
        <svg
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={printable(label)}
          {...(canMove ? dragging(mover, whole, onPressAt(props.onPress, points, view)) : {})}
        >
          <Outline view={view} />
          {points.map((point) => (
            <Disc key={point.key} point={point} view={view} />
          ))}
          {arcs.map((arc, at) => (
            <Arc key={at} arc={arc} view={view} />
          ))}
          {points.map((point) => (
            <Dot
              key={point.key}
              point={point}
              view={view}
              isPointed={point.key === props.pointed}
            />
          ))}
          <Labels points={points} arcs={arcs} view={view} />
        </svg>
      )}
    </div>
  );
}

/** How near to a point a press means it, pixels. */
const nearPx = 14;

function onPressAt(onPress: MapProps['onPress'], points: readonly MapPoint[], view: View) {
  if (!onPress) return undefined;
  return (at: Pixel): void => {
    const near = points.filter((point) => {
      const { x, y } = pixelOf(view, point);
      return Math.hypot(x - at.x, y - at.y) < nearPx;
    });
    onPress(positionAt(view, at), near);
  };
}

/** Coasts and borders; without them the places still stand where they are. */
function Outline({ view }: { readonly view: View }): JSX.Element | null {
  const outline = useOutline();
  if (outline === undefined || outline === 'failed') return null;
  return (
    <g transform={transformOf(view, outline.mapStepsPerDegree)} class="land">
      <path d={outline.landPath} class="land-area" />
      <path d={outline.borderPath} class="land-border" />
    </g>
  );
}

/** Every position that the section must hold. */
function shownBy({ points, arcs = [], near }: MapProps): readonly Position[] {
  const wanted = near === undefined ? points : points.filter(({ tone }) => tone === near);
  const ways =
    near === undefined ? arcs.flatMap(({ from, to }) => arcBetween(from, to).flat()) : [];
  return [...ways, ...wanted.flatMap((point) => circleAround(point, point.radiusKm))];
}

type PointProps = { readonly point: MapPoint; readonly view: View };

function Disc({ point, view }: PointProps): JSX.Element {
  return (
    <path
      class={`disc ${point.tone}`}
      d={`${lineThrough(view, circleAround(point, point.radiusKm))}z`}
    />
  );
}

const dotRadiusMin = 4;
const dotRadiusMax = 11;

function Dot({ point, view, isPointed }: PointProps & { isPointed: boolean }): JSX.Element {
  const { x, y } = pixelOf(view, point);
  const radius = dotRadiusMin + (dotRadiusMax - dotRadiusMin) * Math.sqrt(point.share);
  return (
    <g class={`dot ${point.tone} ${isPointed ? 'pointed' : ''}`}>
      <title>{`${printable(point.label)}, within ${Math.round(point.radiusKm)} km`}</title>
      {point.tone === 'alert' || isPointed ? (
        <circle cx={x} cy={y} r={radius + 5} class="ring" />
      ) : null}
      <circle cx={x} cy={y} r={radius} />
    </g>
  );
}

function Arc({ arc, view }: { readonly arc: MapArc; readonly view: View }): JSX.Element {
  const lines = arcBetween(arc.from, arc.to).map((piece) => lineThrough(view, piece));
  return <path class={`arc ${arc.tone}`} d={lines.join('')} />;
}

type Box = { readonly x: number; readonly y: number; readonly width: number };
type Label = {
  readonly text: string;
  readonly tone: Tone;
  /** Where its letters may begin or end, best first. */
  readonly spots: readonly (Pixel & { readonly anchor: 'start' | 'end' | 'middle' })[];
};

/** A guess on the generous side: system fonts differ. */
const letterWidth = 8.8;
const lineHeight = 17;

/** Names beside their dots; where all spots are taken, the lesser one is left to the table. */
function Labels(props: Pick<MapProps, 'points' | 'arcs'> & { readonly view: View }): JSX.Element {
  const taken: Box[] = props.points.map((point) => {
    const { x, y } = pixelOf(props.view, point);
    return { x: x - dotRadiusMax, y: y + 4, width: 2 * dotRadiusMax };
  });
  const shown = wanted(props).flatMap((label) => {
    const free = label.spots.find((spot) => {
      const box = boxOf(label.text, spot);
      const isInside = box.x >= 0 && box.x + box.width <= props.view.width;
      return isInside && taken.every((other) => !overlaps(box, other));
    });
    if (!free) return [];
    taken.push(boxOf(label.text, free));
    return [{ ...label, ...free }];
  });
  return (
    <g class="labels">
      {shown.map(({ x, y, text, tone, anchor }) => (
        <text key={text} x={x} y={y} class={tone} text-anchor={anchor}>
          {text}
        </text>
      ))}
    </g>
  );
}

function wanted({ points, arcs = [], view }: Parameters<typeof Labels>[0]): Label[] {
  const byWeight = [...points].sort(
    (a, b) => Number(b.tone === 'alert') - Number(a.tone === 'alert') || b.share - a.share,
  );
  const names = byWeight.map((point): Label => {
    const { x, y } = pixelOf(view, point);
    const spots = [
      { x: x + 18, y: y + 4, anchor: 'start' },
      { x: x - 18, y: y + 4, anchor: 'end' },
      { x, y: y - 18, anchor: 'middle' },
      { x, y: y + 27, anchor: 'middle' },
    ] as const;
    return { text: printable(point.label), tone: point.tone, spots };
  });
  const ways = arcs.flatMap((arc): Label[] => {
    const piece = arcBetween(arc.from, arc.to)[0] ?? [];
    const middle = piece[Math.floor(piece.length / 2)];
    if (!(arc.label && middle)) return [];
    const { x, y } = pixelOf(view, middle);
    const spots = [
      { x: x + 10, y: y - 6, anchor: 'start' },
      { x: x - 10, y: y - 6, anchor: 'end' },
    ] as const;
    return [{ text: arc.label, tone: arc.tone, spots }];
  });
  return [...names, ...ways];
}

function boxOf(text: string, { x, y, anchor }: Label['spots'][number]): Box {
  const width = text.length * letterWidth;
  return { x: anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2, y, width };
}

function overlaps(a: Box, b: Box): boolean {
  return Math.abs(a.y - b.y) < lineHeight && a.x < b.x + b.width && b.x < a.x + a.width;
}
