// Enrolment as an engineer does it: the verb, a configuration that is not there yet, a token that
// is used twice, answers that are lost, clocks that are off.

import fs from 'node:fs';
import path from 'node:path';
import { readEnrolment } from '../../../relay/config/enrolment.ts';
import { loadConfig } from '../../../relay/config/load.ts';
import { runCommand } from '../../support/command.ts';
import { type ControlCloud, startControlCloud } from '../../support/control-cloud.ts';
import { stopAll, temporaryFolder } from '../../support/running-relay.ts';

let cloud: ControlCloud;
let folder: string;
let file: string;

beforeEach(async () => {
  cloud = await startControlCloud();
  folder = temporaryFolder();
  file = path.join(folder, 'relay.json');
});

afterEach(async () => {
  cloud.stop();
  await stopAll();
});

const readFile = (name: string) => ({
  octets: fs.readFileSync(name),
  mode: fs.statSync(name).mode,
});

function tokenFile(token: string): string {
  const name = path.join(folder, 'token');
  fs.writeFileSync(name, `${token}\n`, { mode: 0o600 });
  return name;
}

const enrol = (token: string, ...more: string[]) =>
  runCommand(
    'enrol',
    '--config',
    file,
    '--url',
    cloud.url,
    '--token-file',
    tokenFile(token),
    ...more,
  );

