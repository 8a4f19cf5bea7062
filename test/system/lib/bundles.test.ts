// Every function as it is uploaded: bundled, loaded by a plain Node process that has nothing but
// the file and the environment of the stack, and called, with tables behind the SDK's own endpoint
// variable. A synth cannot see a bundle that dies at load.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleFunctions, functionEntries, stageGeoData } from '../../../build/bundle.ts';
import { getContract } from '../../../lambdas/query/contract.ts';
import { revalidated } from '../../../lambdas/query/etag.ts';
import { functionNames } from '../../../lib/functions.ts';
import { readContract } from '../../../local/contract.ts';
import { ofType, synthesize } from '../../lib/synthesized.ts';
import { startTestDynamo, type TestDynamo } from '../../support/dynalite.ts';

const repository = join(import.meta.dirname, '../../..');
const kilobyte = 1_024;
/** Uploaded size, kilobytes. Grows are to be noticed: the size is part of every cold start. */
const sizeMax: Readonly<Record<string, number>> = {
  admit: 700,
  label: 700,
  // Most of it is the S3 client, which runs only where newer location data is asked for.
  locate: 600,
  process: 1_024,
  query: 600,
  sweep: 700,
  control: 800,
};

let folder: string;
let dynamo: TestDynamo;
let table: string;
const sizes: Record<string, string> = {};

beforeAll(async () => {
  dynamo = await startTestDynamo();
  table = await dynamo.createTable();
  folder = mkdtempSync(join(tmpdir(), 'wherefrom-bundles-'));
  bundleFunctions(repository, join(folder, 'lambdas'));
  writeFileSync(join(folder, 'call.cjs'), caller);
});
afterAll(async () => {
  await dynamo.stop();
  rmSync(folder, { recursive: true, force: true });
  const lines = Object.entries(sizes).map(([name, text]) => `  ${name.padEnd(8)} ${text}`);
  process.stderr.write(`bundles:\n${lines.join('\n')}\n`);
});

/** Loads a bundle, calls its handler with the event, prints what came of it. */
const caller = `
const [path, event] = process.argv.slice(2);
const started = process.hrtime.bigint();
const { handler } = require(path);
const loadMs = Number(process.hrtime.bigint() - started) / 1e6;
const context = { getRemainingTimeInMillis: () => 60000 };
Promise.resolve()
  .then(() => handler(JSON.parse(event), context))
  .then((answer) => ({ answer }), (error) => ({ error: String(error.name) }))
  .then((end) => {
    require('node:fs').writeSync(1, JSON.stringify({ type: typeof handler, loadMs, ...end }));
    process.exit(0);
  });
`;

type Called = {
  readonly type: string;
  /** Milliseconds. */
  readonly loadMs: number;
  // Whatever the handler answered, as JSON.
  readonly answer?: ReturnType<typeof JSON.parse>;
  readonly error?: string;
};

/** The variables the stack sets for a function, with values for what AWS will fill in. */
function environmentOf(name: string): Record<string, string> {
  const found = ofType(synthesize(), 'AWS::Lambda::Function').find(([id]) =>
    new RegExp(`^(functions)?${name}function`).test(id.toLowerCase()),
  );
  const variables: Record<string, unknown> = found?.[1].Properties.Environment.Variables ?? {};
  return Object.fromEntries(
    Object.entries(variables).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : key.endsWith('_TABLE') ? table : 'api.example',
    ]),
  );
}

async function call(
  name: string,
  event: unknown,
  extra: Readonly<Record<string, string>> = {},
): Promise<Called> {
  const path = join(folder, 'lambdas', name, 'index.js');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(folder, 'call.cjs'), path, JSON.stringify(event)],
    {
      env: {
        ...environmentOf(name),
        ...extra,
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
      timeout: 60_000,
    },
  );
  // Log lines may precede what the caller prints.
  const called: Called = JSON.parse(stdout.slice(stdout.lastIndexOf('{"type":')));
  const kilobytes = Math.round(statSync(path).size / kilobyte);
  sizes[name] = `${kilobytes} KB, loads in ${Math.round(called.loadMs)} ms`;
  return called;
}

function httpEvent(method: string, path: string, body = '', more = {}): unknown {
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'api.example', 'content-type': 'text/plain', ...more },
    requestContext: {
      domainName: 'api.example',
      http: { method, path },
      requestId: 'r',
      authorizer: { jwt: { claims: { 'cognito:groups': '[analyst]' } } },
    },
    body,
    isBase64Encoded: false,
  };
}

it('exists for every function of the stack', () => {
  expect([...functionEntries(repository).keys()]).toEqual(
    expect.arrayContaining([...functionNames]),
  );
});

it.each([...functionEntries(repository).keys()])('%s is small enough to start quickly', (name) => {
  const { size } = statSync(join(folder, 'lambdas', name, 'index.js'));

  expect(size).toBeLessThan((sizeMax[name] ?? 0) * kilobyte);
});

it('admit refuses a batch without a seal before it asks anybody', async () => {
  const { type, answer } = await call('admit', httpEvent('POST', '/v1/batches', 'aGVsbG8='));

  expect(type).toBe('function');
  expect(answer.statusCode).toBe(401);
});

it('process has nothing to complain about when the queue gives nothing', async () => {
  const { type, answer } = await call('process', { Records: [] });

  expect(type).toBe('function');
  expect(answer).toEqual({ batchItemFailures: [] });
});

it('query sums up empty tables', async () => {
  const { type, answer } = await call('query', httpEvent('GET', '/v1/summary'));

  expect(type).toBe('function');
  expect(answer.statusCode).toBe(200);
});

it('query has its contract at hand, byte for byte', async () => {
  const whole = revalidated(await getContract({ contract: readContract }), undefined);
  const { etag } = whole.headers as { readonly etag: string };

  const headers = { 'if-none-match': etag };
  const { answer } = await call('query', httpEvent('GET', '/v1/openapi.yaml', '', headers));

  expect([answer.statusCode, answer.headers.etag]).toEqual([304, etag]);
});

it('query does not know a route that is not in the API', async () => {
  const { type, answer } = await call('query', httpEvent('GET', '/v1/nowhere'));

  expect(type).toBe('function');
  expect(answer.statusCode).toBe(404);
});

it('control tells an analyst the settings, before there are any', async () => {
  const { type, answer } = await call('control', httpEvent('GET', '/v1/settings'));

  expect(type).toBe('function');
  expect(answer.statusCode).toBe(200);
});

it('sweep has nothing to do on empty tables', async () => {
  const { type, answer, error } = await call('sweep', {});

  expect(type).toBe('function');
  expect([answer ?? null, error]).toEqual([null, undefined]);
});

it('label takes nothing but cells', async () => {
  const event = { cells: [{ cell: '51.5_-0.5', country: 'GB', user: 'alice' }] };

  const { type, error } = await call('label', event, { PLACES_TABLE: table, PLACE_INDEX: 'index' });

  expect(type).toBe('function');
  expect(error).toBe('Error');
});

it('locate finds a city in the layer as it is uploaded', async () => {
  const layer = join(folder, 'layer');
  stageGeoData(repository, layer);

  const { type, answer } = await call(
    'locate',
    { addresses: ['8.8.8.8'] },
    { GEO_DATA_DIR: join(layer, 'geo') },
  );

  expect(type).toBe('function');
  expect(JSON.stringify(answer)).toContain('"US"');
});
