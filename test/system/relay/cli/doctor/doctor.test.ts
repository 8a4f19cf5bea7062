// The doctor as a whole: a sound set-up, its command line, and its paragraphs in the runbook. To
// write those anew: UPDATE_DOCS=1 npx jest test/system/relay/cli/doctor/doctor.test.ts

import fs from 'node:fs';
import path from 'node:path';
import { doctorChecks } from '../../../../../relay/cli/doctor/checks.ts';
import { startAdmittingCloud } from '../../../../support/admitting-cloud.ts';
import { runCommand } from '../../../../support/command.ts';
import { attribute } from '../../../../support/radius-packets.ts';
import { stopAll, temporaryFolder } from '../../../../support/running-relay.ts';
import { until } from '../../../../support/until.ts';
import { examined, from, run, secrets, setUp, start } from './set-up.ts';

afterEach(stopAll);

const runbook = path.join(__dirname, '../../../../../docs/runbook.md');

/** The checks as the runbook tells them. */
const paragraphs = doctorChecks
  .map(({ code, question, meaning, fix, whenToIgnore }) =>
    [
      `### ${code}\n`,
      `${question}\n`,
      `- **Meaning.** ${meaning}`,
      `- **Fix.** ${fix}`,
      `- **Not to worry** ${whenToIgnore}\n`,
    ].join('\n'),
  )
  .join('\n');

describe('the doctor', () => {
  it('finds nothing wrong with a relay that works', async () => {
    const service = await startAdmittingCloud();
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, 'key.pem'), service.keyPem, { mode: 0o600 });
    const { url, relayId } = service.cloud;
    const surroundings = setUp({ cloud: { url, relayId, keyFile: 'key.pem' } }, folder);
    const relay = await run(surroundings, service.cloud);
    const name = attribute(31, '203.0.113.7');
    relay.send(start(secrets.asa, name));
    relay.send(start(secrets.rras, from('203.0.113.8')), 'rras');
    await until(
      () => service.queued.length > 0 && relay.answers.length === 2,
      'two packets are answered and queued in the cloud',
    );
    await relay.allShipped();

    const findings = await examined(surroundings.file);
    service.stop();

    const bad = findings.filter(({ result }) => result === 'fail' || result === 'warn');
    // Tests may run as root, and the service is not installed.
    expect(bad.filter(({ code }) => code !== 'service-hardening')).toEqual([]);
    const passed = findings.filter(({ result }) => result === 'pass').map(({ code }) => code);
    expect(passed).toEqual(
      expect.arrayContaining(['cloud-auth', 'clock-offset', 'gateway-seen', 'gateway-secret']),
    );
  });

  it('exits with 1 when something fails, and with 2 for warnings only', async () => {
    const surroundings = setUp();
    const warned = await runCommand('doctor', '--json', '--config', surroundings.file);
    const misspelt = setUp({ lisen: [] });
    const failed = await runCommand('doctor', '--config', misspelt.file);

    expect(warned.exitCode).toBe(2);
    const report = JSON.parse(warned.stdout);
    expect(report.result).toBe('warn');
    expect(report.findings.map(({ code }: { code: string }) => code)).toContain('relay-running');
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toMatch(/^FAIL {2}config-valid .*did you mean "listen"/m);
    expect(failed.stdout).toMatch(/-> correct it/);
  });

  it('shows no secret, whatever is wrong', async () => {
    const surroundings = setUp();

    const { stdout, stderr } = await runCommand('doctor', '--json', '--config', surroundings.file);

    for (const secret of Object.values(secrets)) expect(stdout + stderr).not.toContain(secret);
  });

  it('advises with everything that is not well', async () => {
    const findings = await examined(setUp({ lisen: [] }).file);

    const silent = findings.filter(
      ({ result, advice }) => ['warn', 'fail'].includes(result) !== (advice !== undefined),
    );
    expect(silent).toEqual([]);
  });

  it('has a paragraph in the runbook for every code, and no other', () => {
    const text = fs.readFileSync(runbook, 'utf8');
    const begin = '<!-- doctor: begin -->';
    const at = text.indexOf(begin) + begin.length;
    const end = text.slice(text.indexOf('<!-- doctor: end -->'));
    const wanted = `${text.slice(0, at)}\n\n${paragraphs}\n${end}`;

    if (process.env['UPDATE_DOCS'] === '1') fs.writeFileSync(runbook, wanted);
    else expect(text).toBe(wanted);
    expect(new Set(doctorChecks.map(({ code }) => code)).size).toBe(doctorChecks.length);
  });
});
