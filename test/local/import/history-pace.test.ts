// Messages are gathered while history comes or waits, and live packets are not made to wait.

import { HistoryPace } from '../../../local/import/history-pace.ts';
import type { HistoryTaker } from '../../../local/import/history-taker.ts';

const open = { waitMs: expect.any(Number), batchSizeMax: 40 };

/** A pace by a clock that is turned by hand, and history that is taken when it is told. */
async function paced() {
  let now = 0;
  let tell: (taken: number) => void = () => undefined;
  const taker: HistoryTaker = {
    plan: async () => [],
    take: async (_plans, _history, onProgress) => {
      tell = (taken) => onProgress({ taken, known: 0, waiting: 0 });
      return { taken: 0, known: 0, waiting: 0 };
    },
  };
  const pace = new HistoryPace(() => now);
  const history = { files: [], gateways: [], timeZone: 'UTC' };
  const { signal } = new AbortController();
  await pace.noting(taker).take([], history, () => undefined, signal);
  return {
    pace,
    take: (taken: number) => tell(taken),
    turn: (ms: number) => {
      now += ms;
    },
  };
}

describe('the pace of history', () => {
  it('gathers while records are taken, whatever waits', async () => {
    const { pace, take, turn } = await paced();
    expect(pace.window(0)).toBeUndefined();
    take(256);
    turn(4_000);

    expect(pace.window(0)).toEqual(open);
  });

  it('gathers what waits while the relay is held back', async () => {
    const { pace, take, turn } = await paced();
    take(60_000);
    for (const waiting of [120, 80, 40]) {
      turn(20_000);
      expect(pace.window(waiting)).toEqual(open);
    }
  });

  it('ends when the queue is empty: live packets that wait later go as they come', async () => {
    const { pace, take, turn } = await paced();
    take(60_000);
    turn(20_000);
    expect(pace.window(0)).toBeUndefined();
    turn(1);
    expect(pace.window(7)).toBeUndefined();

    take(60_000);
    expect(pace.window(7)).toBeUndefined();
    take(60_256);
    expect(pace.window(7)).toEqual(open);
  });
});
