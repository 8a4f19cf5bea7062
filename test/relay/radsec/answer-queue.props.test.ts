import fc from 'fast-check';
import { AnswerQueue } from '../../../relay/radsec/answer-queue.ts';

describe('the answers of a connection', () => {
  it('leave in the order of the packets, whatever the order they are made in', () => {
    const plan = fc.array(fc.boolean(), { minLength: 1, maxLength: 50 }).chain((isAnswered) =>
      fc.tuple(
        fc.constant(isAnswered),
        fc.shuffledSubarray(
          isAnswered.map((_, i) => i),
          { minLength: isAnswered.length },
        ),
      ),
    );
    fc.assert(
      fc.property(plan, ([isAnswered, order]) => {
        const queue = new AnswerQueue();
        const slots = isAnswered.map((_, i) => queue.open(100 + i));
        const settled = new Set<number>();
        const sent: number[] = [];
        let [packets, octets] = [0, 0];
        for (const i of order) {
          queue.settle(slots[i]!, isAnswered[i] ? Buffer.from([i]) : undefined);
          settled.add(i);
          const front = queue.take();
          sent.push(...front.answers.map((answer) => answer[0]!));
          packets += front.packets;
          octets += front.octets;
          // Never ahead of a packet that is not settled.
          expect([...Array(packets).keys()].every((one) => settled.has(one))).toBe(true);
        }

        const expected = isAnswered.flatMap((is, i) => (is ? [i] : []));
        expect(sent).toEqual(expected);
        expect(packets).toBe(isAnswered.length);
        expect(octets).toBe(isAnswered.reduce((sum, _, i) => sum + 100 + i, 0));
        expect(queue.waiting).toBe(0);
      }),
    );
  });
});
