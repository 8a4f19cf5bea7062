// Saves a list as a file: the same filters, all parts one after the other. The file is made in the
// browser because a plain link could not carry a token.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { collect, type FileFormat, listFiles, partsMax } from '../api/files.ts';

type ExportProps = {
  /** Address of the JSON list, filters included. */
  readonly path: string;
  /** Name of the file without its ending. */
  readonly name: string;
  readonly formats?: readonly FileFormat[];
};

export function ExportButtons({ path, name, formats = listFiles }: ExportProps): JSX.Element {
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
