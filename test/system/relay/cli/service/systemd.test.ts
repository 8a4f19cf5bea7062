// The unit as systemd itself rates and reads it.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { runCommand } from '../../../../support/command.ts';
import { stopAll, temporaryFolder } from '../../../../support/running-relay.ts';
import { setUp } from '../doctor/set-up.ts';

afterEach(stopAll);

const unitPath = '/etc/systemd/system/wherefrom-relay.service';

const printed = async (...options: string[]) => {
  const { stdout } = await runCommand('service', 'print', '--json', ...options);
  return JSON.parse(stdout) as { files: Partial<Record<string, string>>; calls: string[][] };
};

/** Rates a unit; undefined where systemd cannot without the unit being installed. */
function exposureOf(unit: string): number | undefined {
  const file = path.join(temporaryFolder(), 'wherefrom-relay.service');
  fs.writeFileSync(file, unit);
  const args = ['security', '--offline=true', '--no-pager', file];
  const { stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  const score = /exposure level for [^:]*: ([\d.]+)/.exec(stdout ?? '')?.[1];
  return score === undefined ? undefined : Number(score);
}

const canRate = exposureOf('[Service]\nExecStart=/bin/true\n') !== undefined;
const itWithSystemd = canRate ? it : it.skip;

describe('the systemd unit', () => {
  itWithSystemd('is rated at most 1.5 of 10 by systemd-analyze', async () => {
    const { files } = await printed('--config', setUp().file);

    const exposure = exposureOf(files[unitPath] ?? '');

    expect(exposure).toBeLessThanOrEqual(1.5);
  });

  itWithSystemd('is read by systemd without a complaint', async () => {
    const { files } = await printed('--config', setUp().file);
    const file = path.join(temporaryFolder(), 'wherefrom-relay.service');
    fs.writeFileSync(
      file,
      (files[unitPath] ?? '').replaceAll('/usr/bin/wherefrom-relay', '/bin/true'),
    );

    const { stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });

    expect(stderr.split('\n').filter((line) => line.includes('wherefrom'))).toEqual([]);
  });
});
