// Progress where nobody can write over a line: some lines, never silence and never a flood.

import { makeProgressLine } from '../../local/progress-line.ts';

function shown(isInteractive: boolean, everyMs: number, count: number): string[] {
  const written: string[] = [];
  let now = 0;
  const line = makeProgressLine(
    (text) => written.push(text),
    isInteractive,
    () => now,
  );
  for (let at = 1; at <= count; at += 1) {
    now += everyMs;
    line.show(`${at} of ${count}`);
  }
  line.end('done');
  return written;
}

it('is a line every five seconds in a file or a pipe, and the last', () => {
  expect(shown(false, 100, 120)).toEqual(['50 of 120\n', '100 of 120\n', 'done\n']);
});

it('is nothing but its end where that comes at once', () => {
  expect(shown(false, 1, 100)).toEqual(['done\n']);
});

it('is one line that is written over on a terminal, at most ten times a second', () => {
  const written = shown(true, 20, 100);

  expect(written).toHaveLength(21);
  expect(written.slice(0, -1).every((text) => text.startsWith('\r') && !text.includes('\n'))).toBe(
    true,
  );
  // What stood there before is covered.
  expect(written.at(-1)).toBe('\rdone     \n');
});
