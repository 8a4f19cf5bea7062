// `npm run admin` as an admin who signed in: asked of the real control function over a real
// DynamoDB API, with the token that the sign-in left in the person's folder.

import { join } from 'node:path';
import { runAdmin } from '../../../cli/admin/admin-commands.ts';
import { openSignIns } from '../../../cli/login/sign-in-store.ts';
import { parseEnrolToken } from '../../../wire/enrol-token.ts';
import { tempDir } from '../../local/temp-dir.ts';
import {
  enrolment,
  makeRelayKeys,
  makeTestControl,
  type TestControl,
} from '../../support/control-in-test.ts';
import { startTestDynamo, type TestDynamo } from '../../support/dynalite.ts';

const path = tempDir();
const api = 'https://api.example';
const now = 1_790_000_000_000;
const groups: Readonly<Record<string, string>> = {
  'Bearer of-admin': '[admin]',
  'Bearer of-analyst': '[analyst]',
};
let dynamo: TestDynamo;
let control: TestControl;
let homes = 0;

beforeAll(async () => {
  dynamo = await startTestDynamo();
});
afterAll(() => dynamo.stop());
beforeEach(async () => {
  homes += 1;
  const tables = { profiles: await dynamo.createTable(), control: await dynamo.createTable() };
  control = makeTestControl({ dynamo, tables, now, isOpen: false });
  signIn('of-admin');
});

function signIn(accessToken: string): void {
  openSignIns(join(path(`home-${homes}`), '.config', 'wherefrom'), 'linux').write({
    api,
    issuer: 'https://id.example',
    clientId: 'command-line',
    scope: 'openid',
    tokens: { accessToken },
  });
}

/** The API in front of the function: checks the token, knows the routes. */
const fetchApi: typeof fetch = async (address, init) => {
  const url = new URL(String(address));
  const headers = new Headers(init?.headers);
  const group = groups[headers.get('authorization') ?? ''];
  if (group === undefined) return Response.json({ message: 'Unauthorized' }, { status: 401 });
  const [, , resource = '', id] = url.pathname.split('/');
  const routeKey = `${init?.method} /v1/${resource}${id === undefined ? '' : '/{id}'}`;
  const answer = await control.ask(routeKey, {
    groups: group,
    ...(id !== undefined && { params: { id: decodeURIComponent(id) } }),
    ...(init?.body !== undefined && { body: String(init.body) }),
    headers: Object.fromEntries(headers),
  });
  return new Response(answer.text, { status: answer.status, headers: answer.headers });
};

async function admin(args: string, files: Readonly<Record<string, string>> = {}) {
  let out = '';
  let error = '';
  const refuse = (): never => {
    throw new Error('the API is asked, not AWS itself');
  };
  const exitCode = await runAdmin(args.split(' '), {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
    readText: (name) => {
      const text = files[name];
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return text;
    },
    openKeys: refuse,
    openAudit: refuse,
    makeToken: refuse,
    readAudit: refuse,
    openPools: refuse,
    fetch: fetchApi,
    now: () => now,
    environment: {},
    platform: 'linux',
    home: path(`home-${homes}`),
  });
  return { exitCode, out, error };
}

const gateway = { name: 'vpn-hq', addresses: ['10.0.0.1'], secret: 'type the same into it' };
const domains = { netbios: {}, defaultDomain: 'contoso.com' };
const settings = JSON.stringify({ enabled: true, gateways: [gateway], domains });

describe('settings', () => {
  it('are put, shown without secrets, changed and put again', async () => {
    const put = await admin('settings put --file s', { s: settings });
    const shown = await admin('settings show');
    const file = JSON.parse(shown.out);
    const names = file.gateways.map(({ name }: { name: string }) => name);
    file.gateways.push({ name: 'vpn-2', addresses: ['10.0.0.2'], secret: 'another long secret' });
    const again = await admin('settings put --file s', { s: JSON.stringify(file) });

    expect(put).toMatchObject({ exitCode: 0, error: '' });
    expect(put.out).toContain('version 1 now, with 1 gateway; relays have them within a minute');
    expect([file.ifVersion, ...names]).toEqual([1, 'vpn-hq']);
    expect(shown.out).not.toContain(gateway.secret);
    expect(again.out).toContain('version 2 now, with 2 gateways');
  });

  it('of an older version change nothing, and say what to do', async () => {
    await admin('settings put --file s', { s: settings });

    const { exitCode, error } = await admin('settings put --file s', { s: settings });

    expect(exitCode).toBe(1);
    expect(error).toContain('settings show');
    expect(error).not.toContain('--help');
  });

  it('with mistakes are refused with each of them by its place', async () => {
    const wrong = { domains, gateways: [{ name: 'A B', addresses: ['10.0.0'], secret: 'short' }] };

    const { exitCode, error } = await admin('settings put --file s', { s: JSON.stringify(wrong) });

    expect(exitCode).toBe(1);
    expect(error).toMatch(/\/gateways\/0\/name: [\s\S]*\/gateways\/0\/addresses/);
    expect(error).not.toContain('short');
  });

  it.each([
    ['gone', {}, 64, /cannot read gone: ENOENT/],
    ['list', { list: '[]' }, 65, /holds no JSON object/],
    ['text', { text: 'enabled' }, 65, /holds no JSON object/],
    ['odd', { odd: '{"ifVersion":"x"}' }, 65, /"ifVersion" is no whole number/],
  ])('are not asked about with the file %s', async (name, files, code, message) => {
    const { exitCode, error } = await admin(`settings put --file ${name}`, files as never);

    expect(exitCode).toBe(code);
    expect(error).toMatch(message);
  });
});

describe('relays', () => {
  it('get in by a token, alone on stdout, are listed and shut out', async () => {
    const token = await admin('token --name relay-1');
    await control.ask('POST /v1/relay/enrol', enrolment(token.out, makeRelayKeys(), now));
    const listed = await admin('relay list');
    const revoked = await admin('relay revoke --name relay-1');

    expect(token.exitCode).toBe(0);
    expect(parseEnrolToken(token.out)).toBeDefined();
    expect(token.error).toContain('npm run relay -- enrol --url ');
    expect(listed.out).toMatch(/^relay-1 {2}enrolled[\s\S]*\nrelay-1 {2}\S{43} {2}since 2026-/);
    expect(revoked.out).toContain('relay relay-1 is shut out by 2026-');
    expect((await admin('relay list')).out).toContain('relay-1  revoked');
  });

  it('that there are not cannot be shut out', async () => {
    const { exitCode, error } = await admin('relay revoke --name gone');

    expect(exitCode).toBe(1);
    expect(error).toContain('there is no relay of this name');
  });
});

describe('who asks', () => {
  it('is an admin, not an analyst', async () => {
    signIn('of-analyst');

    const { exitCode, error } = await admin('settings put --file s', { s: settings });

    expect(exitCode).toBe(77);
    expect(error).toContain('this takes the group admin');
  });

  it('has signed in', async () => {
    homes += 1;

    const nobody = await admin('relay list --url https://api.example');
    signIn('ended');
    const ended = await admin('relay list');

    expect(nobody).toMatchObject({ exitCode: 77, out: '' });
    expect(nobody.error).toContain('npm run login -- --url https://api.example');
    expect(ended).toMatchObject({ exitCode: 77, out: '' });
  });

  it('says on AWS itself by the options that only that has', async () => {
    await expect(admin('relay list --table t')).rejects.toThrow('not AWS itself');
    expect((await admin('relay revoke --name relay-1 --key k')).error).toContain(
      '--table is missing',
    );
  });
});
