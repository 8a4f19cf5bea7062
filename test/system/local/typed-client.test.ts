// What a programmer does who has nothing but the address of the API: fetch the contract from it,
// generate types, compile a client, run it. Done with the tools that they would take.

import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AccountingEvent } from '../../../domain/accounting-event.ts';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import { encodeBatch, formatBatchId } from '../../../wire/batch.ts';
import { sealRequest } from '../../../wire/seal.ts';
import { publicJwkOf, sealKeyOf } from '../../../wire/signature.ts';
import { tempDir } from '../../local/temp-dir.ts';
import { asaBatch } from '../../support/batches.ts';
import { hourMs, sessionEvents } from '../../support/events.ts';
import { contractText, violations } from '../../support/openapi.ts';

const repository = join(import.meta.dirname, '../../..');
const path = tempDir();
const { privateKey } = generateKeyPairSync('ed25519');
const clientSource = readFileSync(join(repository, 'test/support/typed-client.ts'), 'utf8');
const places = {
  '81.2.69.142': { country: 'GB', city: 'London', lat: 51.5, lon: -0.1 },
  '203.0.113.9': { country: 'JP', city: 'Tokyo', lat: 35.7, lon: 139.7 },
} as const;

let cloud: LocalCloud;

beforeAll(async () => {
  mkdirSync(path('cloud'));
  cloud = await startLocalCloud({
    folder: path('cloud'),
    apiPort: 0,
    writeLog: () => undefined,
    locate: (address) => {
      const found = Object.entries(places).find(([known]) => known === address)?.[1];
      if (!found)
        return { kind: 'unknown', network: { asn: 0, organization: '', type: 'unknown' } };
      return {
        kind: 'located',
        ...found,
        radiusKm: 20,
        confidence: 'city',
        network: { asn: 64_500, organization: 'Example Net', type: 'access' },
      };
    },
  });
  await cloud.control.registerKey('relay-1', publicJwkOf(privateKey));
  const at = Date.now() - 3 * hourMs;
  await ship([
    ...sessionEvents({ user: 'alice', address: '81.2.69.142', at, minutes: 120, device: 'lt-1' }),
    ...sessionEvents({
      user: 'alice',
      sessionId: 's2',
      address: '203.0.113.9',
      at: at + hourMs / 2,
      minutes: 60,
    }),
  ]);
});

afterAll(() => cloud?.stop());

/** Delivers events as a relay does, and waits until they are told by the API. */
async function ship(events: readonly AccountingEvent[]): Promise<void> {
  const batch = asaBatch(events.length, { events });
  const body = encodeBatch(batch);
  const headers = sealRequest({
    authority: new URL(cloud.url).host,
    path: '/v1/batches',
    createdSeconds: Math.floor(Date.now() / 1000),
    nonce: randomBytes(16).toString('base64url'),
    key: sealKeyOf(privateKey),
    body,
    batchId: formatBatchId(batch),
  });
  const answer = await fetch(`${cloud.url}/v1/batches`, { method: 'POST', headers, body });
  const answered = {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    text: await answer.text(),
  };
  expect(violations('POST /v1/batches', answered)).toEqual([]);
  expect(answered.status).toBe(202);
  await cloud.idle();
}

type Ended = { readonly code: number | null; readonly output: string };

/** Runs a Node program of the repository in the client's folder. */
function run(script: string, args: readonly string[]): Promise<Ended> {
  const cwd = path('client');
  const child = spawn(process.execPath, [...script.split(' '), ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', REDOCLY_TELEMETRY: 'off', NODE_OPTIONS: '' },
  });
  let output = '';
  const take = (chunk: Buffer) => {
    output += chunk;
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** openapi-typescript needs TypeScript 5 (build/contract-types/hooks.mjs). */
const hooks = pathToFileURL(join(repository, 'build/contract-types/hooks.mjs')).href;
const register = `import { register } from 'node:module'; register('${hooks}');`;
const generator = join(repository, 'node_modules/openapi-typescript/bin/cli.js');
const compiler = join(repository, 'node_modules/typescript/bin/tsc');
const strict = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023', 'dom'],
    types: ['node'],
    module: 'preserve',
    noEmit: true,
    strict: true,
    // Those of the browser and of Node are judged elsewhere; what is generated is no declaration.
    skipLibCheck: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
  },
  include: ['.'],
};

it('is served word for word, with an entity tag', async () => {
  const answer = await fetch(`${cloud.url}/v1/openapi.yaml`);

  expect(answer.headers.get('content-type')).toBe('application/yaml');
  expect(await answer.text()).toBe(contractText);
  const etag = answer.headers.get('etag') ?? '';
  const headers = { 'if-none-match': etag };
  const again = await fetch(`${cloud.url}/v1/openapi.yaml`, { headers });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

it('makes a client', async () => {
  const folder = path('client');
  mkdirSync(folder);
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const client = clientSource.replace(/'[^']*contract\.ts'/, "'./wherefrom.ts'");
  writeFileSync(join(folder, 'client.ts'), client);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(strict));

  const generated = await run(
    `--import data:text/javascript,${encodeURIComponent(register)} ${generator}`,
    [`${cloud.url}/v1/openapi.yaml`, '-o', 'wherefrom.ts'],
  );
  expect(generated).toMatchObject({ code: 0 });
});

it('of which a program compiles without a cast', async () => {
  expect(await run(compiler, ['-p', '.'])).toEqual({ code: 0, output: '' });
});

it('and gets what it asks for', async () => {
  const { code, output } = await run('--import tsx client.ts', [cloud.url]);

  expect({ code, ...JSON.parse(output) }).toEqual({
    code: 0,
    names: ['alice person'],
    shares: ['Tokyo, JP 0.50', 'London, GB 0.50'],
    // Of the two the gate counts the user's own: the other one stands in an open detection.
    learning: '1 of 5',
    addresses: 2,
    detections: ['low alice'],
    place: 'Tokyo, JP',
    sessionCount: 1,
    isHeavy: true,
    decided: ['resolved', 0, 'asked by telephone'],
    devices: ['host host:lt-1'],
    usedBy: ['alice 1'],
    highs: 0,
    there: ['alice GB//London'],
    csv: ['severity', 'low', null],
    gateways: [],
    relays: ['relay-1 undefined'],
    words: 6,
    refusal: 'not-found',
  });
});

it('is a client without casts, assertions and excuses', () => {
  const code = clientSource.replace(/\/\/.*|'[^']*'/g, '');

  expect(code).not.toMatch(/\bas\b|\bany\b|\w!|@ts-|<unknown>/);
});
