// What whoever has stolen the signing key of one relay can do to another with orders: nothing. The
// thief may stand between the other relay and its cloud, sign whatever they like with that key or
// one of their own, and ask the cloud as the relay that was robbed, with any nonce: what the cloud
// signs then is for that relay, whatever it is called, and the other takes none of it.

import fc from 'fast-check';
import { Orders, orderTimes } from '../../../relay/control/orders.ts';
import type { CutOrder } from '../../../wire/cut-orders.ts';
import { sealKeyOf } from '../../../wire/signature.ts';
import { signDocument } from '../../../wire/signed-document.ts';
import { manualClock } from '../../local/manual-clock.ts';
import { orderIdOf, orderOf, orderTime } from '../../support/disconnects.ts';
import {
  ordersCloudKey,
  ordersEnrolment,
  ordersNonce,
  p256,
  signedOrders,
} from '../../support/signed-orders.ts';

const robbed = 'relay-0';
const own = ordersEnrolment.relayId;
const keys = {
  /** The shipping key of the robbed relay. */
  stolen: p256(),
  ofThief: p256(),
  /** The cloud signs it, too, but for whoever asks it: the thief asks as the robbed relay. */
  ofCloud: ordersCloudKey,
} as const;
const types = ['wherefrom-cut-orders', 'wherefrom-relay-config', 'wherefrom-enrolled'] as const;

type Move = {
  readonly signer: keyof typeof keys;
  readonly type: (typeof types)[number];
  readonly relayId: string;
  readonly nonce: string;
  readonly orders: readonly CutOrder[];
  /** Characters of the signature that are changed, or a document that is cut. */
  readonly harm: 'none' | 'payload' | 'cut';
};

const moves: fc.Arbitrary<Move> = fc
  .record({
    signer: fc.constantFrom('stolen' as const, 'ofThief' as const, 'ofCloud' as const),
    type: fc.constantFrom(...types),
    relayId: fc.constantFrom(robbed, own, ''),
    // The thief reads the nonce of the other relay's request as it goes by.
    nonce: fc.constantFrom(ordersNonce, 'x'.repeat(22), ''),
    orders: fc.array(
      fc.nat(20).map((at) => orderOf({ orderId: orderIdOf(at) })),
      { maxLength: 3 },
    ),
    harm: fc.constantFrom('none' as const, 'payload' as const, 'cut' as const),
  })
  .map((move) => (move.signer === 'ofCloud' ? { ...move, relayId: robbed } : move));

function textOf({ signer, type, relayId, nonce, orders, harm }: Move): string {
  const payload = { version: 1, relayId, issuedAt: 0, nonce, orders, isAwaited: true };
  const text = signDocument(type, sealKeyOf(keys[signer]), payload);
  if (harm === 'cut') return text.slice(0, -7);
  return harm === 'payload' ? text.replace(/[A-Za-z](?=[^A-Za-z]*$)/, 'Q') : text;
}

it('a stolen signing key of a relay makes no other relay send, which is in its log', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(moves, { minLength: 1, maxLength: 12 }), async (given) => {
      const clock = manualClock(orderTime);
      const taken: string[] = [];
      const log: string[] = [];
      const genuine = orderOf({ orderId: orderIdOf(99) });
      const texts = [...given.map(textOf), signedOrders([genuine])];
      const orders = new Orders({
        client: {
          get: async () => ({
            kind: 'good',
            text: texts.shift() ?? signedOrders([]),
            nonce: ordersNonce,
          }),
          post: async () => ({ kind: 'good', text: '{}', nonce: ordersNonce }),
        },
        enrolment: () => ordersEnrolment,
        isOptedIn: () => true,
        take: async (order) => void taken.push(order.orderId),
        log: (_level, event) => log.push(event),
        after: clock.after,
        random: () => 0,
      });
      orders.wake();
      for (let asked = 0; asked <= given.length; asked += 1) {
        expect(taken).toEqual([]);
        await clock.advance(orderTimes.idleMs);
      }
      orders.stop();

      // The cloud's own document for this relay, after all of them, is taken: once.
      expect(taken).toEqual([genuine.orderId]);
      expect(log[0]).toBe('orders-refused');
    }),
  );
});
