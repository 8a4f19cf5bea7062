// `relay-id-unique`: signs that another relay ships under the same id.

import { type Check, fail, pass, skip, warn } from '../check.ts';

/** One happens after a restore from a backup: the relay then skips to a free epoch. */
const normalConflicts = 1;

export const relayIdUnique: Check = {
  code: 'relay-id-unique',
  question: 'Is this the only relay under its id?',
  meaning:
    'Two machines with one id and key (a cloned disk, a restored copy) use the same batch ' +
    'numbers for different packets. The cloud answers 409, and its ledger can no longer tell ' +
    'whether something is missing.',
  fix: 'Stop the copy, give it a data directory of its own and enrol it under its own id.',
  whenToIgnore: 'about a single conflict after a restore from a backup.',
  run({ running }) {
    if (!running?.cloud) return [skip('no relay is running with a cloud')];
    const { conflicts = 0, relayId } = running.cloud;
    if (conflicts === 0) return [pass(`no batch of ${relayId} was known with another content`)];
    const evidence = `${conflicts} batches of ${relayId} were known with another content (409)`;
    const advice = `look for another machine that ships as ${relayId}; give it its own id`;
    return [(conflicts > normalConflicts ? fail : warn)(evidence, advice)];
  },
};
