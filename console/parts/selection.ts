// What is selected of a list: one row more or less, or all rows of a stretch. Pure.

import type { Selection } from './list-types.ts';

type Selecting = Pick<Selection, 'keys' | 'onChange'>;

/** Selects a row, or not any more. */
export function toggle({ keys, onChange }: Selecting, key: string): void {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  onChange(next);
}

/**
 * Selects every row from the one selected last to this one; with none selected, this one.
 * @param rows keys of the list, in its order
 */
export function selectThrough(
  { keys, onChange }: Selecting,
  rows: readonly string[],
  key: string,
): void {
  const [from, to] = [rows.indexOf([...keys].at(-1) ?? key), rows.indexOf(key)];
  const begin = from === -1 ? to : Math.min(from, to);
  const added = rows.slice(begin, Math.max(from, to) + 1);
  // This one last, so that the next stretch begins at it.
  onChange(new Set([...keys, ...added].filter((one) => one !== key).concat(key)));
}
