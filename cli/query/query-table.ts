// Tables on a terminal: columns as wide as their content, text from gateways escaped so that no
// name can move the cursor or reverse a line. It knows nothing of the API.

import { displayWidth, padDisplay } from '../../domain/display-width.ts';

export type Column<T> = { readonly title: string; readonly cell: (row: T) => string };

export type Table = {
  readonly title?: string;
  // Each question has rows of its own shape; a table only hands them to its columns.
  readonly columns: readonly Column<{ readonly [key: string]: unknown }>[];
  readonly rows: readonly { readonly [key: string]: unknown }[];
  /** Said instead of a table without rows; absent: nothing is. */
  readonly empty?: string;
};

const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Text with control, invisible and direction-changing characters as `\u{202e}`. */
export const shown = (text: string): string =>
  text.replace(unsafe, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`);

/** `2026-11-23 08:02`, in UTC: what is copied from a terminal should mean one moment. */
export const timeText = (time: string): string => shown(time.slice(0, 16).replace('T', ' '));

/** `38 min`, `3 h 30 min`. */
export function durationText(seconds: number): string {
  if (!Number.isFinite(seconds)) return '';
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** All tables as text; those without rows are left out or said to be empty. */
export function tablesText(tables: readonly Table[]): string {
  return tables
    .flatMap((table) => {
      if (table.rows.length === 0) return table.empty ? [`${table.empty}\n`] : [];
      return [`${table.title ? `${table.title}\n` : ''}${tableText(table)}`];
    })
    .join('\n');
}

function tableText({ columns, rows }: Table): string {
  const head = columns.map(({ title }) => title.toUpperCase());
  const body = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const hasHead = head.some((title) => title !== '');
  const lines = hasHead ? [head, ...body] : body;
  const widths = columns.map((_, at) =>
    Math.max(...lines.map((line) => displayWidth(line[at] ?? ''))),
  );
  return lines
    .map((line) => line.map((cell, at) => padDisplay(cell, widths[at] ?? 0)))
    .map((cells) => `${cells.join('  ').trimEnd()}\n`)
    .join('');
}
