// One measurement of a checkout in a process of its own:
// `rate-process.ts ROOT plain|packed|long [PEOPLE]`. Prints it as JSON.

import { personEvents } from './people.ts';
import { measure, subjectOf } from './rate.ts';

const [root = '', kind, people = '400'] = process.argv.slice(2);
const subject = await subjectOf(root);
const organisation = Array.from({ length: Number(people) }, (_, at) => personEvents(at, 90));
measure(subject, organisation.slice(0, 100), true);
const rate =
  kind === 'long'
    ? measure(subject, [personEvents(7, 3500)], true)
    : measure(subject, organisation, kind === 'packed');
process.stdout.write(JSON.stringify(rate));
