// The detection as the API returns it and as security products read it, to copy into a ticket.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useApi } from '../api/api.ts';
import { apiPaths, exportPath } from '../api/paths.ts';
import type { Detection } from '../api/types.ts';
import { printable } from '../text/printable.ts';

const lineBreak = /\n/;

export function RawDetection({ detection }: { readonly detection: Detection }): JSX.Element {
  const [said, setSaid] = useState('');
  const ocsf = useApi<unknown>(`${exportPath(apiPaths.detection(detection.id))}?format=ocsf`, 0);
  const text = JSON.stringify(detection, null, 2);
  const ocsfText = ocsf.kind === 'ok' ? JSON.stringify(ocsf.data, null, 2) : '';
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
        <button type="button" disabled={ocsfText === ''} onClick={() => copy('OCSF', ocsfText)}>
          Copy OCSF
        </button>
        <span role="status">{said}</span>
      </p>
      <Raw title="As JSON" text={text} />
      <Raw title="As OCSF Detection Finding" text={ocsfText} />
    </>
  );
}

function Raw({ title, text }: { readonly title: string; readonly text: string }): JSX.Element {
  return (
    <details>
      <summary>{title}</summary>
      {/* Escapes stay valid JSON on the clipboard; here each line is made safe to look at. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls needs the keyboard. */}
      <pre tabIndex={0}>{text.split(lineBreak).map(printable).join('\n')}</pre>
    </details>
  );
}
