// Where the journal lies within the data directory: the relay and the verbs that look into the
// journal agree here.

import { join } from 'node:path';

/** The journal's folder in a data directory. */
export const journalFolder = (dataDir: string): string => join(dataDir, 'journal');
