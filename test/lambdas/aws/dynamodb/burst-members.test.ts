// A burst over the real table: the alert is one, it names its members and their detections, and
// these carry its id and are told no more.

import type { Detection } from '../../../../domain/detection.ts';
import { makeQueryStore } from '../../../../lambdas/aws/dynamodb/query-store.ts';
import { makeUserStore } from '../../../../lambdas/aws/dynamodb/user-store.ts';
import {
  makePublisher,
  type PublishedState,
  withPublishing,
} from '../../../../lambdas/siem/publish.ts';
import { startTestDynamo, type TestDynamo } from '../../../support/dynalite.ts';
import { hourMs, morning } from '../../../support/events.ts';

let dynamo: TestDynamo;
let tableName: string;

beforeAll(async () => {
  dynamo = await startTestDynamo();
});
afterAll(() => dynamo.stop());
beforeEach(async () => {
  tableName = await dynamo.createTable();
});

const key = 'n:17676';
const own = (user: string): Detection => ({
  id: `20261123T080000Z-${user}`,
  kind: 'abnormal-vpn-connection',
  userKey: user,
  severity: 'medium',
  score: 60,
  isLearning: false,
  firstSeen: morning,
  lastSeen: morning,
  sessions: [`${morning}/${user}`],
  gatewayId: 'asa-lyon',
  clientAddress: '126.0.0.1',
  place: { key: 'JP/Tokyo/Tokyo', label: 'Tokyo, JP' },
  reasons: [{ term: 'place', weight: 3, text: 'First time in JP', numbers: {} }],
  techniques: [],
});

it('raises one alert, lists its members, and folds their detections', async () => {
  const table = makeUserStore({ client: dynamo.client, tableName, now: () => morning });
  const stored = new Map<string, Detection>();
  const told: string[] = [];
  const severities = new Map<string, PublishedState>();
  const publisher = makePublisher({
    send: async ({ detail }) => {
      told.push(String((detail['finding_info'] as { uid: string }).uid));
    },
    book: {
      publishedSeverity: async (id) => severities.get(id),
      notePublished: async (id, severity) => void severities.set(id, severity),
    },
    stored: async (id) => stored.get(id),
    now: () => morning,
  });
  const users = withPublishing(table, publisher);
  expect(await users.burstAlert?.(key, morning, undefined)).toBeUndefined();

  for (const user of ['ann', 'bob']) {
    await users.mergeDetection(own(user));
    const row = { type: 'odd-user' as const, key, userKey: user, firstSeen: morning };
    await users.putIndexRows([{ ...row, detectionId: own(user).id }]);
  }
  const alert = await users.burstAlert?.(key, morning, 'burst-1');
  expect(alert).toEqual({
    id: 'burst-1',
    users: ['ann', 'bob'],
    detections: [own('ann').id, own('bob').id],
  });
  expect((await users.burstAlert?.(key, morning + hourMs, 'burst-2'))?.id).toBe('burst-1');

  const burst: Detection = {
    ...own('ann'),
    id: '20261123T080000Z-burst',
    kind: 'connection-burst',
    severity: 'high',
    users: alert?.users ?? [],
    detections: alert?.detections ?? [],
    burstKey: key,
  };
  await users.mergeDetection(burst);
  expect(told).toEqual([own('ann').id, own('bob').id, burst.id]);

  // A rise of a member's own is the burst's matter now.
  const query = makeQueryStore({ client: dynamo.client, tableName, now: () => morning });
  for (const { id } of [own('ann'), own('bob')]) {
    const detection = await query.detection(id);
    if (detection) stored.set(id, detection);
  }
  expect([stored.get(own('ann').id)?.burstId, stored.get(own('bob').id)?.burstId]).toEqual([
    burst.id,
    burst.id,
  ]);
  await users.mergeDetection({ ...own('bob'), severity: 'high' });
  expect(told).toHaveLength(3);
});
