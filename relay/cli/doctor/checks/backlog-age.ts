// `backlog-age`: how long the oldest record has been waiting for the cloud.

import { type Check, fail, pass, skip, warn } from '../check.ts';

const warnMs = 10 * 60_000;
const failMs = 24 * 3_600_000;

export const backlogAge: Check = {
  code: 'backlog-age',
  question: 'Does the cloud get records as they come?',
  meaning:
    'What waits here is in no profile. After a day of waiting, detections come too late to act on.',
  fix:
    'The cloud checks below say what is in the way. Nothing is lost meanwhile; the backlog ' +
    'drains by itself.',
  whenToIgnore: 'for an hour after an outage: the newest records are sent beside the backlog.',
  run({ running, now }) {
    if (!running) return [skip('no relay is running')];
    if (!running.cloud) return [skip('no cloud is configured: records stay on this disk')];
    const { waiting, oldestWaitingTime } = running.journal;
    const { trouble } = running.cloud;
    const ageMs = oldestWaitingTime ? now() - Date.parse(oldestWaitingTime) : 0;
    const evidence = `${waiting} waiting, the oldest for ${Math.round(ageMs / 60_000)} min`;
    const advice = trouble ?? 'see the cloud checks';
    if (ageMs > failMs) return [fail(evidence, advice)];
    if (ageMs > warnMs || trouble !== undefined) return [warn(evidence, advice)];
    return [pass(evidence)];
  },
};
