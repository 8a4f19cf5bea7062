// Text from gateways is hostile. Whatever could reorder, hide or steer what a reader sees is shown
// as a visible escape: control, format and bidirectional characters, line separators, invisible
// fillers, halves of surrogate pairs, private-use characters.

const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** A piece of text; an escape stands for one character that is not shown as itself. */
export type Piece = { readonly text: string; readonly isEscape: boolean };

const escapeOf = (character: string): string =>
  `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/** The text in pieces that are safe to show. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(unsafe)) {
    if (match.index > at) pieces.push({ text: text.slice(at, match.index), isEscape: false });
    pieces.push({ text: escapeOf(match[0]), isEscape: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), isEscape: false });
  return pieces;
}

/** The text as one safe string, for titles and labels. */
export const printable = (text: string): string => text.replace(unsafe, escapeOf);
