import fc from 'fast-check';
import { piecesOf, printable } from '../../../console/text/printable.ts';
import { anyCharacter } from '../../support/any-character.ts';

const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

describe('text from gateways', () => {
  it('is shown as it is when it is harmless, in any script', () => {
    for (const name of ['alice@contoso.com', 'CONTOSO\\älice', 'ויקטור', '山田太郎', '<b>&amp;']) {
      expect(printable(name)).toBe(name);
    }
  });

  it('shows characters that reorder, hide or steer as escapes', () => {
    expect(printable('a\u202ecod.exe')).toBe('a\\u{202e}cod.exe');
    expect(printable('a\u0000\u001b[31m')).toBe('a\\u{0}\\u{1b}[31m');
    expect(printable('admin\u200b')).toBe('admin\\u{200b}');
    expect(printable('admin\u3164')).toBe('admin\\u{3164}');
    expect(printable('a\u{e0041}')).toBe('a\\u{e0041}');
    expect(printable('half \ud800')).toBe('half \\u{d800}');
  });

  it('holds nothing invisible afterwards, whatever came, and loses nothing visible', () => {
    const anyText = fc.string({ unit: anyCharacter, maxLength: 60 });
    fc.assert(
      fc.property(anyText, (text) => {
        const pieces = piecesOf(text);
        expect(pieces.map((piece) => piece.text).join('')).toBe(printable(text));
        expect(printable(text)).not.toMatch(invisible);
        const kept = pieces.filter((piece) => !piece.isEscape).map((piece) => piece.text);
        const visible = [...text].filter((character) => !invisible.test(character));
        expect(kept.join('')).toBe(visible.join(''));
      }),
    );
  });
});
