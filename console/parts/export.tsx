// Saves a list as a file: the same filters, all parts one after the other. The file is made in the
// browser because a plain link could not carry a token.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { exportPath } from '../api/paths.ts';
import { authorized } from '../api/sign-in.ts';

/** Format as the API names it, its button, and how the name of the file ends. */
type FileFormat = readonly [format: string, title: string, ending: string];

const lists: readonly FileFormat[] = [
  ['csv', 'CSV', 'csv'],
  ['ndjson', 'NDJSON', 'ndjson'],
];
/** Parts of 1,000 rows in one file; a longer list is cut and says so. */
const partsMax = 20;
const nextLink = /<(\?[^>]*)>; rel="next"/;

type ExportProps = {
  /** Address of the JSON list, filters included. */
  readonly path: string;
  /** Name of the file without its ending. */
  readonly name: string;
  readonly formats?: readonly FileFormat[];
};

export function ExportButtons({ path, name, formats = lists }: ExportProps): JSX.Element {
  const [said, setSaid] = useState('');
  const save = async ([format, , ending]: FileFormat): Promise<void> => {
    setSaid('Collecting …');
    const { texts, isCut } = await collect(path, format);
    if (texts.length === 0) {
      setSaid('The export failed: try again.');
      return;
    }
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob(texts));
    link.download = `${name}.${ending}`;
    link.click();
    URL.revokeObjectURL(link.href);
    setSaid(isCut ? `The first ${partsMax * 1000} rows: choose a shorter time for the rest.` : '');
  };
  return (
    <span class="export">
      {formats.map((one) => (
        <button
          key={one[0]}
          type="button"
          class="quiet"
          data-export={one[0]}
          onClick={() => void save(one).catch(reportError)}
        >
          {one[1]}
        </button>
      ))}
      <span role="status">{said}</span>
    </span>
  );
}

async function collect(
  path: string,
  format: string,
): Promise<{ readonly texts: string[]; readonly isCut: boolean }> {
  const texts: string[] = [];
  const [list = ''] = path.split('?');
  const base = exportPath(list);
  const query = new URLSearchParams(path.slice(list.length));
  query.delete('limit');
  query.set('format', format);
  let next: string | undefined = `${base}?${query}`;
  while (next !== undefined && texts.length < partsMax) {
    const response: Response = await authorized(next);
    if (!response.ok) return { texts: [], isCut: false };
    const text = await response.text();
    // Every part of a CSV names its columns; a file does so once.
    const isLater = format === 'csv' && texts.length > 0;
    texts.push(isLater ? text.slice(text.indexOf('\n') + 1) : text);
    const link = nextLink.exec(response.headers.get('link') ?? '')?.[1];
    next = link === undefined ? undefined : base + link;
  }
  return { texts, isCut: next !== undefined };
}
