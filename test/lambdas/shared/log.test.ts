// The log must be readable by machines and silent about people.

import { makeLog } from '../../../lambdas/shared/log.ts';

function recordingLog() {
  const lines: string[] = [];
  const log = makeLog({
    service: 'admit',
    now: () => 1_795_161_600_000,
    write: (l) => lines.push(l),
  });
  return { log, lines };
}

describe('the log', () => {
  it('writes one JSON object per line', () => {
    const { log, lines } = recordingLog();

    log.info('batch admitted', { relayId: 'relay-1', records: 500 });

    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        time: '2026-11-20T08:00:00.000Z',
        level: 'INFO',
        service: 'admit',
        message: 'batch admitted',
        relayId: 'relay-1',
        records: 500,
      },
    ]);
  });

  it('leaves out a field that is not on its list', () => {
    const { log, lines } = recordingLog();

    log.warn('odd', { user: 'alice', clientAddress: '198.51.100.7' } as never);

    expect(lines.join()).not.toMatch(/alice|198\.51/);
  });

  it.each<[string, unknown]>([
    ['an error whose message names a person', new Error('no row for alice')],
    ['a cause that names a person', new Error('failed', { cause: new Error('alice') })],
    ['a message made to look like a stack', new Error('x\n    at alice (/home/alice.ts:1:1)')],
    ['a code made of personal data', Object.assign(new Error('x'), { code: 'alice smith' })],
    ['an extra property', Object.assign(new Error('x'), { item: { pk: 'U#alice' } })],
    ['a thrown string', 'alice'],
    ['a renamed error', Object.assign(new Error('x'), { name: 'alice smith' })],
  ])('says nothing personal of %s', (_, error) => {
    const { log, lines } = recordingLog();

    log.error('processing failed', error);

    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain('alice');
    expect(lines.join()).toContain('processing failed');
  });

  it('says where an error was thrown and what its class allows it to say', () => {
    const { log, lines } = recordingLog();

    log.error(
      'failed',
      Object.assign(new Error('x'), { code: 'TABLE_DOWN', safeMessage: 'table' }),
    );

    const { error } = JSON.parse(lines[0] ?? '{}');
    expect(error).toMatchObject({ name: 'Error', code: 'TABLE_DOWN', safeMessage: 'table' });
    expect(error.frames[0]).toContain('log.test.ts');
  });

  it('counts outcomes in the embedded metric format and leaves out zeros', () => {
    const { log, lines } = recordingLog();

    log.outcomes('admit', { admitted: 2, malformed: 0 });
    log.outcomes('admit', {});

    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        _aws: {
          Timestamp: 1_795_161_600_000,
          CloudWatchMetrics: [
            {
              Namespace: 'Wherefrom',
              Dimensions: [['stage']],
              Metrics: [{ Name: 'admitted', Unit: 'Count' }],
            },
          ],
        },
        stage: 'admit',
        admitted: 2,
      },
    ]);
  });
});
