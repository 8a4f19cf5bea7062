// Tables. Wide ones show their rows as cards on a narrow screen and remain tables for a screen
// reader: roles are explicit because browsers drop them with `display: block`.

import type { ComponentChildren, JSX } from 'preact';

export type Column<T> = {
  readonly title: string;
  readonly cell: (row: T) => ComponentChildren;
  readonly isNumber?: boolean;
  /** Names the row: read first by a screen reader, and the heading of the card. */
  readonly isHead?: boolean;
};

type TableProps<T> = {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly classOf?: (row: T) => string | undefined;
  /** A row the pointer is on, to show it elsewhere too. */
  readonly onPoint?: (row: T | undefined) => void;
  /** Too wide for a telephone. */
  readonly isWide?: boolean;
  /** What stands in place of no rows. */
  readonly empty?: string;
};

export function Table<T>(props: TableProps<T>): JSX.Element {
  const { caption, columns, rows, isWide, empty = 'Nothing yet.' } = props;
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    <table role="table" class={isWide ? 'wide' : undefined}>
      <caption class="unseen">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th key={column.title} role="columnheader" scope="col" class={classOfCell(column)}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <Row key={props.keyOf(row)} row={row} table={props} />
        ))}
      </tbody>
    </table>
  );
}

function Row<T>({ row, table }: { row: T; table: TableProps<T> }): JSX.Element {
  const { columns, classOf, onPoint } = table;
  const pointing = onPoint && {
    onMouseEnter: () => onPoint(row),
    onMouseLeave: () => onPoint(undefined),
  };
  return (
    <tr role="row" class={classOf?.(row)} {...pointing}>
      {columns.map((column) => {
        const shared = { class: classOfCell(column), 'data-title': column.title };
        const content = <div class="cell">{column.cell(row)}</div>;
        return column.isHead ? (
          <th key={column.title} role="rowheader" scope="row" {...shared}>
            {content}
          </th>
        ) : (
          <td key={column.title} role="cell" {...shared}>
            {content}
          </td>
        );
      })}
    </tr>
  );
}

function classOfCell<T>({ isNumber, isHead }: Column<T>): string | undefined {
  return isNumber ? 'number' : isHead ? 'head' : undefined;
}

type ShareProps = { readonly share: number; readonly text: string };

/** A share of a whole: the number, and a bar to compare at a glance. */
export function Share({ share, text }: ShareProps): JSX.Element {
  return (
    <span class="share">
      <span class="share-bar" aria-hidden="true">
        <span style={{ width: `${Math.max(2, share * 100)}%` }} />
      </span>
      <span class="share-text">{text}</span>
    </span>
  );
}
