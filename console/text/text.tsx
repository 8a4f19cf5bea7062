// The only way text from the network gets into the document: as text nodes, isolated from what
// surrounds them, with escapes in place of characters that could deceive.

import type { JSX } from 'preact';
import { piecesOf } from './printable.ts';

/** A name, address or other text from outside. */
export function Untrusted({ text }: { readonly text: string }): JSX.Element {
  return (
    <bdi dir="auto">
      {piecesOf(text).map((piece) =>
        piece.isEscape ? (
          <span class="escape" title="a character that is not shown as itself">
            {piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
    </bdi>
  );
}

/** An address or an identifier, in a fixed width. */
export function Code({ text }: { readonly text: string }): JSX.Element {
  return (
    <code>
      <Untrusted text={text} />
    </code>
  );
}
