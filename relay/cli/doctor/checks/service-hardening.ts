// `service-hardening`: the account the running relay runs as, and whether its unit is ours.

import { existsSync, statSync } from 'node:fs';
import { unitPlaces } from '../../service/service-access.ts';
import { type Check, pass, type Surroundings, skip, warn } from '../check.ts';

const unit = 'wherefrom-relay.service';

export const serviceHardening: Check = {
  code: 'service-hardening',
  question: 'Does the relay run as a service without rights it does not need?',
  meaning:
    'The relay reads what anybody on the network sends. As root, a fault in it would be a fault ' +
    'of the whole machine.',
  fix:
    '`service install` writes the unit, with a user of its own and `systemd-analyze security` ' +
    'below 1.5.',
  whenToIgnore: 'while you try it by hand.',
  async run(surroundings) {
    const { running } = surroundings;
    if (process.platform !== 'linux') return [skip('looked at on Linux only')];
    const isInstalled = unitPlaces.some((path) => existsSync(path));
    const advice = 'install it as a service: `service install`';
    if (!running) return [isInstalled ? await exposure(surroundings) : skip('no relay is running')];
    const owner = statSync(`/proc/${running.processId}`, { throwIfNoEntry: false })?.uid;
    if (owner === 0) return [warn('the relay runs as root', advice)];
    return [isInstalled ? await exposure(surroundings) : warn(`there is no ${unit}`, advice)];
  },
};

async function exposure({ run }: Surroundings) {
  const text = await run('systemd-analyze', ['security', '--no-pager', unit]);
  const score = /exposure level for [^:]*: ([\d.]+)/.exec(text ?? '')?.[1];
  return pass(`${unit} is installed${score ? `, exposure ${score} of 10` : ''}`);
}
