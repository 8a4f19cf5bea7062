// The support bundle with personal data planted everywhere it could come from: none may be in it.

import fs from 'node:fs';
import path from 'node:path';
import { lookAround } from '../../../../../relay/cli/doctor/surroundings.ts';
import { makeScrub } from '../../../../../relay/cli/support/scrub.ts';
import { makeBundle } from '../../../../../relay/cli/support/support-bundle.ts';
import { runCommand } from '../../../../support/command.ts';
import { accounting, attribute } from '../../../../support/radius-packets.ts';
import { runCloud, stopAll, temporaryFolder } from '../../../../support/running-relay.ts';
import { until } from '../../../../support/until.ts';
import { io, run, secrets, setUp } from '../doctor/set-up.ts';

afterEach(stopAll);

const planted = {
  user: 'amelia.hughes',
  upn: 'amelia.hughes@contoso.com',
  netbios: 'CONTOSO\\\\jonas',
  client: '203.0.113.77',
  clientSix: '2001:db8:77::5',
  inside: '10.99.0.7',
  computer: 'LT-AMELIA-0412',
  session: '1CFFD000AB',
  mac: '00-11-22-AA-BB-CC',
};

/** Log lines of a relay that forgot every rule. */
const careless = [
  `{"message":"a packet of ${planted.user} from ${planted.client}"}`,
  `{"message":"${planted.netbios} and ${planted.upn} on ${planted.computer}"}`,
  `{"message":"client ${planted.clientSix} with secret ${secrets.asa}"}`,
  `{"message":"in hex ${Buffer.from(secrets.asa).toString('hex')}"}`,
].join('\n');

/** A relay that has heard of one person, and a gateway that is configured with a known address. */
async function withPersonalData() {
  const surroundings = setUp();
  const relay = await run(surroundings);
  relay.send(
    accounting(secrets.asa, [
      attribute(40, [0, 0, 0, 1]),
      attribute(44, planted.session),
      attribute(1, planted.upn),
      attribute(31, planted.client),
      attribute(8, [10, 99, 0, 7]),
      // MS-RAS-Client-Name
      attribute(
        26,
        Buffer.concat([
          Buffer.from([0, 0, 1, 55, 34, planted.computer.length + 10]),
          Buffer.from(`MSRAS-0-${planted.computer}`),
        ]),
      ),
    ]),
  );
  await until(() => relay.answers.length === 1, 'the packet is answered');
  return surroundings;
}

it('holds no name, client address, device or secret', async () => {
  const { file } = await withPersonalData();
  const run = async (program: string) => (program === 'journalctl' ? careless : undefined);

  const text = JSON.stringify(await makeBundle(await lookAround(file, io, { run }), '1.2.3'));

  const spelt = Object.values(planted).map((one) => one.replaceAll('\\\\', '\\'));
  const found = [...Object.values(planted), ...spelt, ...Object.values(secrets)].filter((one) =>
    text.toLowerCase().includes(one.toLowerCase()),
  );
  expect(found).toEqual([]);
  expect(text).toContain('a packet of #');
  expect(text).not.toContain(Buffer.from(secrets.asa).toString('hex'));
});

it('holds what is needed to help, with equal hashes for equal values', async () => {
  const { file } = await withPersonalData();
  const line = `{"message":"from ${planted.client} and again ${planted.client}"}`;
  const run = async (program: string) => (program === 'journalctl' ? line : undefined);

  const sections = await makeBundle(await lookAround(file, io, { run }), '1.2.3');

  const bundle = Object.fromEntries(sections.map(({ name, value }) => [name, value]));
  expect(Object.keys(bundle)).toEqual([
    'about',
    'doctor',
    'status',
    'configuration',
    'journal',
    'kernel',
    'log',
  ]);
  expect(bundle).toMatchObject({
    about: { version: '1.2.3' },
    status: { state: 'healthy', balance: { acked: 1 } },
    configuration: { gateways: [{ name: 'asa', addresses: ['127.0.0.1'] }, { name: 'rras' }] },
    journal: { records: 1 },
  });
  expect(String(bundle['log'])).toMatch(/from (#[\da-f]{8}) and again \1"/);
});

it('keeps addresses of gateways and sockets, and hides all others', () => {
  const scrub = makeScrub({ ownAddresses: ['192.0.2.1', '10.8.0.0/16'], secrets: [], names: [] });

  const clean = scrub('192.0.2.1 10.8.3.4 127.0.0.1 0.0.0.0 198.51.100.9 version 1.2.3');

  expect(clean).toMatch(
    /^192\.0\.2\.1 10\.8\.3\.4 127\.0\.0\.1 0\.0\.0\.0 #\w{8} version 1\.2\.3$/,
  );
});

describe('support', () => {
  it('lists what is inside, writes a file only its owner reads, and overwrites none', async () => {
    const surroundings = setUp();
    await run(surroundings, (await runCloud()).cloud);
    const out = path.join(temporaryFolder(), 'support.json');

    const words = ['support', '--out', out, '--config', surroundings.file];
    const { exitCode, stdout } = await runCommand(...words);
    const again = await runCommand(...words);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/will hold:\n {2}about +versions[\s\S]+ {2}log +[\s\S]+written: /);
    expect(fs.statSync(out).mode & 0o777).toBe(0o600);
    const bundle = JSON.parse(fs.readFileSync(out, 'utf8'));
    expect(bundle.status.cloud).toMatchObject({ relayId: 'lyon-1' });
    expect(again.exitCode).toBe(1);
    expect(again.stderr).toContain('EEXIST');
  });

  it('tells of a configuration that is not usable, too', async () => {
    const surroundings = setUp({ lisen: [] });
    const out = path.join(temporaryFolder(), 'support.json');

    const { exitCode } = await runCommand('support', '--out', out, '--config', surroundings.file);

    expect(exitCode).toBe(0);
    expect(fs.readFileSync(out, 'utf8')).toContain('did you mean \\"listen\\"?');
  });
});
