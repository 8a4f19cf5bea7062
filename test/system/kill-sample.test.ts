// The sample, killed while it plays: it is played to its end after a restart, and never again.

import { planMorning } from '../../local/sample/day.ts';
import { planHistory } from '../../local/sample/history.ts';
import { endPipelines, gone, killHard, newFolder, start } from '../support/killed-pipelines.ts';
import { getJson } from '../support/pipeline.ts';
import { until } from '../support/until.ts';

// The pipeline is started twice and a backlog waited for: long on a busy machine.
jest.setTimeout(120_000);

endPipelines();

describe('kill -9 in the middle of the sample', () => {
  type Line = {
    readonly summary?: {
      readonly users: readonly { readonly sessions: number }[];
      readonly detections: readonly unknown[];
    };
  };

  it('plays the same sample to its end after a restart, and then never again', async () => {
    const folder = newFolder();
    const args = ['--once'];
    const plan = [...planHistory(0), ...planMorning(0)];
    const sessions = new Set(plan.flatMap((record) => record.session ?? [])).size;

    const first = await start(folder, { args });
    await until(
      async () => {
        const found = await getJson<{ items: unknown[] }>(first.ready, '/v1/users');
        return found && found.items.length > 5 ? found : undefined;
      },
      'the first users',
      10_000,
    );
    await killHard(first);
    const unfinished = first.lines.length;

    const summaries: Line['summary'][] = [];
    for (const time of ['resumed', 'finished before']) {
      const pipeline = await start(folder, { args });
      expect([time, await gone(pipeline)]).toEqual([time, 0]);
      summaries.push((JSON.parse(pipeline.lines[1] ?? '{}') as Line).summary);
    }

    expect(unfinished).toBe(1);
    for (const summary of summaries) {
      const counts = summary?.users.map((user) => user.sessions) ?? [];
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(sessions);
      expect(summary?.detections).toHaveLength(2);
    }
    expect(summaries[1]).toEqual(summaries[0]);
  });
});
