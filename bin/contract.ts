// `npm run contract`: lints docs/openapi.yaml and writes the console's types from it. With --check
// (`npm run check`) it writes nothing and fails when the checked-in types are others.

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  areTypesCurrent,
  contractFaults,
  contractPath,
  typesPath,
  writeTypes,
} from '../build/contract.ts';

const repository = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const faults = contractFaults(repository);
if (faults !== undefined) {
  console.error(faults);
  process.exitCode = 1;
} else if (!values.check) {
  await writeTypes(repository);
  console.log(`${contractPath} has no fault; wrote ${typesPath}`);
} else if (!(await areTypesCurrent(repository))) {
  console.error(`${typesPath} is not what ${contractPath} says: npm run contract`);
  process.exitCode = 1;
}
