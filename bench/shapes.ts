// npm run shapes: the pictures of how terms are weighed, for docs/detection.md. From the table that
// ships; --check says whether the picture there is of this table.

import { readFileSync, writeFileSync } from 'node:fs';
import { shapesPicture } from './train/shapes-picture.ts';

const path = new URL('../docs/images/shapes.svg', import.meta.url);
const picture = shapesPicture();
if (!process.argv.includes('--check')) writeFileSync(path, picture);
else if (readFileSync(path, 'utf8') !== picture) {
  console.error('docs/images/shapes.svg is of another table: npm run shapes');
  process.exitCode = 1;
}
