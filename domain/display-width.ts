// How many columns of a terminal a text takes: two for wide characters of East Asia and emoji, none
// for marks that stand on the character before (Unicode UAX #11 and UAX #29).

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });
const wideScripts = ['Han', 'Hangul', 'Hiragana', 'Katakana', 'Bopomofo', 'Yi'];
const wideKinds = [
  ...wideScripts.map((script) => `\\p{Script=${script}}`),
  '\\p{Emoji_Presentation}',
  '[\\u3000-\\u303E\\uFF01-\\uFF60\\uFFE0-\\uFFE6]',
];
const wide = new RegExp(`^(?:${wideKinds.join('|')})`, 'u');
const halfWidth = /^[\uFF61-\uFFDC]/u;
const asciiOnly = /^[\x20-\x7E]*$/;

/** Columns of the text; it holds no control characters. */
export function displayWidth(text: string): number {
  if (asciiOnly.test(text)) return text.length;
  let width = 0;
  for (const { segment } of characters.segment(text)) {
    const isWide = !halfWidth.test(segment) && (wide.test(segment) || segment.includes('\uFE0F'));
    width += isWide ? 2 : 1;
  }
  return width;
}

/** The text with blanks behind it, as wide as `width`. */
export const padDisplay = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - displayWidth(text)));
