// The known name that a mistyped one most likely means: for configuration, options and flags.

/** Names are short: so many letters count. */
const lettersMax = 64;

/**
 * The known name that differs from `typed` by the fewest letters to add, drop or change
 * (Levenshtein; case, `-`, `_` and blanks count for nothing).
 * @returns undefined when none is near: at most a third of the letters, or two, may differ
 */
export function nearestName(typed: string, known: readonly string[]): string | undefined {
  const wanted = plain(typed);
  const near = known
    .map((name) => ({ name, distance: editDistance(wanted, plain(name)) }))
    .filter(({ name, distance }) => distance <= Math.max(2, name.length / 3))
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.name;
}

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[-_\s]/g, '')
    .slice(0, lettersMax);

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const dropped = (previous[column] ?? 0) + 1;
      current.push(Math.min(replaced, dropped, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
