// What is kept of a near miss that is judged again.

import { nearMissAgain } from '../../../domain/detect/near-miss.ts';
import { thresholdOf } from '../../../domain/detect/threshold.ts';

type Args = Parameters<typeof nearMissAgain>;

it.each(['low', 'normal', 'high'] as const)(
  'is its score, though the sensitivity was %s when it was judged first',
  (sensitivity) => {
    const ground = { threshold: thresholdOf({ sensitivity }), isLearning: false };
    const kept = { said: { score: 2.1, terms: [], about: [] }, ground };
    const session = { rowStart: 1000, identity: 'abc', startedAt: 1000 };
    const again = { session, judgement: { score: 2.45678, evidence: [] } };
    const rows = nearMissAgain(
      { userKey: 'alice' },
      kept as unknown as Args[1],
      again as unknown as Args[2],
    );
    expect(rows).toMatchObject([
      { type: 'near-miss', userKey: 'alice', nats: 2.457, gate: 'open' },
    ]);
  },
);
