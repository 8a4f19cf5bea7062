// Padding around a text: blanks, and the NUL that ends or fills a fixed field in C. Gateways send
// both (User-Name and Calling-Station-Id ending in NUL, in a blank, in CR LF). ASCII alone: other
// blanks may be part of a name.

const space = 0x20;
const tab = 0x09;
const carriageReturn = 0x0d;

/** NUL, blank, and tab to carriage return (HT, LF, VT, FF, CR). */
function isPadding(code: number): boolean {
  return code === 0 || code === space || (code >= tab && code <= carriageReturn);
}

/** The text without padding at either end. What is inside stays as it is. */
export function withoutPadding(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isPadding(text.charCodeAt(from))) from += 1;
  while (to > from && isPadding(text.charCodeAt(to - 1))) to -= 1;
  return to - from === text.length ? text : text.slice(from, to);
}
