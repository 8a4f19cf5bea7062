// Comma-separated values (RFC 4180) that a spreadsheet shows and does not run: text that would be
// a formula gets an apostrophe, characters that hide or reorder text become visible escapes.
// Numbers of our own are written as they are: "-0.1" is a longitude, not a formula.

export type Cell = string | number | boolean | undefined;

const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** What spreadsheets take for the begin of a formula, full-width forms included. */
const formula = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;

/** Lines with CRLF; the first names the columns. */
export function csvText(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(cellText).join(',')}\r\n`).join('');
}

function cellText(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell !== 'string') return `${cell}`;
  const visible = printable(cell);
  // Told before escaping as well: a tab or carriage return may begin a formula.
  const isFormula = formula.test(visible) || /^[\t\r\n]/.test(cell);
  const text = isFormula ? `'${visible}` : visible;
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Text with control, invisible and direction-changing characters as `\u{202e}`. */
function printable(text: string): string {
  return text.replace(unsafe, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`);
}

/** JSON on one line in which such characters are escaped: the same data, safe to look at. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(unsafe, (one) =>
    [...Array(one.length).keys()]
      .map((at) => `\\u${one.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
