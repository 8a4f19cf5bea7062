// Tables as text: the same lines fit a terminal and a Markdown page.

export type Column = { readonly title: string; readonly isText?: boolean };

/** A Markdown table with aligned columns. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, at) =>
    Math.max(title.length, 3, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const pad = (text: string, at: number): string =>
    columns[at]?.isText ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0);
  const line = (cells: readonly string[]): string => `| ${cells.map(pad).join(' | ')} |`;
  const rule = columns.map(({ isText }, at) => {
    const dashes = '-'.repeat((widths[at] ?? 3) - 1);
    return isText ? `:${dashes}` : `${dashes}:`;
  });
  const titles = columns.map(({ title }) => title);
  return [line(titles), line(rule), ...rows.map(line)].join('\n');
}

/** `12 345`: grouped, so that large numbers can be read. */
export function whole(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ' ');
}

export const fixed = (value: number, digits: number): string =>
  Number.isFinite(value) ? value.toFixed(digits) : '-';
