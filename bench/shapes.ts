// npm run shapes: the pictures of how terms are weighed, for docs/detection.md, from the table that
// ships. test/bench/shapes-picture.test.ts says whether those there are of this table.

import { writeFileSync } from 'node:fs';
import { shapesPicture } from './train/shapes-picture.ts';

writeFileSync(new URL('../docs/images/shapes.svg', import.meta.url), shapesPicture());
