// How a reader moves a map: buttons for who uses no pointer, dragging for who does. The wheel keeps
// scrolling the page.

import type { JSX, SVGAttributes } from 'preact';
import { useState } from 'preact/hooks';
import type { Pixel, View } from './geometry.ts';
import { atRest, dragged, type Moved, zoomed } from './moving-view.ts';

export type Mover = {
  readonly moved: Moved;
  readonly set: (moved: Moved) => void;
  readonly reset: () => void;
};

export function useMover(): Mover {
  const [moved, set] = useState<Moved>(atRest);
  return { moved, set, reset: () => set(atRest) };
}

const zoomStep = 1.8;
/** A press of an arrow moves by this much of the map. */
const arrowShare = 0.2;

type ControlsProps = { readonly mover: Mover; readonly view: View };

export function MapControls({ mover, view }: ControlsProps): JSX.Element {
  const { moved, set, reset } = mover;
  const by = (x: number, y: number): void =>
    set(dragged(moved, view, x * view.width * arrowShare, y * view.height * arrowShare));
  const buttons = [
    ['Zoom in', '+', () => set(zoomed(moved, zoomStep))],
    ['Zoom out', '−', () => set(zoomed(moved, 1 / zoomStep))],
    ['West', '←', () => by(1, 0)],
    ['East', '→', () => by(-1, 0)],
    ['North', '↑', () => by(0, 1)],
    ['South', '↓', () => by(0, -1)],
    ['Show everything', '⤢', reset],
  ] as const;
  return (
    <fieldset class="map-controls" aria-label="Move the map">
      {buttons.map(([name, sign, press]) => (
        <button key={name} type="button" aria-label={name} title={name} onClick={press}>
          {sign}
        </button>
      ))}
    </fieldset>
  );
}

/** A pointer that went less far has pressed a point, pixels. */
const pressMaxPx = 5;
let pressed: Pixel | undefined;

/**
 * Listeners that move the map with the pointer.
 * @param onPress a place of the drawing was pressed, not drawn over
 */
export function dragging(
  { moved, set }: Mover,
  view: View,
  onPress?: (at: Pixel) => void,
): SVGAttributes<SVGSVGElement> {
  return {
    onPointerDown: (event) => {
      pressed = { x: event.clientX, y: event.clientY };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event) => {
      if (event.buttons !== 1) return;
      set(dragged(moved, view, event.movementX, event.movementY));
    },
    onPointerUp: (event) => {
      const { clientX, clientY, currentTarget } = event;
      const far = pressed ? Math.hypot(clientX - pressed.x, clientY - pressed.y) : Infinity;
      pressed = undefined;
      if (far > pressMaxPx || !onPress) return;
      const box = currentTarget.getBoundingClientRect();
      const scale = view.width / box.width;
      onPress({ x: (clientX - box.left) * scale, y: (clientY - box.top) * scale });
    },
    // Pressing twice is nearer, unless each press means something.
    ...(onPress ? {} : { onDblClick: () => set(zoomed(moved, zoomStep)) }),
  };
}
