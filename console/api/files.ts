// Lists and cases as files of the API: their formats, and all parts one after the other.

import { exportPath } from './paths.ts';
import { authorized } from './sign-in.ts';

/** Format as the API names it, its button, and how the name of the file ends. */
export type FileFormat = readonly [format: string, title: string, ending: string];

export const listFiles: readonly FileFormat[] = [
  ['csv', 'CSV', 'csv'],
  ['ndjson', 'NDJSON', 'ndjson'],
];
export const caseFiles: readonly FileFormat[] = [
  ['markdown', 'Markdown', 'md'],
  ['ocsf', 'OCSF', 'ocsf.ndjson'],
];
/** Parts of 1,000 rows in one file; a longer list is cut and says so. */
export const partsMax = 20;
const nextLink = /<(\?[^>]*)>; rel="next"/;

/**
 * All parts of a file, in order; none: the API refused one of them.
 * @param path address of the JSON list or of one thing, filters included
 * @returns `isCut`: there are more parts
 */
export async function collect(
  path: string,
  format: FileFormat[0],
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
