// The one list of the console: columns that sort, rows that are selected and worked through by key,
// any number of rows with only those near the screen in the document. What is what (columns, order,
// selection) is table-core's, which rows are near is virtual-core's, what is drawn is ours: a table
// for a screen reader, cards on a narrow screen. The page itself scrolls, so Back finds the row.

import {
  constructTable,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/table-core';
import { storeReactivityBindings } from '@tanstack/table-core/store-reactivity-bindings';
import type { JSX, RefObject } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { grouped } from '../text/clock-text.ts';
import { More } from './answers.tsx';
import { useOwnKeys } from './keyboard.ts';
import { Row, Spacer } from './list-rows.tsx';
import type { ListColumn, ListProps } from './list-types.ts';
import { selectThrough, toggle } from './selection.ts';
import { useRows, type VirtualRows } from './virtual-rows.ts';

/** Rows before the end of what is loaded at which the next page is asked for. */
const aheadRows = 15;

export function List<T>(props: ListProps<T>): JSX.Element {
  const { rows, more, isLoadingMore = false, moreProblem, empty } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const virtual = useRows(rows.length, body, (at) => {
    const row = rows[at];
    return row === undefined ? at : props.keyOf(row);
  });
  useCursorKeys(props, virtual);
  const last = virtual.shown.at(-1)?.index ?? 0;
  const isNearEnd = rows.length > 0 && last >= rows.length - aheadRows;
  useEffect(() => {
    if (isNearEnd && more && !isLoadingMore && moreProblem === undefined) more();
  }, [isNearEnd, rows.length, isLoadingMore, moreProblem]);
  if (rows.length === 0) return <div class="empty">{empty}</div>;
  return (
    <>
      <ListTable list={props} virtual={virtual} body={body} />
      <More
        more={more}
        isLoading={isLoadingMore}
        problem={moreProblem}
        label={`${props.moreLabel} (${grouped(rows.length)} shown)`}
      />
    </>
  );
}

const features = tableFeatures({
  coreReactivityFeature: storeReactivityBindings(),
  rowSelectionFeature,
  rowSortingFeature,
});

/** The table of the library over these rows: which columns, in which order, which selected. */
function useTable<T>({ columns, rows, keyOf, order, onOrder, selection }: ListProps<T>) {
  const rowSelection = useMemo(
    () => Object.fromEntries([...(selection?.keys ?? [])].map((key) => [key, true as const])),
    [selection?.keys],
  );
  const sorting = order ? [{ id: order.by, desc: order.isDescending }] : [];
  const options = {
    features,
    data: rows as readonly object[],
    columns: columns.map(({ id, title, isSortable }) => ({
      id,
      header: title,
      accessorFn: () => undefined,
      enableSorting: isSortable ?? false,
      sortDescFirst: true,
    })),
    getRowId: (row: object) => keyOf(row as T),
    manualSorting: true,
    enableSortingRemoval: false,
    state: { sorting, rowSelection },
    onSortingChange: (change: Change<typeof sorting>) => {
      const [first] = typeof change === 'function' ? change(sorting) : change;
      if (first) onOrder?.({ by: first.id, isDescending: first.desc });
    },
    onRowSelectionChange: (change: Change<Record<string, true>>) => {
      const chosen = typeof change === 'function' ? change(rowSelection) : change;
      selection?.onChange(new Set(Object.keys(chosen)));
    },
  };
  const table = useMemo(() => constructTable(options), []);
  table.setOptions((before) => ({ ...before, ...options }));
  return table;
}

type Change<S> = S | ((before: S) => S);

type TableProps<T> = {
  readonly list: ListProps<T>;
  readonly virtual: VirtualRows;
  readonly body: RefObject<HTMLTableSectionElement | null>;
};

function ListTable<T>({ list, virtual, body }: TableProps<T>): JSX.Element {
  const { caption, columns, rows, selection, total = rows.length } = list;
  const table = useTable(list);
  const width = columns.length + (selection ? 1 : 0);
  return (
    <table role="table" class="wide list" aria-rowcount={total + 1}>
      <caption class="unseen">{caption}</caption>
      <colgroup>
        {selection ? <col style={{ width: '2.2rem' }} /> : null}
        {columns.map(({ id, width: wide }) => (
          <col key={id} style={wide === undefined ? {} : { width: wide }} />
        ))}
      </colgroup>
      <thead role="rowgroup">
        <tr role="row" aria-rowindex={1}>
          {selection ? (
            <th role="columnheader" scope="col" class="pick">
              <input
                type="checkbox"
                aria-label="Select all shown"
                checked={table.getIsAllRowsSelected()}
                ref={(node) => {
                  if (node)
                    node.indeterminate =
                      !table.getIsAllRowsSelected() && table.getIsSomeRowsSelected();
                }}
                onChange={({ currentTarget }) => table.toggleAllRowsSelected(currentTarget.checked)}
              />
            </th>
          ) : null}
          {table.getFlatHeaders().map(({ column }, at) => (
            <Heading key={column.id} column={column} of={columns[at]} />
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" ref={body}>
        <Spacer height={virtual.before} width={width} />
        {virtual.shown.map(({ index }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <Row key={list.keyOf(row)} list={list} row={row} index={index} virtual={virtual} />
          );
        })}
        <Spacer height={virtual.after} width={width} />
      </tbody>
    </table>
  );
}

type Sortable = {
  readonly getCanSort: () => boolean;
  readonly getIsSorted: () => false | 'asc' | 'desc';
  readonly toggleSorting: () => void;
};

const directions = { asc: 'ascending', desc: 'descending' } as const;

function Heading<T>(props: { column: Sortable; of: ListColumn<T> | undefined }): JSX.Element {
  const { column, of } = props;
  const sorted = column.getIsSorted();
  return (
    <th
      role="columnheader"
      scope="col"
      class={of?.isNumber ? 'number' : undefined}
      aria-sort={sorted === false ? undefined : directions[sorted]}
    >
      {column.getCanSort() ? (
        <button type="button" class="sort" onClick={() => column.toggleSorting()}>
          {of?.title}
          <span aria-hidden="true">{sorted === false ? '' : sorted === 'asc' ? ' ↑' : ' ↓'}</span>
        </button>
      ) : (
        of?.title
      )}
    </th>
  );
}

/**
 * `j`, `k` move, `x` selects, `X` all from the one selected last. The focus goes along, so that
 * Enter opens the row.
 */
function useCursorKeys<T>(list: ListProps<T>, virtual: VirtualRows): void {
  const { rows, keyOf, cursor, onCursor, selection } = list;
  useOwnKeys((pressed) => {
    if (!onCursor || rows.length === 0) return false;
    const at = rows.findIndex((row) => keyOf(row) === cursor);
    if (pressed === 'x' && selection && cursor !== undefined && at !== -1) {
      toggle(selection, cursor);
      return true;
    }
    if (pressed === 'X' && selection && cursor !== undefined && at !== -1) {
      selectThrough(selection, rows.map(keyOf), cursor);
      return true;
    }
    if (pressed !== 'j' && pressed !== 'k') return false;
    const by = pressed === 'j' ? 1 : -1;
    const isFirst = at === -1 || !document.activeElement?.closest('tr[data-key]');
    const to = at === -1 ? 0 : isFirst && by === 1 && at === 0 ? 0 : at + by;
    const row = rows[to];
    if (row === undefined) return true;
    onCursor(keyOf(row));
    virtual.focus(to);
    return true;
  });
}
