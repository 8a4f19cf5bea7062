// `settings-current`: whether an enrolled relay uses the current settings of the cloud.

import { type Check, fail, pass, type Result, skip, warn } from '../check.ts';

export const settingsCurrent: Check = {
  code: 'settings-current',
  question: 'Does this relay get its settings, and use them?',
  meaning:
    'An enrolled relay takes gateways, secrets and the switch from the cloud. Without contact it ' +
    'goes on with the last good copy; revoked, it records and ships nothing.',
  fix:
    'Revoked by mistake: enrol it again with a new token. No contact: the cloud checks above. A ' +
    'gateway that was left out: the evidence says what is wrong with it, correct it in the ' +
    'settings.',
  whenToIgnore: 'about a copy of some hours during an outage of the cloud.',
  run({ running }) {
    if (!running) return [skip('no relay is running')];
    const { control, isEnabled } = running;
    const found: Result[] = [];
    if (!isEnabled) {
      const evidence = 'the settings switch this relay off: its ports are shut';
      found.push(warn(evidence, 'switch it on in the settings, if that was no intention'));
    }
    if (!control) return found.length > 0 ? found : [skip('this relay is not enrolled')];
    const { isRevoked, trouble, settings } = control;
    if (isRevoked) {
      const advice = 'enrol it again with a new token, if that was no intention';
      found.push(fail('this relay was revoked: it records, and ships nothing', advice));
    } else if (trouble !== undefined) {
      found.push(warn(trouble, 'see the checks of the way to the cloud'));
    }
    found.push(
      ...settings.leftOut.map((what) =>
        warn(`left out of the settings: ${what}`, 'correct it in the settings'),
      ),
    );
    if (found.length > 0) return found;
    const { source, version, overrides } = settings;
    const own = overrides.length > 0 ? `; the local file replaces ${overrides.join(', ')}` : '';
    return [pass(`settings of the ${source}, version ${version ?? 0}${own}`)];
  },
};
