// `npm run admin` against a real DynamoDB API in this process, with keys made by OpenSSL's own
// code.

import { generateKeyPairSync } from 'node:crypto';
import {
  UserNotFoundException,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { runAdmin } from '../../../cli/admin/admin-commands.ts';
import type { UserPoolClient } from '../../../cli/admin/admin-users.ts';
import { makeAuditBook, readAudit } from '../../../lambdas/aws/dynamodb/audit-book.ts';
import { makeControlStore } from '../../../lambdas/aws/dynamodb/control-store.ts';
import type { ControlStore } from '../../../lambdas/shared/control-ports.ts';
import { makeFirstToken } from '../../../lambdas/wiring/first-token.ts';
import { parseEnrolToken } from '../../../wire/enrol-token.ts';
import { fingerprintOf } from '../../../wire/key-fingerprint.ts';
import { publicJwkOf, thumbprint } from '../../../wire/signature.ts';
import { makeSecretMap } from '../../support/control-in-test.ts';
import { startTestDynamo, type TestDynamo } from '../../support/dynalite.ts';

/** What a user pool was asked; answers what a test says. */
const pool = {
  asked: [] as { command: string; input: unknown }[],
  fails: undefined as Error | undefined,
  send(command: { input: unknown }): Promise<unknown> {
    this.asked.push({ command: command.constructor.name, input: command.input });
    const { fails } = this;
    this.fails = undefined;
    return fails ? Promise.reject(fails) : Promise.resolve({});
  },
};

let dynamo: TestDynamo;
let table: string;
let keys: ControlStore;
let cloudKeySecret = '';

beforeAll(async () => {
  dynamo = await startTestDynamo();
});
afterAll(() => dynamo.stop());
beforeEach(async () => {
  pool.asked = [];
  table = await dynamo.createTable();
  keys = makeControlStore({
    client: dynamo.client,
    tableName: table,
    now: () => 1_790_000_000_000,
  });
});

const makeKey = (type: 'ed25519' | 'p256' = 'ed25519') =>
  type === 'ed25519'
    ? generateKeyPairSync('ed25519')
    : generateKeyPairSync('ec', { namedCurve: 'P-256' });

async function admin(args: string, files: Readonly<Record<string, string>> = {}) {
  let out = '';
  let error = '';
  const exitCode = await runAdmin(args.split(' '), {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
    readText: (path) => {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return text;
    },
    makeToken: (tableName, cloudKey, relayId) => {
      cloudKeySecret = cloudKey;
      const rows = { client: dynamo.client, tableName, now: () => 1_790_000_000_000 };
      return makeFirstToken(rows, makeSecretMap(new Map()), relayId);
    },
    readAudit: (tableName, month) =>
      readAudit({ client: dynamo.client, tableName, now: () => 1_790_000_000_000 }, month),
    openAudit: (tableName) =>
      makeAuditBook({ client: dynamo.client, tableName, now: () => 1_790_000_000_000 }),
    openPools: () => pool as unknown as UserPoolClient,
    openKeys: (name) =>
      makeControlStore({ client: dynamo.client, tableName: name, now: () => 1_790_000_000_000 }),
    fetch: () => Promise.reject(new Error('AWS itself is asked, not the API')),
    now: () => 1_790_000_000_000,
    environment: {},
    platform: 'linux',
    home: '/nowhere',
  });
  return { exitCode, out, error };
}

describe('token', () => {
  const options = '--cloud-key arn:aws:secret:cloud --url https://api.example';

  it('prints a token alone, and beside it what to type where the relay runs', async () => {
    const { exitCode, out, error } = await admin(
      `token --name relay-1 --table ${table} ${options}`,
    );

    const token = parseEnrolToken(out);
    expect(exitCode).toBe(0);
    expect(cloudKeySecret).toBe('arn:aws:secret:cloud');
    expect(out).toBe(`${out.trim()}\n`);
    expect(error).toContain('npm run relay -- enrol --url https://api.example');
    expect(error).toContain(fingerprintOf(token?.cloudKeyId ?? '').sha256);
    expect(error).not.toContain(out.trim());
  });

  it('is not made for a relay that has keys', async () => {
    await keys.registerKey('relay-1', publicJwkOf(makeKey().publicKey));

    const { exitCode, error } = await admin(`token --name relay-1 --table ${table} ${options}`);

    expect(exitCode).toBe(1);
    expect(error).toContain('relay-1 is enrolled');
  });

  it.each(['--name', '--table', '--cloud-key', '--url'])('needs %s', async (missing) => {
    const all = `--name relay-1 --table ${table} ${options}`;
    const rest = all.replace(new RegExp(`${missing} \\S+ ?`), '').trim();

    const { exitCode, error } = await admin(`token ${rest}`);

    expect(exitCode).toBe(64);
    expect(error).toContain(`${missing} is missing`);
  });
});

describe('audit', () => {
  it('lists who changed what, and how it ended', async () => {
    await admin(`token --name relay-1 --table ${table} --cloud-key arn --url https://api.example`);

    const { out } = await admin(`audit --month 2026-09 --table ${table}`);

    expect(out).toBe('2026-09-21T14:13:20.000Z  relay-token-made  relay-1  by deployer  done\n');
    expect((await admin(`audit --month 2026-08 --table ${table}`)).out).toBe('');
  });

  it('holds the keys that were let in and shut out by hand, and those that were not', async () => {
    const pem = String(makeKey().publicKey.export({ format: 'pem', type: 'spki' }));
    const add = `relay add --name relay-1 --public-key k --table ${table}`;
    await admin(add, { k: pem });
    const [key] = await keys.relayKeys('relay-1');
    await admin(`relay revoke --name relay-1 --key ${key?.keyId} --table ${table}`);
    await admin(add, { k: pem });

    const { out } = await admin(`audit --month 2026-09 --table ${table}`);

    const lines = out
      .trim()
      .split('\n')
      .map((line) => line.slice(26));
    expect(lines.sort()).toEqual([
      'relay-key-added  relay-1  by deployer  done',
      'relay-key-added  relay-1  by deployer  refused',
      `relay-revoked  relay-1: key ${key?.keyId}  by deployer  done`,
    ]);
  });

  it('wants a month', async () => {
    expect((await admin(`audit --month September --table ${table}`)).exitCode).toBe(64);
  });
});

describe('relay add', () => {
  it.each(['ed25519', 'p256'] as const)('lets a relay in by its %s key in PEM', async (type) => {
    const { publicKey } = makeKey(type);
    const pem = String(publicKey.export({ format: 'pem', type: 'spki' }));
    const keyId = thumbprint(publicJwkOf(publicKey));

    const args = `relay add --name relay-1 --public-key k.pem --table ${table}`;
    const { exitCode, out } = await admin(args, { 'k.pem': pem });

    expect(exitCode).toBe(0);
    expect(out).toContain(keyId);
    expect(await keys.activeKey(keyId)).toMatchObject({ relayId: 'relay-1' });
  });

  it('takes the key as JWK too, and twice is once', async () => {
    const jwk = publicJwkOf(makeKey().publicKey);
    const args = `relay add --name relay-1 --public-key k.json --table ${table}`;

    await admin(args, { 'k.json': JSON.stringify(jwk) });
    const { exitCode } = await admin(args, { 'k.json': JSON.stringify(jwk) });

    expect(exitCode).toBe(0);
    expect(await keys.relayKeys('relay-1')).toHaveLength(1);
  });

  it('refuses a private key, in both forms, and registers nothing', async () => {
    const { privateKey } = makeKey();
    const files = {
      pem: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
      jwk: JSON.stringify(privateKey.export({ format: 'jwk' })),
    };

    for (const file of Object.keys(files)) {
      const args = `relay add --name relay-1 --public-key ${file} --table ${table}`;
      const { exitCode, error } = await admin(args, files);

      expect(exitCode).toBe(65);
      expect(error).toContain('private key');
    }
    expect(await keys.relayIds()).toEqual([]);
  });

  it('says what to do about a third key, a foreign key and a revoked one', async () => {
    const pems = [makeKey(), makeKey(), makeKey()].map(({ publicKey }) =>
      String(publicKey.export({ format: 'pem', type: 'spki' })),
    );
    const files = Object.fromEntries(pems.map((pem, at) => [`${at}`, pem]));
    const add = (name: string, file: number) =>
      admin(`relay add --name ${name} --public-key ${file} --table ${table}`, files);
    await add('relay-1', 0);
    await add('relay-1', 1);

    const third = await add('relay-1', 2);
    const foreign = await add('relay-2', 0);
    const [first] = await keys.relayKeys('relay-1');
    await admin(`relay revoke --name relay-1 --key ${first?.keyId} --table ${table}`);
    const revoked = await add('relay-1', 0);

    expect(third).toMatchObject({ exitCode: 1, error: expect.stringContaining('revoke one') });
    expect(foreign).toMatchObject({ exitCode: 1, error: expect.stringContaining('another relay') });
    expect(revoked).toMatchObject({ exitCode: 1, error: expect.stringContaining('was revoked') });
  });
});

describe('relay list and relay revoke', () => {
  it('show who may deliver, and who was shut out', async () => {
    const pem = String(makeKey().publicKey.export({ format: 'pem', type: 'spki' }));
    const at = `--table ${table}`;
    await admin(`relay add --name relay-1 --public-key k ${at}`, { k: pem });
    const [key] = await keys.relayKeys('relay-1');

    const before = await admin(`relay list ${at}`);
    const revoke = await admin(`relay revoke --name relay-1 --key ${key?.keyId} ${at}`);
    const after = await admin(`relay list ${at}`);
    const again = await admin(`relay revoke --name relay-1 --key unknown ${at}`);

    expect(before.out).toContain(`relay-1  ${key?.keyId}`);
    expect(revoke.exitCode).toBe(0);
    expect(after.out).toBe('relay-1  no active key\n');
    expect(again.exitCode).toBe(1);
  });
});

it('revokes a key whose thumbprint begins with a hyphen', async () => {
  let { publicKey } = makeKey();
  while (!thumbprint(publicJwkOf(publicKey)).startsWith('-')) ({ publicKey } = makeKey());
  const jwk = publicJwkOf(publicKey);
  await keys.registerKey('relay-1', jwk);

  const args = `relay revoke --name relay-1 --key ${thumbprint(jwk)} --table ${table}`;
  const { exitCode } = await admin(args);

  expect(exitCode).toBe(0);
  expect(await keys.relayKeys('relay-1')).toEqual([]);
});

describe('the command line', () => {
  it('tells what AWS says when the table does not exist, without a stack trace', async () => {
    const { exitCode, error } = await admin('relay list --table gone');

    expect(exitCode).toBe(69);
    expect(error).toMatch(/^wherefrom admin: AWS says: ResourceNotFoundException: .*\n$/);
  });

  it('explains itself', async () => {
    const { exitCode, out } = await admin('--help');

    expect(exitCode).toBe(0);
    expect(out).toContain('relay add --name NAME --public-key FILE --table TABLE');
  });

  it.each([
    ['relay ad', 'there is no "relay ad"'],
    ['relay add --table t --public-key k', '--name is missing'],
    ['relay add --name Relay_1 --table t --public-key k', '--name takes'],
    ['relay add --name r --table t --public-key gone', 'cannot read gone: ENOENT'],
    ['relay add --nam r', 'nam'],
  ])('answers "%s" with what is wrong', async (args, message) => {
    const { exitCode, error } = await admin(args);

    expect(exitCode).toBeGreaterThanOrEqual(64);
    expect(error).toContain(message);
  });
});

describe('user add and remove', () => {
  const person = '--email eve@example.com --pool eu-central-1_abc';

  it('invites a person by mail and puts them into the group', async () => {
    const { exitCode, out } = await admin(`user add --group admin ${person}`);

    expect(exitCode).toBe(0);
    expect(out).toContain('gets a mail');
    expect(out).toContain('Next, on their machine: the command of the output Step3SignIn');
    expect(pool.asked).toEqual([
      {
        command: 'AdminCreateUserCommand',
        input: expect.objectContaining({
          UserPoolId: 'eu-central-1_abc',
          Username: 'eve@example.com',
          DesiredDeliveryMediums: ['EMAIL'],
        }),
      },
      {
        command: 'AdminAddUserToGroupCommand',
        input: { UserPoolId: 'eu-central-1_abc', Username: 'eve@example.com', GroupName: 'admin' },
      },
    ]);
  });

  it.each([
    ['eu-central-1_abc', 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc'],
    ['cn-north-1_abc', 'https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_abc'],
  ])('prints the command that signs the person in at %s', async (id, issuer) => {
    const about = '--url https://api.example --client-id c1';
    const who = `--group admin --email eve@example.com --pool ${id}`;

    const { out } = await admin(`user add ${who} ${about}`);

    expect(out).toContain(
      `Next, on their machine: npm run login -- --url https://api.example --issuer ${issuer} ` +
        '--client-id c1\n',
    );
  });

  it('gives another group to somebody who is there already', async () => {
    pool.fails = new UsernameExistsException({ message: 'there', $metadata: {} });

    const { exitCode, out } = await admin(`user add --group analyst ${person}`);

    expect(exitCode).toBe(0);
    expect(out).toContain('was known already');
    expect(pool.asked.map(({ command }) => command)).toContain('AdminAddUserToGroupCommand');
  });

  it('shuts a person out, and says when there is none', async () => {
    expect((await admin(`user remove ${person}`)).exitCode).toBe(0);
    pool.fails = new UserNotFoundException({ message: 'none', $metadata: {} });
    expect((await admin(`user remove ${person}`)).exitCode).toBe(1);
  });

  it.each([
    ['another group', '--group boss --email eve@example.com', /analyst, responder, admin/],
    ['no address', '--group admin --email eve', /e-mail/],
  ])('asks nobody about %s', async (_, args, message) => {
    const { exitCode, error } = await admin(`user add --pool p ${args}`);

    expect(exitCode).toBe(64);
    expect(error).toMatch(message);
    expect(pool.asked).toEqual([]);
  });
});
