// `clock-offset`: this machine's clock against the cloud's.

import { type Check, fail, pass, skip, warn } from '../check.ts';
import { cloudSteps } from '../cloud-steps.ts';

const warnMs = 30_000;
/** Seals allow 300 s; the rest is for what a request takes. */
const failMs = 240_000;

export const clockOffset: Check = {
  code: 'clock-offset',
  question: "Does this machine's clock agree with the cloud's?",
  meaning:
    'Seals are valid for 300 s around the time they were made: beyond that the cloud refuses ' +
    'every batch. Times of events without their own timestamp are wrong by as much.',
  fix:
    'Turn on time synchronisation: `timedatectl set-ntp true`, and let UDP 123 out; on Windows ' +
    '`w32tm /resync`.',
  whenToIgnore: 'below 30 s.',
  run: cloudSteps(({ auth }) => {
    if (!auth) return undefined;
    const { clockAheadMs } = auth;
    if (clockAheadMs === undefined) return skip('the answer carries no Date');
    const seconds = Math.round(Math.abs(clockAheadMs) / 1000);
    const side = clockAheadMs > 0 ? 'behind' : 'ahead of';
    const evidence = `this clock is ${seconds} s ${side} the cloud's`;
    const advice = 'set the clock right: `timedatectl set-ntp true` (Windows: `w32tm /resync`)';
    if (Math.abs(clockAheadMs) >= failMs) return fail(evidence, advice);
    return Math.abs(clockAheadMs) >= warnMs ? warn(evidence, advice) : pass(evidence);
  }),
};