describe('enrol', () => {
  it('leaves a configuration that run accepts, and keys only the owner can read', async () => {
    const { exitCode, stdout } = await enrol(cloud.token('lyon-2'));

    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Enrolled as lyon-2 at ${cloud.url}`);
    const { config, findings } = loadConfig(file, { readFile, env: {} });
    expect(findings).toEqual([]);
    expect(config?.cloud).toMatchObject({ url: cloud.url, relayId: 'lyon-2' });
    const kept = path.join(folder, 'state/enrolment/enrolment.json');
    expect(fs.statSync(kept).mode & 0o777).toBe(0o600);
    expect(fs.statSync(path.dirname(kept)).mode & 0o777).toBe(0o700);
  });

  it('shows the fingerprint that the cloud can show, too', async () => {
    const { stdout } = await enrol(cloud.token(), '--json');

    const shown = JSON.parse(stdout);
    expect(shown).toMatchObject({ ok: true, relayId: 'lyon-2', isRepeat: false });
    expect(shown.fingerprint.sha256).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
    expect(shown.fingerprint.words.split(' ')).toHaveLength(6);
  });

  it('sends neither the token nor a private key', async () => {
    const token = cloud.token();
    await enrol(token);

    const state = readEnrolment(path.join(folder, 'state'), readFile);
    if (typeof state === 'string') throw new Error(state);
    const secrets = Object.values(state.keys).map((key) => String(key.export({ format: 'jwk' }).d));
    const [, , scalar = ''] = token.split('.');
    for (const secret of [...secrets, scalar]) {
      expect(secret.length).toBeGreaterThan(40);
      expect(cloud.wire.join('\n')).not.toContain(secret);
    }
  });

  it('is done when it is done: the same token again changes nothing and asks nobody', async () => {
    const token = cloud.token();
    await enrol(token);
    const before = fs.readFileSync(path.join(folder, 'state/enrolment/enrolment.json'), 'utf8');
    cloud.isAway = true;

    const { exitCode, stdout } = await enrol(token);

    expect(exitCode).toBe(0);
    expect(stdout).toContain('Enrolled already as lyon-2');
    expect(fs.readFileSync(path.join(folder, 'state/enrolment/enrolment.json'), 'utf8')).toBe(
      before,
    );
  });

  it('goes on with the same keys when the answer to the first attempt was lost', async () => {
    const token = cloud.token();
    cloud.loseAnswers = 1;

    const first = await enrol(token);
    const second = await enrol(token);

    expect(first.exitCode).toBe(1);
    expect(first.stderr).toContain('not enrolled');
    expect(second.exitCode).toBe(0);
    expect(cloud.seen).toEqual(['POST /v1/relay/enrol 200', 'POST /v1/relay/enrol 200']);
  });

  it('says that it needs a token when it is given none', async () => {
    const { stderr } = await runCommand('enrol', '--config', file, '--url', cloud.url);

    expect(stderr).toContain('there is no token: say --token-file FILE');
  });

  it('keeps an existing configuration as it is', async () => {
    const text = '{ /* mine */ "dataDir": "here", "gateways": [] }';
    fs.writeFileSync(file, text);

    const { exitCode } = await enrol(cloud.token());

    expect(exitCode).toBe(0);
    expect(fs.readFileSync(file, 'utf8')).toBe(text);
    expect(loadConfig(file, { readFile, env: {} }).config?.cloud?.relayId).toBe('lyon-2');
  });

  it('will not go past a cloud that was configured by hand', async () => {
    const byHand = { url: cloud.url, relayId: 'x', keyFile: 'key.pem' };
    fs.writeFileSync(file, JSON.stringify({ dataDir: 'here', cloud: byHand }));

    const { exitCode, stderr } = await enrol(cloud.token());

    expect(exitCode).toBe(78);
    expect(stderr).toContain('names cloud.relayId and cloud.keyFile: remove both');
  });
});

describe('enrol says what is wrong:', () => {
  it('a token that other keys have spent', async () => {
    const token = cloud.token();
    await enrol(token);
    fs.rmSync(path.join(folder, 'state'), { recursive: true });

    const { exitCode, stderr } = await enrol(token);

    expect(exitCode).toBe(1);
    expect(stderr).toContain('the cloud refuses the token (spent by other keys): make a new one');
  });

  it('a clock that is an hour behind', async () => {
    cloud.clockMs = 3_600_000;

    const { stderr } = await enrol(cloud.token());

    expect(stderr).toMatch(/this machine's clock is 3\d{3} s behind the cloud's/);
    expect(stderr).toContain('then enrol again with the same token');
  });

  it('somebody else who answers in the place of the cloud', async () => {
    cloud.isForged = true;

    const { stderr } = await enrol(cloud.token());

    expect(stderr).toContain('is not the cloud that made this token: check the URL');
    expect(readEnrolment(path.join(folder, 'state'), readFile)).toBe('not-enrolled');
  });

  it.each([
    ['nobody listens', 'http://127.0.0.1:9/v1', 'nothing listens there: check host and port'],
    ['there is no such host', 'https://nowhere.invalid/v1', 'check the URL and the DNS'],
    ['the URL is in the clear', 'http://cloud.example/v1', '--url expects an https:// URL'],
  ])('%s', async (_, url, said) => {
    const token = tokenFile(cloud.token());

    const { exitCode, stderr } = await runCommand(
      'enrol',
      '--config',
      file,
      '--url',
      url,
      '--token-file',
      token,
    );

    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(said);
  });

  it('a web server that is not the API', async () => {
    const token = tokenFile(cloud.token());

    const { stderr } = await runCommand(
      'enrol',
      '--config',
      file,
      '--url',
      `${cloud.url}/console`,
      '--token-file',
      token,
    );

    expect(stderr).toContain('is not the API of Wherefrom (it answered 404): check the URL');
  });

  it('a certificate of an authority nobody here knows, and takes one that is named', async () => {
    const fixtures = path.join(__dirname, '../../fixtures/tls');
    const cert = fs.readFileSync(path.join(fixtures, 'loopback.cert.pem'), 'utf8');
    const key = fs.readFileSync(path.join(fixtures, 'loopback.key.pem'), 'utf8');
    const secure = await startControlCloud({ cert, key });
    const token = tokenFile(secure.token());
    const args = ['enrol', '--config', file, '--url', secure.url, '--token-file', token];

    const unknown = await runCommand(...args);
    const known = await runCommand(...args, '--ca-file', path.join(fixtures, 'loopback.cert.pem'));
    secure.stop();

    expect(unknown.stderr).toContain('its certificate is of no authority known here');
    expect(unknown.stderr).toContain('name it as caFile');
    expect(known.exitCode).toBe(0);
    expect(loadConfig(file, { readFile, env: {} }).config?.cloud?.caCertificates).toBe(cert);
  });

  it('a cloud that is out of order, and that it may be tried again', async () => {
    cloud.isAway = true;

    const { stderr } = await enrol(cloud.token());

    expect(stderr).toContain('the cloud answered 503 unavailable: try again later');
  });

  it('a text that is no token, without repeating it', async () => {
    const { stderr } = await enrol('wfe1.half-a-token');

    expect(stderr).toContain('is no enrolment token');
    expect(stderr).not.toContain('half-a-token');
  });

  it('an enrolment that was damaged on disk', async () => {
    await enrol(cloud.token());
    fs.writeFileSync(path.join(folder, 'state/enrolment/enrolment.json'), '{"version":1');

    const { stderr } = await runCommand('check', '--config', file);

    expect(stderr).toContain('the enrolment kept there is damaged: enrol this relay again');
  });
});

(process.getuid?.() === 0 ? it : it.skip)(
  'what root enrols belongs to the user of the service, whose directory it is',
  async () => {
    const state = path.join(folder, 'state');
    fs.mkdirSync(state);
    fs.chownSync(state, 4321, 4321);

    await enrol(cloud.token());

    const kept = path.join(state, 'enrolment/enrolment.json');
    expect(fs.statSync(kept)).toMatchObject({ uid: 4321, gid: 4321 });
    expect(fs.statSync(path.dirname(kept))).toMatchObject({ uid: 4321, gid: 4321 });
  },
);

it('under FIPS rules both keys are P-256, and the cloud is told so', async () => {
  fs.writeFileSync(file, JSON.stringify({ dataDir: 'state', fips: true }));

  const { exitCode } = await enrol(cloud.token());

  expect(exitCode).toBe(0);
  const sent = JSON.parse(cloud.wire[0] ?? '');
  expect([sent.signingKey.crv, sent.agreementKey.crv]).toEqual(['P-256', 'P-256']);
  expect(sent.software.isFips).toBe(true);
});

it('keys show tells the fingerprint of the key in use, and keys rotate changes it', async () => {
  await enrol(cloud.token());
  const before = await runCommand('keys', 'show', '--config', file, '--json');

  const rotated = await runCommand('keys', 'rotate', '--config', file, '--json');
  const after = await runCommand('keys', 'show', '--config', file, '--json');

  expect(rotated.exitCode).toBe(0);
  expect(JSON.parse(rotated.stdout)).toMatchObject(JSON.parse(after.stdout));
  expect(JSON.parse(after.stdout).fingerprint).not.toEqual(JSON.parse(before.stdout).fingerprint);
  expect(JSON.parse(rotated.stdout).previousUntil).toMatch(/^\d{4}-/);
});

it('a rotation whose answer was lost ends with the same keys when it is tried again', async () => {
  await enrol(cloud.token());
  cloud.loseAnswers = 1;

  const first = await runCommand('keys', 'rotate', '--config', file);
  const second = await runCommand('keys', 'rotate', '--config', file);

  expect(first.exitCode).toBe(1);
  expect(second.exitCode).toBe(0);
  const keys = cloud.wire.filter((text) => text.includes('"signingKey"')).slice(-2);
  expect(JSON.parse(keys[0] ?? '').signingKey).toEqual(JSON.parse(keys[1] ?? '').signingKey);
});
