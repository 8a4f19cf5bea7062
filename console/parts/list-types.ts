// What a list is given: columns, rows, order, selection, the row that keys act on, further pages.

import type { ComponentChildren } from 'preact';
import type { Problem } from '../api/types.ts';

export type ListColumn<T> = {
  /** Of the column, and the order's name at the API. */
  readonly id: string;
  readonly title: string;
  readonly cell: (row: T) => ComponentChildren;
  /** CSS width; the rest is shared by columns without one. */
  readonly width?: string;
  readonly isNumber?: boolean;
  /** Names the row: read first by a screen reader, and the heading of the card. */
  readonly isHead?: boolean;
  /** The API can order by it. */
  readonly isSortable?: boolean;
};

export type Order = { readonly by: string; readonly isDescending: boolean };

export type Selection = {
  readonly keys: ReadonlySet<string>;
  readonly onChange: (keys: ReadonlySet<string>) => void;
  /** What a row is called, for who hears its box. */
  readonly nameOf: (key: string) => string;
};

export type ListProps<T> = {
  readonly caption: string;
  readonly columns: readonly ListColumn<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly classOf?: (row: T) => string | undefined;
  /** All rows there are, where known; more than `rows` while they are not loaded. */
  readonly total?: number | undefined;
  readonly order?: Order | undefined;
  readonly onOrder?: (order: Order) => void;
  readonly selection?: Selection | undefined;
  /** The row that keys act on. */
  readonly cursor?: string | undefined;
  readonly onCursor?: (key: string) => void;
  readonly more?: (() => void) | undefined;
  readonly isLoadingMore?: boolean;
  readonly moreProblem?: Problem | undefined;
  readonly moreLabel: string;
  readonly empty: ComponentChildren;
};
