// Rows of a list by key: one by one, and stretches that go on where the last one ended.

import { selectThrough, toggle } from '../../../console/parts/selection.ts';

const rows = ['a', 'b', 'c', 'd', 'e', 'f'];

/** A selection, and what a list does with it. */
function selecting() {
  let keys: ReadonlySet<string> = new Set();
  const onChange = (next: ReadonlySet<string>): void => {
    keys = next;
  };
  const own = () => ({ keys, onChange });
  return {
    toggle: (key: string) => toggle(own(), key),
    through: (key: string, shown = rows) => selectThrough(own(), shown, key),
    found: () => rows.filter((key) => keys.has(key)).join(''),
  };
}

it('selects a row, and no longer', () => {
  const list = selecting();
  list.toggle('b');
  list.toggle('d');
  list.toggle('b');
  expect(list.found()).toBe('d');
});

it('selects all rows from the one selected last, downwards and upwards', () => {
  const list = selecting();
  list.toggle('b');
  list.through('d');
  expect(list.found()).toBe('bcd');
  list.toggle('f');
  list.through('e');
  expect(list.found()).toBe('bcdef');
  list.through('a');
  expect(list.found()).toBe('abcdef');
});

it('selects one row where none was, or the last one is not listed any more', () => {
  const list = selecting();
  list.through('c');
  expect(list.found()).toBe('c');
  list.through('f', ['d', 'e', 'f']);
  expect(list.found()).toBe('cf');
});
