// Comparing plain data (what JSON can hold) by content, whatever the order of its keys: a value
// that was stored and read back is the same value.

/** Whether two plain values hold the same; `undefined` fields count as absent. */
export function isSameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Readonly<Record<string, unknown>>, b as typeof a];
  for (const name in left) {
    if (!isSameValue(left[name], (right as typeof left)[name])) return false;
  }
  for (const name in right) {
    if (left[name] === undefined && (right as typeof left)[name] !== undefined) return false;
  }
  return true;
}

/** One text for one content: JSON with sorted keys. For ordering what differs; it is slow. */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalText(field)}`);
  return `{${fields.join()}}`;
}
