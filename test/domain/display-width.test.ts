// Columns of a terminal; the expected widths are those of Unicode's East Asian Width and of
// grapheme clusters.

import { displayWidth, padDisplay } from '../../domain/display-width.ts';

it.each([
  ['', 0],
  ['alice@contoso.com', 17],
  ['Zürich', 6],
  ['Zu\u0308rich', 6],
  ['東京', 4],
  ['서울', 4],
  ['ﾄｳｷｮｳ', 5],
  ['Москва', 6],
  ['ＡＢ', 4],
  ['👍🏽', 2],
  ['🇫🇷', 2],
])('%s takes %i', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

it('pads to one edge', () => {
  const padded = ['東京', 'Lyon', 'Zu\u0308rich'].map((text) => padDisplay(text, 8));

  expect(padded.map(displayWidth)).toEqual([8, 8, 8]);
});
