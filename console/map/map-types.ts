// The shapes that the map draws.

import type { Position } from './geometry.ts';

/** Usual, of a detection, or in the background. */
export type Tone = 'usual' | 'alert' | 'quiet';

export type MapPoint = Position & {
  readonly key: string;
  readonly label: string;
  readonly radiusKm: number;
  /** 0 to 1: the area of the dot. */
  readonly share: number;
  readonly tone: Tone;
  /** Keys of the points that this one stands for, where they are several. */
  readonly members?: readonly string[];
};

export type MapArc = {
  readonly from: Position;
  readonly to: Position;
  readonly tone: Tone;
  /** Stands at its middle. */
  readonly label?: string;
};
