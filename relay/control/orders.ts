// Orders of the cloud to end sessions: fetched when one waits, opened under the pinned cloud key,
// handed on, and reported (docs/wire-format.md "Orders").
// Promise: an order counts only in a document that the pinned key signed, for this relay, as the
// answer to this very request, and once: what the relay has said of an order holds. What is
// reported is sent until the cloud has it, in order.

import { type CutOrder, type CutReport, ordersMax } from '../../wire/cut-orders.ts';
import {
  openCutOrders,
  relayOrderReportProfile,
  relayOrdersProfile,
} from '../../wire/relay-control.ts';
import { sealKeyOf } from '../../wire/signature.ts';
import type { Enrolment } from '../config/enrolment.ts';
import { errorText } from '../errors.ts';
import { isWorthLogging, type Log } from '../log.ts';
import type { After } from '../timers.ts';
import type { ControlClient } from './control-client.ts';

export type OrdersDeps = {
  readonly client: Pick<ControlClient, 'get' | 'post'>;
  readonly enrolment: () => Enrolment;
  /** Whether the relay's own file opts in to anything: else nothing is asked. */
  readonly isOptedIn: () => boolean;
  readonly take: (order: CutOrder) => Promise<void>;
  readonly log: Log;
  readonly after: After;
  /** In [0, 1). */
  readonly random: () => number;
};

/** How often is asked: while nobody needs anything, while somebody is about to, after a failure. */
export const orderTimes = { idleMs: 30_000, awaitedMs: 1_000, failedMs: 5_000 } as const;

const path = '/v1/relay/orders';
/** Reports that wait for the cloud; the oldest give way. */
const reportsMax = 2_000;
/** Ids remembered of orders that were taken: a cloud has at most a hundred waiting. */
const takenMax = 1_000;

export class Orders {
  readonly #deps: OrdersDeps;
  readonly #reports: CutReport[] = [];
  readonly #taken = new Set<string>();
  #cancel: () => void = () => undefined;
  #isStopped: boolean = false;
  #isAsking: boolean = false;
  #isWoken: boolean = false;
  #isHurried: boolean = false;
  #isReporting: boolean = false;
  #failures = 0;

  constructor(deps: OrdersDeps) {
    this.#deps = deps;
  }

  /** Asks now: an order waits, or the relay's file has changed. */
  wake(): void {
    // Every answer to a batch may say so: what is asked every second anyway need not be hurried.
    if (this.#isHurried && !this.#isAsking) return;
    this.#isWoken = true;
    if (!this.#isAsking) void this.#ask();
  }

  /** Reports what became of an order. */
  report(report: CutReport): void {
    this.#reports.push(report);
    if (this.#reports.length > reportsMax) this.#reports.shift();
    void this.#sendReports();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  async #ask(): Promise<void> {
    this.#cancel();
    if (this.#isStopped || !this.#deps.isOptedIn()) return;
    this.#isAsking = true;
    this.#isWoken = false;
    const pauseMs = await this.#fetch();
    this.#isAsking = false;
    if (this.#isStopped) return;
    this.#isHurried = pauseMs <= orderTimes.awaitedMs;
    if (this.#isWoken && !this.#isHurried) return void this.#ask();
    this.#cancel = this.#deps.after(pauseMs, () => void this.#ask());
  }

  /** @returns until it is asked again, ms */
  async #fetch(): Promise<number> {
    const { client, enrolment, random } = this.#deps;
    const { relayId, cloudKey, keys } = enrolment();
    const key = sealKeyOf(keys.signing);
    const answer = await client.get(relayOrdersProfile, path, key);
    if (answer.kind !== 'good') {
      // A cloud of before has no such route: the next is asked for as if nothing waited.
      const isAbsent = answer.kind === 'refused' && answer.status < 500;
      return isAbsent ? orderTimes.idleMs : orderTimes.failedMs * (1 + random());
    }
    const document = openCutOrders(answer.text, cloudKey);
    if (!document || document.relayId !== relayId || document.nonce !== answer.nonce) {
      this.#sayForged();
      return orderTimes.idleMs;
    }
    for (const order of document.orders) this.#take(order);
    const isBusy = document.isAwaited || document.orders.length > 0;
    return isBusy ? orderTimes.awaitedMs : orderTimes.idleMs * (0.8 + 0.4 * random());
  }

  /** It comes again until the cloud has a report of it: judged anew it might go out after void. */
  #take(order: CutOrder): void {
    const { take, log } = this.#deps;
    const { orderId } = order;
    if (this.#taken.has(orderId)) return;
    this.#taken.add(orderId);
    const [oldest] = this.#taken;
    if (this.#taken.size > takenMax && oldest !== undefined) this.#taken.delete(oldest);
    take(order).catch((error: unknown) => {
      log('error', 'order-failed', `order ${orderId}: ${errorText(error)}`, { order: orderId });
    });
  }

  #sayForged(): void {
    this.#failures += 1;
    if (!isWorthLogging(this.#failures)) return;
    const message = 'orders are not taken: not signed by our cloud, for this relay and request';
    this.#deps.log('error', 'orders-refused', message, { times: this.#failures });
  }

  async #sendReports(): Promise<void> {
    if (this.#isReporting || this.#isStopped) return;
    this.#isReporting = true;
    const { client, enrolment, after } = this.#deps;
    while (this.#reports.length > 0 && !this.#isStopped) {
      const reports = this.#reports.slice(0, ordersMax);
      const key = sealKeyOf(enrolment().keys.signing);
      const body = { version: 1, reports };
      const answer = await client.post(relayOrderReportProfile, path, key, body);
      const isFinal =
        answer.kind === 'good' ||
        (answer.kind === 'refused' && [404, 413, 422].includes(answer.status));
      if (isFinal) {
        const sent = new Set(reports);
        this.#reports.splice(
          0,
          this.#reports.length,
          ...this.#reports.filter((one) => !sent.has(one)),
        );
      } else {
        await new Promise<void>((resolve) => {
          after(orderTimes.failedMs, resolve);
        });
      }
    }
    this.#isReporting = false;
  }
}
