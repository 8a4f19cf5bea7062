// Gateway guides: one template for the pages and for `guide`. To write the pages anew:
// UPDATE_DOCS=1 npx jest test/relay/cli/guide

import fs from 'node:fs';
import path from 'node:path';
import { endingGuides } from '../../../../relay/cli/guide/data/ending.ts';
import { exampleFacts, renderGuide } from '../../../../relay/cli/guide/guide.ts';
import { vendorGuides } from '../../../../relay/cli/guide/guides.ts';
import { type FormName, formNames, formOf } from '../../../../relay/disconnect/forms.ts';
import { shortVendorNames, vendorNames } from '../../../../relay/radius/dialects/choose.ts';
import { runCommand, startCommand } from '../../../support/command.ts';
import { attribute } from '../../../support/radius-packets.ts';
import { stopAll } from '../../../support/running-relay.ts';
import { until } from '../../../support/until.ts';
import { from, run, secrets, setUp, start } from '../../../system/relay/cli/doctor/set-up.ts';

afterEach(stopAll);

const folder = path.join(__dirname, '../../../../docs/gateways');

/** The list of pages, by what can be expected of them. */
function contents(): string {
  const kinds = { accounting: 'yes', forwarded: 'forwards', none: '**no**' } as const;
  const rows = vendorGuides.map(({ name, title, sends, evidence, gets }) =>
    [
      `[${title}](${name}.md)`,
      kinds[sends],
      gets?.clientAddress ?? '-',
      gets?.device ?? '-',
      gets?.interims ?? '-',
      evidence,
    ].join(' | '),
  );
  return [
    '# Gateways',
    '',
    'How to make each gateway send RADIUS accounting to a relay. `npm run relay -- guide NAME` ' +
      'prints the same page filled with the address',
    'and port of your relay and the name of your gateway. All pages are made from one template.',
    '',
    'Always: two relays where the gateway can list two, interim updates of an hour or less, ' +
      'Accounting-On and -Off switched on, a secret of',
    'its own for each gateway.',
    '',
    '| gateway | sends | client address | device | interim updates | the lines are from |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
    '',
  ].join('\n');
}

const pages = new Map<string, string>([
  ...vendorGuides.map((guide): [string, string] => [
    `${guide.name}.md`,
    renderGuide(guide, exampleFacts),
  ]),
  ['README.md', contents()],
]);

describe('docs/gateways', () => {
  it('holds what the template makes, and nothing else', () => {
    if (process.env['UPDATE_DOCS'] === '1') {
      fs.mkdirSync(folder, { recursive: true });
      for (const [name, text] of pages) fs.writeFileSync(path.join(folder, name), text);
    }
    expect(fs.readdirSync(folder).sort()).toEqual([...pages.keys()].sort());
    for (const [name, text] of pages) {
      expect(fs.readFileSync(path.join(folder, name), 'utf8')).toBe(text);
    }
  });

  it('names vendors as the configuration knows them', () => {
    const vendors = vendorGuides.flatMap(({ vendor }) => vendor ?? []);

    expect(vendors.filter((vendor) => !vendorNames.includes(vendor))).toEqual([]);
  });

  it('has a page for every vendor that has a dialect', () => {
    const covered = new Set(vendorGuides.flatMap(({ name, vendor }) => [name, vendor ?? name]));
    const missing = vendorNames.filter((name) => !covered.has(name));

    expect(missing).toEqual([]);
  });

  it('speaks of the packaged relay where it is packaged', () => {
    for (const guide of vendorGuides) {
      const text = renderGuide(guide, { ...exampleFacts, command: 'wherefrom-relay' });
      expect(text).not.toContain('npm');
      if (guide.sends !== 'none') expect(text).toContain('`wherefrom-relay capture --gateway');
    }
  });

  it('says of every page where its lines are from, and leaves no blank to fill', () => {
    for (const [name, text] of pages) {
      expect(text).not.toMatch(/\{\{|undefined/);
      if (name !== 'README.md') expect(text).toMatch(/\nSources: .+\.\n$/);
    }
  });

  it('lets the relay end sessions by a form that there is, and says how sure that is', () => {
    const names = new Set(vendorGuides.map(({ name }) => name));
    for (const [name, { form, lines, evidence, sources }] of Object.entries(endingGuides)) {
      expect(names).toContain(name);
      if (form === undefined) expect(lines).toBeUndefined();
      else expect(formNames).toContain(form);
      const isRun = form !== undefined && formOf(form as FormName).evidence === 'run';
      expect(/\bRun against/.test(evidence)).toBe(isRun);
      expect(sources.length).toBeGreaterThan(0);
    }
  });

  it('puts every secret as REPLACE_ME', () => {
    for (const guide of vendorGuides.filter(({ sends }) => sends !== 'none')) {
      expect(renderGuide(guide, exampleFacts)).toContain('REPLACE_ME');
    }
  });
});

describe('guide', () => {
  it('fills in the relay, the port and the gateway, and never the secret', async () => {
    const site = setUp();

    const words = ['guide', 'cisco-asa', '--gateway', 'rras', '--config', site.file];
    const { exitCode, stdout } = await runCommand(...words);

    expect(exitCode).toBe(0);
    expect(stdout).toContain('aaa-server WHEREFROM (inside) host 127.0.0.1');
    expect(stdout).toContain(' accounting-port 31813');
    expect(stdout).toContain('`rras` is configured, as 127.0.0.2');
    expect(stdout).toContain(' key REPLACE_ME');
    for (const secret of Object.values(secrets)) expect(stdout).not.toContain(secret);
  });

  it('works before there is a configuration, and knows its vendors', async () => {
    const shown = await runCommand(
      'guide',
      'mikrotik',
      '--json',
      '--config',
      '/nowhere/relay.json',
    );
    const misspelt = await runCommand('guide', 'micrtik');

    expect(JSON.parse(shown.stdout)).toMatchObject({ name: 'mikrotik', facts: exampleFacts });
    expect(misspelt.exitCode).toBe(64);
    expect(misspelt.stderr).toContain('did you mean "mikrotik"?');
  });

  it('understands the short form of every vendor that has a page', async () => {
    const names = new Set(vendorGuides.map(({ name }) => name));
    for (const [short, name] of shortVendorNames) {
      if (!names.has(name)) continue;
      const shown = await runCommand('guide', short, '--json', '--config', '/nowhere/relay.json');
      expect(JSON.parse(shown.stdout)).toMatchObject({ name });
    }
  });

  it('waits for the first valid packet of the gateway', async () => {
    const site = setUp();
    const relay = await run(site);

    const words = ['guide', 'generic', '--gateway', 'asa', '--wait', '20', '--config', site.file];
    const command = startCommand(...words);
    await until(() => command.output.stderr.includes('waiting'), 'the command waits');
    relay.send(start(secrets.asa, from('203.0.113.7')));
    const { exitCode, stderr } = await command.ended;

    expect(exitCode).toBe(0);
    expect(stderr).toContain('a valid packet came');
  });

  it('says why none came', async () => {
    const site = setUp();
    const relay = await run(site);
    relay.send(start(secrets.rras, attribute(50, 'x')));
    await until(
      () => relay.relay.status().secretFindings.has('asa'),
      'the relay has found out about the secret',
    );

    const words = ['guide', 'generic', '--gateway', 'asa', '--wait', '0', '--config', site.file];
    const { exitCode, stderr } = await runCommand(...words);

    expect(exitCode).toBe(1);
    expect(stderr).toContain('signed with the secret of gateway rras');
  });
});
