// `relay-running`: whether a relay answers on its admin socket, and the state it reports.

import { journalFolder } from '../../../journal/journal-folder.ts';
import { isDirectoryLocked } from '../../../journal/lock.ts';
import { type Check, fail, pass, warn } from '../check.ts';

export const relayRunning: Check = {
  code: 'relay-running',
  question: 'Is the relay running and healthy?',
  meaning:
    'While no relay answers, gateways hold up logins or refuse them, and what they send is lost.',
  fix:
    'Start the service (`systemctl start wherefrom-relay`). When it runs and is degraded, ' +
    '`status` says why.',
  whenToIgnore: 'before the first start.',
  async run({ running, runningTrouble, places }) {
    if (runningTrouble !== undefined) {
      return [fail(runningTrouble, 'run this as the user or in the group of the relay')];
    }
    if (!running && places && (await isDirectoryLocked(journalFolder(places.dataDir)))) {
      const evidence = `a relay has ${places.dataDir} and does not answer on ${places.adminSocket}`;
      const advice = 'look for a second one with this data directory, or correct "adminSocket"';
      return [fail(evidence, advice)];
    }
    if (!running) {
      const where = places ? ` on ${places.adminSocket}` : '';
      return [warn(`no relay answers${where}`, 'start it, then run this again: more can be seen')];
    }
    const { state, problems, version, processId } = running;
    if (state === 'healthy') return [pass(`version ${version}, process ${processId}, healthy`)];
    return problems.map((problem) => fail(problem, 'see `status`, and the checks below'));
  },
};
