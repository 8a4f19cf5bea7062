// Which rows of a long table are in the document: those near the screen, as the window scrolls. The
// heights of the others stand before and after them. Rows are measured as they are drawn.

import {
  observeWindowOffset,
  observeWindowRect,
  Virtualizer,
  windowScroll,
} from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useCallback, useLayoutEffect, useReducer, useRef } from 'preact/hooks';

export type VirtualRows = {
  readonly shown: readonly { readonly index: number }[];
  /** Heights in pixels that stand for the rows not drawn. */
  readonly before: number;
  readonly after: number;
  /** Called with each row drawn. */
  readonly measure: (row: HTMLTableRowElement | null) => void;
  /** Scrolls to a row and gives the focus to its link. */
  readonly focus: (index: number) => void;
};

const estimatedPx = 56;
/** Rows drawn beyond the screen, so that a fast scroll shows no gap. */
const overscanRows = 12;
/** Room that the bar above leaves covered. */
const coveredPx = 72;

type Rows = Virtualizer<Window, HTMLTableRowElement>;

/**
 * @param count how many rows there are
 * @param body where they are drawn
 * @param keyOf what names a row while others come and go
 */
export function useRows(
  count: number,
  body: RefObject<HTMLElement | null>,
  keyOf: (index: number) => string | number,
): VirtualRows {
  const [, redraw] = useReducer<number, void>((drawn) => drawn + 1, 0);
  const held = useRef<Rows>(undefined);
  const focusOn = useRef<number>(undefined);
  const options = {
    count,
    getScrollElement: () => window,
    estimateSize: () => estimatedPx,
    getItemKey: keyOf,
    overscan: overscanRows,
    scrollMargin: topOf(body.current),
    scrollPaddingStart: coveredPx,
    scrollPaddingEnd: coveredPx,
    initialOffset: () => scrollY,
    initialRect: { width: innerWidth, height: innerHeight },
    scrollToFn: windowScroll,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    onChange: () => redraw(),
  };
  held.current ??= new Virtualizer<Window, HTMLTableRowElement>(options);
  const rows = held.current;
  rows.setOptions(options);
  useLayoutEffect(() => rows._didMount(), [rows]);
  useLayoutEffect(() => {
    rows._willUpdate();
    const wanted = focusOn.current;
    if (wanted === undefined) return;
    if (focusRow(body.current, wanted)) focusOn.current = undefined;
  });
  const measure = useCallback(
    (row: HTMLTableRowElement | null) => rows.measureElement(row),
    [rows],
  );
  const shown = rows.getVirtualItems();
  const margin = rows.options.scrollMargin;
  const [first, last] = [shown[0], shown.at(-1)];
  return {
    shown,
    before: first ? first.start - margin : 0,
    after: last ? rows.getTotalSize() - (last.end - margin) : 0,
    measure,
    focus: (index) => {
      rows.scrollToIndex(index, { align: 'auto' });
      focusOn.current = focusRow(body.current, index) ? undefined : index;
      redraw();
    },
  };
}

/** From the top of the document, in pixels. */
const topOf = (node: HTMLElement | null): number =>
  node === null ? 0 : node.getBoundingClientRect().top + scrollY;

/** @returns whether the row is there */
function focusRow(body: HTMLElement | null, index: number): boolean {
  const row = body?.querySelector(`tr[data-index="${index}"]`);
  const link = row?.querySelector<HTMLElement>('.row-link');
  link?.focus({ preventScroll: true });
  return link !== null && link !== undefined;
}
