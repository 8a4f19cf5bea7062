// Rights against deeds: the functions run over a real DynamoDB API, every request they make is
// noted, and each must be allowed by the policies of the template, row by row. What IAM would
// refuse in the cloud fails here; so does a right that opens another function's rows.

import { generateKeyPairSync } from 'node:crypto';
import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { makeControlStore } from '../../../lambdas/aws/dynamodb/control-store.ts';
import { makeErasureBook } from '../../../lambdas/aws/dynamodb/erasure-book.ts';
import { isOrderWaiting } from '../../../lambdas/aws/dynamodb/order-book.ts';
import { makePersonalRows } from '../../../lambdas/aws/dynamodb/personal-rows.ts';
import { makeQueryStore } from '../../../lambdas/aws/dynamodb/query-store.ts';
import { makeUserStore } from '../../../lambdas/aws/dynamodb/user-store.ts';
import { healthLimitsOf } from '../../../lambdas/shared/relay-health.ts';
import { makeTableSweep } from '../../../lambdas/wiring/table-sweep.ts';
import { publicJwkOf } from '../../../wire/signature.ts';
import {
  actionsOf,
  ofType,
  type Statement,
  statementsOf,
  synthesize,
} from '../../lib/synthesized.ts';
import { asaEvent } from '../../support/batches.ts';
import { startTestCloud, type TestCloud } from '../../support/cloud-in-test.ts';
import {
  configRequest,
  enrol,
  healthRequest,
  makeRelayKeys,
  makeTestControl,
  orderReports,
  ordersRequest,
  type RelayKeys,
  rotateKeys,
  type TestControl,
} from '../../support/control-in-test.ts';
import { eventOf, hourMs, minuteMs, morning, sessionEvents } from '../../support/events.ts';

type Deed = {
  readonly action: string;
  readonly table: string;
  readonly partitions: readonly string[];
};

type Item = Readonly<Record<string, { readonly S?: string }>>;
type RequestInput = {
  readonly TableName?: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeValues?: Item;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly Item[] }>>;
};

/** What IAM calls the request: action, table and leading keys. */
function deedOf(command: string, input: RequestInput): Deed {
  const action = `dynamodb:${command.replace(/Command$/, '')}`;
  const [batchTable, batch] = Object.entries(input.RequestItems ?? {})[0] ?? [];
  const partitionName = /pk = (:\w+)/.exec(input.KeyConditionExpression ?? '')?.[1];
  const items = [input.Key, input.Item, ...(batch?.Keys ?? [])].filter((item) => item);
  const partitions = items.map((item) => item?.['pk']?.S ?? '');
  if (partitionName) partitions.push(input.ExpressionAttributeValues?.[partitionName]?.S ?? '');
  return { action, table: input.TableName ?? batchTable ?? '', partitions };
}

function matchesLike(pattern: string, text: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  return rest.length === 0 ? head === text : text.startsWith(head);
}

/** IAM's answer, for the only kinds of statement the template has. */
function isAllowed(statements: readonly Statement[], deed: Deed): boolean {
  return statements.some((statement) => {
    const [logicalId] = (statement.Resource as { 'Fn::GetAtt'?: string[] })['Fn::GetAtt'] ?? [];
    const likes = statement.Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
    return (
      actionsOf(statement).includes(deed.action) &&
      logicalId === deed.table &&
      (likes === undefined ||
        deed.partitions.every((key) => likes.some((like) => matchesLike(like, key))))
    );
  });
}

const now = morning + 4 * hourMs;
const deeds = new Map<string, Deed[]>();
let cloud: TestCloud;
let actor = '';

beforeAll(async () => {
  cloud = await startTestCloud(now);
  const names = new Map([
    [cloud.tables.profiles, 'ProfilesTable'],
    [cloud.tables.control, 'ControlTable'],
    [cloud.tables.places, 'PlacesTable'],
  ]);
  cloud.dynamo.client.middlewareStack.add(
    (next, context) => (args) => {
      const deed = deedOf(context.commandName ?? '', args.input as RequestInput);
      const named = { ...deed, table: names.get(deed.table) ?? deed.table };
      deeds.set(actor, [...(deeds.get(actor) ?? []), named]);
      return next(args);
    },
    { step: 'initialize' },
  );
  await actAsProcess();
  await actAsQuery();
  await actAsAdmit();
  await actAsControl();
  await actAsSweep();
});
afterAll(() => cloud.stop());

