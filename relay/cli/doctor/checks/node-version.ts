// `node-version`: the runtime, and until when it gets security fixes.

import { type Check, fail, pass } from '../check.ts';

const oldest = [20, 19] as const;
/** End of life of each line (github.com/nodejs/Release, read in November 2026). */
const endOfLife: Readonly<Record<number, string>> = {
  20: '2026-04-30',
  22: '2027-04-30',
  24: '2028-04-30',
};
const warnDays = 90;
const dayMs = 86_400_000;

export const nodeVersion: Check = {
  code: 'node-version',
  question: 'Is Node new enough?',
  meaning:
    'The relay needs Node 20.19 or newer. Until when a line gets fixes is said beside it: a ' +
    'line without any opens the machine one day.',
  fix: 'Install the newest long-term line of Node and restart the service.',
  whenToIgnore: 'never: an older Node does not run it.',
  run({ nodeVersion: version, now }) {
    const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
    if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
      return [fail(`Node ${version}`, `install Node ${oldest.join('.')} or newer`)];
    }
    const end = endOfLife[major];
    const daysLeft = end ? Math.floor((Date.parse(end) - now()) / dayMs) : undefined;
    if (daysLeft === undefined || daysLeft > warnDays) return [pass(`Node ${version}`)];
    const ends = daysLeft < 0 ? `ended on ${end}` : `end on ${end}`;
    const whose = `nodejs.org's fixes for this line ${ends}; a distribution may go on with its own`;
    return [pass(`Node ${version}, which the relay supports; ${whose}`)];
  },
};
