// The queue's counts in a sentence. Pure.

import type { DetectionCounts } from '../api/types.ts';
import { counted, durationText, percentText } from './clock-text.ts';

/** `200 detections. Classified after 3 h on average; 80 % of 15 were false alerts.` */
export function sumOf({ total, isComplete, classified }: DetectionCounts): string {
  const { benign, malicious, meanSeconds, benignShare } = classified;
  const decided = benign + malicious;
  const parts = [`${isComplete ? '' : 'At least '}${counted(total, 'detection')}.`];
  if (decided > 0) {
    const mean = meanSeconds === undefined ? '' : ` after ${durationText(meanSeconds)} on average`;
    const share = benignShare === undefined ? '' : `; ${percentText(benignShare)} false alerts`;
    parts.push(`${counted(decided, 'classified', 'classified')}${mean}${share}.`);
  }
  return parts.join(' ');
}