async function actAsProcess(): Promise<void> {
  actor = 'Process';
  const london = '81.2.69.142';
  const home = sessionEvents({ address: london, minutes: 120, interims: 3, device: 'lt-0412' });
  const thief = eventOf({ address: '126.0.0.1', sessionId: 's2', at: morning + 50 * minuteMs });
  const restart: AccountingEvent = { ...asaEvent(0), kind: 'gateway-on', time: morning };
  await cloud.deliver([[...home, thief, restart]]);
  // When most are new, as on a first day, many are looked for at once.
  const newcomers = Array.from({ length: 30 }, (_, at) => `newcomer-${at}`);
  await cloud.deliver([newcomers.map((user) => eventOf({ user, address: london }))]);
  // A repeat of the detection is merged into the stored row.
  const again = eventOf({ address: '126.0.0.1', sessionId: 's3', at: morning + 55 * minuteMs });
  await cloud.deliver([[again]]);
  const control = controlStore();
  const deadLetters = {
    event: thief,
    reason: 'fold-failed',
    relayId: 'relay-1',
    batchId: 'relay-1.1.1',
  };
  await control.setAside(deadLetters);
}

async function actAsQuery(): Promise<void> {
  actor = 'Query';
  const list = await cloud.get('GET /v1/users', { query: { limit: '1' } });
  const detections = await cloud.get('GET /v1/detections');
  await cloud.get('GET /v1/audit');
  const [detection] = detections.body.items;
  const params = {
    user: 'alice',
    device: 'lt-0412',
    id: String(detection?.id),
    cell: String(detection?.cell ?? 'none'),
  };
  for (const path of [
    '/v1/users/{user}',
    '/v1/users/{user}/activities',
    '/v1/users/{user}/detections',
    '/v1/devices',
    '/v1/devices/{device}',
    '/v1/detections/{id}',
    '/v1/locations/{cell}/users',
    '/v1/sessions/open',
    '/v1/summary',
  ]) {
    const isList = !path.endsWith('}') && !path.endsWith('summary');
    await cloud.get(`GET ${path}`, { params, ...(isList && { query: { limit: '1' } }) });
  }
  expect(list.status).toBe(200);
  expect(detection).toBeDefined();
}

async function actAsAdmit(): Promise<void> {
  actor = 'Admit';
  const control = controlStore();
  await control.activeKey('a-thumbprint');
  await control.claimBatch('relay-1.1.1', 'a-digest');
  const table = { client: cloud.dynamo.client, tableName: cloud.tables.control, now: () => now };
  await isOrderWaiting(table, 'relay-1');
}

async function actAsSweep(): Promise<void> {
  const setUp = controlStore();
  actor = 'set-up';
  await cloud.deliver([[eventOf({ address: '81.2.69.142', user: 'frida' })]]);
  await setUp.registerKey('relay-1', publicJwkOf(generateKeyPairSync('ed25519').publicKey));
  const table = { client: cloud.dynamo.client, tableName: cloud.tables.control };
  const { client } = cloud.dynamo;
  const book = makeErasureBook({ ...table, now: () => now - hourMs });
  const rows = makePersonalRows({ client, tableName: cloud.tables.profiles });
  await book.mark(await book.subjectOf('alice'), 'alice');
  const stored = { client, tableName: cloud.tables.profiles, now: () => now };
  const [shown] = (await cloud.get('GET /v1/detections')).body.items;
  const detection = await makeQueryStore(stored).detection(shown.id);
  actor = 'Sweep';
  // What a fold left pending when it was cut off.
  if (detection) await makeUserStore(stored).mergeDetection({ ...detection, score: 100 });
  // At once, and when the index of open sessions is due.
  for (const time of [now, now + 7 * hourMs]) {
    await makeTableSweep({
      client,
      profilesTable: cloud.tables.profiles,
      controlTable: cloud.tables.control,
      now: () => time,
      writeLog: () => undefined,
      publish: async () => undefined,
      limits: healthLimitsOf({ gapMinutes: 90, silentMinutes: 15 }),
    })();
  }
  await rows.deleteUser('alice');
}

async function actAsControl(): Promise<void> {
  actor = 'set-up';
  await cloud.deliver([[eventOf({ address: '81.2.69.142', user: 'erika' })]]);
  const control = makeTestControl({ dynamo: cloud.dynamo, tables: cloud.tables, now });
  const [detection] = (await cloud.get('GET /v1/detections')).body.items;
  const params = { id: String(detection.id) };
  const { headers } = await cloud.get('GET /v1/detections/{id}', { params });
  const deadLetters = { event: eventOf({ user: 'erika' }), reason: 'fold-failed' };
  await controlStore().setAside({ ...deadLetters, relayId: 'relay-1', batchId: 'relay-1.1.2' });

  actor = 'Control';
  const gateway = { name: 'asa-lyon', addresses: ['10.0.0.1'], secret: 'the-secret-of-lyon-1' };
  const settings = { enabled: true, gateways: [gateway], domains: { netbios: {} } };
  const first = { json: settings, headers: { 'if-match': '"0"' } };
  await control.ask('GET /v1/settings');
  await control.ask('PUT /v1/settings', first);
  const keys = makeRelayKeys();
  const next = makeRelayKeys();
  await control.ask('POST /v1/relays', { json: { name: 'relay-2' } });
  await enrol(control, 'relay-2', keys, now);
  await control.ask('GET /v1/relay/config', configRequest(keys, now));
  await control.ask('POST /v1/relay/health', healthRequest(keys, now));
  await orderEndOfSession(control, keys);
  await rotateKeys(control, keys, next, now);
  await control.ask('GET /v1/relays');
  await control.ask('DELETE /v1/relays/{id}', { params: { id: 'relay-2' } });
  const decision = { json: { classification: 'malicious' } };
  const etag = { 'if-match': String(headers['etag']) };
  await control.ask('PATCH /v1/detections/{id}', { params, ...decision, headers: etag });
  await control.ask('DELETE /v1/users/{user}', { params: { user: 'erika' } });
}

