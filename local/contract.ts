// The contract of the API as it stands in the repository, for functions that run outside a bundle.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The text of docs/openapi.yaml. @throws Error when the file is not there. */
export const readContract = (): string =>
  readFileSync(join(import.meta.dirname, '../docs/openapi.yaml'), 'utf8');
