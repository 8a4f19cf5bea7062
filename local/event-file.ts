// The local run's bus: what would go to EventBridge is a line of `events.ndjson` in the data
// folder, in EventBridge's own envelope, so that rules and webhooks can be tried on it with
// `tail -f`.
// Promise: a line is on disk before the detection counts as published.

import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { detectionSource, type SendToBus } from '../lambdas/siem/publish.ts';

/** Makes the bus over a file, which is made when it is not there. */
export function makeEventFile(path: string): SendToBus {
  return async ({ detailType, detail, time }) => {
    const event = {
      version: '0',
      id: randomUUID(),
      'detail-type': detailType,
      source: detectionSource,
      account: '000000000000',
      time: new Date(time).toISOString(),
      region: 'local',
      resources: [],
      detail,
    };
    const file = await open(path, 'a', 0o600);
    try {
      await file.appendFile(`${JSON.stringify(event)}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
  };
}
