// Severity: always a word with a shape, never a colour alone.

import type { JSX } from 'preact';
import { printable } from '../text/printable.ts';

const shapes: Readonly<Record<string, string>> = {
  // Octagon, triangle, circle: distinguishable without colour, at 12 pixels, at a glance.
  high: 'M4 0h6l4 4v6l-4 4h-6l-4-4v-6z',
  medium: 'M7 .5l7 13h-14z',
  low: 'M7 1a6 6 0 1 1 0 12a6 6 0 1 1 0-12z',
};

/** The class that colours what belongs to a severity. */
export const toneOf = (severity: string): string =>
  Object.hasOwn(shapes, severity) ? `tone-${severity}` : 'tone-low';

export function SeverityShape({ severity }: { readonly severity: string }): JSX.Element {
  return (
    <svg class={`shape ${toneOf(severity)}`} viewBox="0 0 14 14" aria-hidden="true">
      <path d={shapes[severity] ?? shapes['low'] ?? ''} />
    </svg>
  );
}

export function Severity({ severity }: { readonly severity: string }): JSX.Element {
  return (
    <span class={`severity ${toneOf(severity)}`}>
      <SeverityShape severity={severity} />
      {printable(severity)}
    </span>
  );
}
