// The detection as the API tells it, to copy into a ticket.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Detection } from './api-types.ts';
import { printable } from './printable.ts';

const lineBreak = /\n/;

export function RawDetection({ detection }: { readonly detection: Detection }): JSX.Element {
  const [said, setSaid] = useState('');
  const text = JSON.stringify(detection, null, 2);
  const copy = (what: string, value: string): void => {
    navigator.clipboard.writeText(value).then(
      () => setSaid(`${what} copied.`),
      () => setSaid('The browser does not allow copying: select the text instead.'),
    );
  };
  return (
    <>
      <p class="actions">
        <button type="button" onClick={() => copy('Link', location.href)}>
          Copy link
        </button>
        <button type="button" onClick={() => copy('JSON', text)}>
          Copy JSON
        </button>
        <span role="status">{said}</span>
      </p>
      <details>
        <summary>As JSON</summary>
        {/* Escapes stay valid JSON on the clipboard; here each line is made safe to look at. */}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls needs the keyboard. */}
        <pre tabIndex={0}>{text.split(lineBreak).map(printable).join('\n')}</pre>
      </details>
    </>
  );
}