async function orderEndOfSession(control: TestControl, keys: RelayKeys): Promise<void> {
  const params = { user: 'erika' };
  actor = 'set-up';
  const { body } = await cloud.get('GET /v1/users/{user}/activities', { params });
  actor = 'Control';
  const session: string = body.items[0].id;
  const disconnect = [{ gateway: 'asa-lyon', form: 'rfc5176', ends: 'name', perHour: 5 } as const];
  await control.ask('POST /v1/relay/health', healthRequest(keys, now, { disconnect }));
  const route = '/v1/users/{user}/session-ends';
  await control.ask(`POST ${route}/plan`, { params, json: { session } });
  const json = { session, reason: 'stolen' };
  const { status, body: order } = await control.ask(`POST ${route}`, { params, json });
  await control.ask('GET /v1/relay/orders', ordersRequest(keys, now));
  const sent = { orderId: order.id, state: 'sent', at: now };
  await control.ask('POST /v1/relay/orders', orderReports(keys, now, [sent]));
  await control.ask(`GET ${route}`, { params });
  expect(status).toBe(201);
}

const controlStore = () =>
  makeControlStore({
    client: cloud.dynamo.client,
    tableName: cloud.tables.control,
    now: () => now,
  });

const roles = ['Process', 'Query', 'Admit', 'Sweep'] as const;
const allRoles = [...roles, 'Control'] as const;
const stack = synthesize();

it.each(allRoles)('%s does nothing that its role may not do', (role) => {
  const statements = statementsOf(stack, role);
  const refused = (deeds.get(role) ?? []).filter((deed) => !isAllowed(statements, deed));

  expect(deeds.get(role)?.length).toBeGreaterThan(0);
  expect(refused).toEqual([]);
});

it.each(allRoles)('%s has no right on a table that it does not use', (role) => {
  const done = deeds.get(role) ?? [];
  const idle = statementsOf(stack, role)
    .filter((one) => actionsOf(one).some((action) => action.startsWith('dynamodb:')))
    .flatMap((one) => actionsOf(one).map((Action) => ({ ...one, Action })))
    .filter((one) => !done.some((deed) => isAllowed([one], deed)));

  expect(idle).toEqual([]);
});

it.each(roles)('%s cannot let a relay in or change the settings', (role) => {
  const statements = statementsOf(stack, role);
  const writes = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'];

  for (const partition of ['KEY#abc', 'RELAYS', 'SETTINGS']) {
    for (const write of writes) {
      const deed = { action: `dynamodb:${write}`, table: 'ControlTable', partitions: [partition] };

      expect(isAllowed(statements, deed)).toBe(false);
    }
  }
});

it('admit sees no profile, and query changes none', () => {
  const profile = { table: 'ProfilesTable', partitions: ['U#alice'] };

  expect(isAllowed(statementsOf(stack, 'Admit'), { action: 'dynamodb:GetItem', ...profile })).toBe(
    false,
  );
  expect(isAllowed(statementsOf(stack, 'Query'), { action: 'dynamodb:PutItem', ...profile })).toBe(
    false,
  );
});

it('only control may read or write a secret, and only the two that are its own', () => {
  const secrets = ofType(stack, 'AWS::SecretsManager::Secret').map(([id]) => ({ Ref: id }));
  const ofSecrets = (role: string) =>
    statementsOf(stack, role).filter((one) => actionsOf(one).join().includes('secretsmanager:'));

  expect(secrets).toHaveLength(2);
  expect(roles.flatMap(ofSecrets)).toEqual([]);
  expect(ofSecrets('Control')).toEqual([
    {
      Effect: 'Allow',
      Action: [
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        // Moves the label of the version in use; it reads and writes nothing.
        'secretsmanager:UpdateSecretVersionStage',
      ],
      Resource: secrets,
    },
  ]);
});

it('process may postpone a message, which needs a right of its own', () => {
  const actions = statementsOf(stack, 'Process').flatMap(actionsOf);

  expect(actions).toContain('sqs:ChangeMessageVisibility');
  expect(actions).not.toContain('sqs:SendMessage');
});
