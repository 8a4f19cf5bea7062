// A drawing over time that the reader zooms: drawing the pointer over a stretch shows that stretch,
// buttons and keys do the same step by step. What is inside is drawn by others.

import type { ComponentChildren, JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { timeText } from '../text/clock-text.ts';
import type { Span } from './lanes.ts';
import { usePreferences } from './preferences.ts';
import { useNow } from './time.tsx';
import { zoomedBy, zoomMoved, zoomTo } from './zoom.ts';

const zoomStep = 2;
const moveShare = 0.5;
/** Less is a click. */
const drawnMinPx = 6;

type SurfaceProps = {
  readonly label: string;
  readonly whole: Span;
  readonly zoom: Span | undefined;
  readonly onZoom: (zoom: Span | undefined) => void;
  /** What is shown, in words, beside the buttons. */
  readonly note: ComponentChildren;
  readonly children: ComponentChildren;
};

/** Where a pointer drew from and to, as fractions of the width. */
type Drawn = readonly [from: number, to: number];

export function ZoomSurface(props: SurfaceProps): JSX.Element {
  const { label, whole, zoom, onZoom, note, children } = props;
  const steps = stepsOf(whole, zoom);
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = steps.find(({ keys }) => keys.includes(event.key));
    if (!step?.isPossible) return;
    event.preventDefault();
    event.stopPropagation();
    onZoom(step.to());
  };
  return (
    <fieldset class="zoom" aria-label={label} onKeyDown={press}>
      <div class="zoom-head">
        <p class="zoom-note" role="status">
          {note}
        </p>
        <span class="zoom-buttons">
          {steps.map(({ name, sign, keys, isPossible, to }) => (
            <button
              key={name}
              type="button"
              title={`${name} (${keys[0]})`}
              aria-label={name}
              disabled={!isPossible}
              onClick={() => onZoom(to())}
            >
              {sign}
            </button>
          ))}
        </span>
      </div>
      <Drawing span={zoom ?? whole} whole={whole} onZoom={onZoom}>
        {children}
      </Drawing>
    </fieldset>
  );
}

function stepsOf(whole: Span, zoom: Span | undefined) {
  const isZoomed = zoom !== undefined;
  const move = (share: number) => zoomMoved(zoom, share, whole);
  const by = (factor: number) => zoomedBy(zoom, factor, whole);
  const inside = zoom ?? whole;
  return [
    {
      name: 'Earlier',
      sign: '←',
      keys: ['ArrowLeft'],
      isPossible: inside.from > whole.from,
      to: () => move(-moveShare),
    },
    {
      name: 'Later',
      sign: '→',
      keys: ['ArrowRight'],
      isPossible: inside.to < whole.to,
      to: () => move(moveShare),
    },
    { name: 'Zoom in', sign: '+', keys: ['+', '='], isPossible: true, to: () => by(zoomStep) },
    { name: 'Zoom out', sign: '−', keys: ['-'], isPossible: isZoomed, to: () => by(1 / zoomStep) },
    {
      name: 'The whole time range',
      sign: '⤢',
      keys: ['0'],
      isPossible: isZoomed,
      to: () => undefined,
    },
  ];
}

type DrawingProps = {
  readonly span: Span;
  readonly whole: Span;
  readonly onZoom: (zoom: Span | undefined) => void;
  readonly children: ComponentChildren;
};

function Drawing({ span, whole, onZoom, children }: DrawingProps): JSX.Element {
  const surface = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<Drawn | undefined>(undefined);
  const { zone } = usePreferences();
  const now = useNow();
  const shareAt = ({ clientX }: PointerEvent): number => {
    const box = surface.current?.getBoundingClientRect();
    if (!box || box.width === 0) return 0;
    return Math.min(1, Math.max(0, (clientX - box.left) / box.width));
  };
  const timeAt = (share: number): number => span.from + share * (span.to - span.from);
  const ends = drawn && ([Math.min(...drawn), Math.max(...drawn)] as const);
  const choose = (): void => {
    setDrawn(undefined);
    const width = surface.current?.clientWidth ?? 0;
    if (!ends || (ends[1] - ends[0]) * width < drawnMinPx) return;
    onZoom(zoomTo({ from: timeAt(ends[0]), to: timeAt(ends[1]) }, whole));
  };
  return (
    <div
      class="zoom-surface"
      ref={surface}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrawn([shareAt(event), shareAt(event)]);
      }}
      onPointerMove={(event) => {
        if (drawn) setDrawn([drawn[0], shareAt(event)]);
      }}
      onPointerUp={choose}
      onPointerCancel={() => setDrawn(undefined)}
    >
      {children}
      {ends ? (
        <span
          class="zoom-drawn"
          style={{ left: `${ends[0] * 100}%`, width: `${(ends[1] - ends[0]) * 100}%` }}
        >
          {timeText(timeAt(ends[0]), zone, now)} to {timeText(timeAt(ends[1]), zone, now)}
        </span>
      ) : null}
    </div>
  );
}
