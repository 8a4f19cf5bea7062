// Orders as a relay fetches and reports them: only of documents that its cloud signed for it and
// this request, each once however often it comes, and reports until they are taken.

import type { ControlAnswer } from '../../../relay/control/control-client.ts';
import { Orders } from '../../../relay/control/orders.ts';
import type { CutOrder, CutReport } from '../../../wire/cut-orders.ts';
import { manualClock } from '../../local/manual-clock.ts';
import { orderIdOf, orderOf, orderTime } from '../../support/disconnects.ts';
import {
  ordersCloudKey,
  ordersEnrolment,
  ordersNonce,
  p256,
  signedOrders,
} from '../../support/signed-orders.ts';

const good: ControlAnswer = { kind: 'good', text: '{}', nonce: ordersNonce };

function site(take: (order: CutOrder) => Promise<void> = async () => undefined) {
  const clock = manualClock(orderTime);
  const taken: string[] = [];
  const posted: CutReport[][] = [];
  const events: string[] = [];
  const state = {
    orders: [] as readonly CutOrder[],
    change: {} as object,
    key: ordersCloudKey,
    post: good,
  };
  const orders = new Orders({
    client: {
      async get() {
        return { ...good, text: signedOrders(state.orders, state.change, state.key) };
      },
      async post(_profile, _path, _key, body) {
        posted.push([...(body as { reports: CutReport[] }).reports]);
        return state.post;
      },
    },
    enrolment: () => ordersEnrolment,
    isOptedIn: () => true,
    async take(order) {
      taken.push(order.orderId);
      await take(order);
    },
    log: (_level, event) => events.push(event),
    after: clock.after,
    random: () => 0.5,
  });
  return { orders, state, clock, taken, posted, events };
}

/** Lets a minute pass, second by second, as a relay asks while a dialog is open. */
async function aMinute({ clock }: ReturnType<typeof site>): Promise<void> {
  for (let second = 0; second < 60; second += 1) await clock.advance(1_000);
}

describe('orders of the cloud', () => {
  it('are taken once each, however often they come before the cloud has a report', async () => {
    const made = site();
    made.state.orders = [orderOf(), orderOf({ orderId: orderIdOf(2) })];
    made.orders.wake();
    await aMinute(made);
    made.orders.stop();

    expect(made.taken).toEqual([orderIdOf(1), orderIdOf(2)]);
  });

  it.each<[string, (state: ReturnType<typeof site>['state']) => void]>([
    ['another key', (state) => Object.assign(state, { key: p256() })],
    ['another relay', (state) => Object.assign(state, { change: { relayId: 'relay-2' } })],
    ['another request', (state) => Object.assign(state, { change: { nonce: 'x'.repeat(22) } })],
  ])('of %s are not taken, and that is said', async (_whose, change) => {
    const made = site();
    made.state.orders = [orderOf()];
    change(made.state);
    made.orders.wake();
    await aMinute(made);
    made.orders.stop();

    expect(made.taken).toEqual([]);
    expect(made.events).toContain('orders-refused');
  });

  it('that cannot be carried out do not end the relay, and are said', async () => {
    const made = site(() => Promise.reject(new Error('no')));
    made.state.orders = [orderOf()];
    made.orders.wake();
    await aMinute(made);
    made.orders.stop();

    expect(made.events).toEqual(['order-failed']);
  });
});

describe('reports', () => {
  it('are sent until the cloud has them, in order', async () => {
    const made = site();
    const states = ['sent', 'acknowledged', 'confirmed'] as const;
    made.state.post = { kind: 'no-answer', reason: 'cut off' };
    for (const state of states) made.orders.report({ orderId: orderIdOf(1), state, at: 0 });
    await made.clock.advance(20_000);
    made.state.post = good;
    await made.clock.advance(20_000);
    const count = made.posted.length;
    await made.clock.advance(60_000);

    expect(made.posted.at(-1)?.map(({ state }) => state)).toEqual(states);
    expect(made.posted).toHaveLength(count);
  });
});
