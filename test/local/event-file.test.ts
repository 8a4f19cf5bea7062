import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectionFinding } from '../../lambdas/siem/ocsf-finding.ts';
import { makeEventFile } from '../../local/event-file.ts';
import { lyon } from '../support/detections.ts';
import { ocsfViolations } from '../support/ocsf.ts';

const time = Date.parse('2026-11-23T09:00:00Z');

it('writes what EventBridge would hand to a rule, a line each, for its owner only', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wherefrom-events-'));
  const path = join(folder, 'events.ndjson');
  try {
    const send = makeEventFile(path);
    const detail = detectionFinding(lyon, { trigger: 'new', time });
    await send({ detailType: 'Detection Finding Created', detail, time });
    await send({ detailType: 'Detection Finding Updated', detail, time });

    const events = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map((event) => event['detail-type'])).toEqual([
      'Detection Finding Created',
      'Detection Finding Updated',
    ]);
    expect(events[0]).toMatchObject({
      source: 'wherefrom.detections',
      time: '2026-11-23T09:00:00.000Z',
    });
    expect(ocsfViolations('detection_finding', events[0].detail)).toEqual([]);
    expect(statSync(path).mode & 0o077).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
