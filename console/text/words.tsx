// A sentence of the console: its facts are emphasised, its names are escaped.

import type { JSX } from 'preact';
import type { Words } from './sentences.ts';
import { Untrusted } from './text.tsx';

export function Sentence({ words, class: name }: { words: Words; class?: string }): JSX.Element {
  return (
    <p class={`sentence ${name ?? ''}`}>
      {words.map(({ text, isStrong }, at) =>
        isStrong ? (
          <strong key={at}>
            <Untrusted text={text} />
          </strong>
        ) : (
          <span key={at}>
            <Untrusted text={text} />
          </span>
        ),
      )}
    </p>
  );
}
