// A relay whose directory cannot take what ending sessions needs says so for each order, and goes
// on by itself once it can.

import fs from 'node:fs';
import path from 'node:path';
import type { RelayConfig } from '../../../relay/config/relay-config.ts';
import type { RunningConfig } from '../../../relay/control/running-config.ts';
import { RecordFeed } from '../../../relay/run/record-feed.ts';
import { startDisconnect } from '../../../relay/run/start-disconnect.ts';
import type { CutOrder, CutReport } from '../../../wire/cut-orders.ts';
import { orderIdOf, orderOf, targetOf } from '../../support/disconnects.ts';
import { temporaryFolder } from '../../support/running-relay.ts';
import { ordersEnrolment, ordersNonce, signedOrders } from '../../support/signed-orders.ts';
import { until } from '../../support/until.ts';

it('an order that finds no room on disk is void and says so; a later one is judged', async () => {
  const dataDir = temporaryFolder();
  fs.mkdirSync(path.join(dataDir, 'journal'));
  const inTheWay = path.join(dataDir, 'disconnect');
  fs.writeFileSync(inTheWay, '');
  const config: Partial<RelayConfig> = {
    dataDir,
    gateways: [],
    disconnect: { targets: [targetOf()], isEnabled: true },
  };
  const waiting: CutOrder[] = [];
  const reports: CutReport[] = [];
  const events: string[] = [];
  const feed = new RecordFeed();
  const running = startDisconnect({
    running: { config } as RunningConfig,
    relay: { feed },
    client: {
      get: async () => ({ kind: 'good', text: signedOrders(waiting), nonce: ordersNonce }),
      async post(_profile, _path, _key, body) {
        reports.push(...(body as { reports: CutReport[] }).reports);
        return { kind: 'good', text: '{}', nonce: ordersNonce };
      },
    },
    enrolment: () => ordersEnrolment,
    log: (_level, event) => events.push(event),
  });
  const give = async (number: number): Promise<CutReport | undefined> => {
    const orderId = orderIdOf(number);
    const issuedAt = Date.now();
    waiting.push(orderOf({ orderId, issuedAt, expiresAt: issuedAt + 60_000 }));
    const report = () => reports.find((one) => one.orderId === orderId);
    await until(() => report() !== undefined, 'the order is reported');
    return report();
  };
  const first = await give(1);
  fs.rmSync(inTheWay);
  const second = await give(2);
  await running.stop();

  expect(first).toMatchObject({ state: 'void', cause: 'not-kept' });
  expect(second).toMatchObject({ state: 'void', cause: 'unknown-session' });
  expect(events).toContain('disconnect-off');
  expect(fs.readdirSync(inTheWay)).toContain('spent-orders');
});
