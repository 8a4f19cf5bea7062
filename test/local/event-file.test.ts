import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
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
    const { send } = makeEventFile(path);
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

it('is bounded, and takes out who is erased, from what was before too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wherefrom-events-'));
  const path = join(folder, 'events.ndjson');
  try {
    const { send, forget } = makeEventFile(path, 20_000);
    const other = { ...lyon, id: 'other', userKey: 'bob@contoso.com' };
    const detailType = 'Detection Finding Created';
    for (let turn = 0; turn < 12; turn += 1) {
      for (const one of [lyon, other]) {
        const detail = detectionFinding(one, { trigger: 'new', time });
        await send({ detailType, detail, time });
      }
    }
    const burst = { ...other, id: 'burst', users: ['bob@contoso.com', lyon.userKey] };
    const last = detectionFinding(burst, { trigger: 'new', time });
    await Promise.all([send({ detailType, detail: last, time }), forget([lyon.userKey])]);

    const before = readFileSync(join(folder, 'events.before.ndjson'), 'utf8');
    const text = readFileSync(path, 'utf8') + before;
    expect(statSync(path).size).toBeLessThanOrEqual(20_000);
    expect(readdirSync(folder).sort()).toEqual(['events.before.ndjson', 'events.ndjson']);
    expect(text).not.toContain(lyon.userKey);
    expect(before).toContain('bob@contoso.com');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
