// The rows of a list: what is drawn for each, and what stands for those that are not.

import type { JSX } from 'preact';
import type { ListProps } from './list-types.ts';
import { selectThrough, toggle } from './selection.ts';
import type { VirtualRows } from './virtual-rows.ts';

/** Stands for the rows that are not drawn. */
export function Spacer({ height, width }: { height: number; width: number }): JSX.Element | null {
  if (height <= 0) return null;
  return (
    <tr role="presentation" class="spacer">
      <td role="presentation" colSpan={width} style={{ height: `${height}px` }} />
    </tr>
  );
}

type RowProps<T> = {
  readonly list: ListProps<T>;
  readonly row: T;
  readonly index: number;
  readonly virtual: VirtualRows;
};

export function Row<T>({ list, row, index, virtual }: RowProps<T>): JSX.Element {
  const { columns, selection, cursor, onCursor } = list;
  const key = list.keyOf(row);
  const isSelected = selection?.keys.has(key) ?? false;
  const names = [
    list.classOf?.(row),
    isSelected ? 'selected' : undefined,
    key === cursor ? 'cursor' : undefined,
  ].filter((name) => name !== undefined);
  return (
    <tr
      role="row"
      ref={virtual.measure}
      data-index={index}
      data-key={key}
      aria-rowindex={index + 2}
      aria-selected={selection ? isSelected : undefined}
      class={names.join(' ')}
      onFocusIn={() => onCursor?.(key)}
      onClick={() => onCursor?.(key)}
    >
      {selection ? (
        <td role="cell" class="pick">
          <input
            type="checkbox"
            checked={isSelected}
            aria-label={`Select ${selection.nameOf(key)}`}
            onClick={(event) => {
              if (event.shiftKey) selectThrough(selection, list.rows.map(list.keyOf), key);
              else toggle(selection, key);
            }}
          />
        </td>
      ) : null}
      {columns.map((column) => {
        const shared = {
          class: column.isNumber ? 'number' : column.isHead ? 'head' : undefined,
          'data-title': column.title,
        };
        const content = <div class="cell">{column.cell(row)}</div>;
        return column.isHead ? (
          <th key={column.id} role="rowheader" scope="row" {...shared}>
            {content}
          </th>
        ) : (
          <td key={column.id} role="cell" {...shared}>
            {content}
          </td>
        );
      })}
    </tr>
  );
}
