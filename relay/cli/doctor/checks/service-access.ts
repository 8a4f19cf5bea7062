// `service-access`: whether the service's user can reach configuration and data directory.

import { readFileSync } from 'node:fs';
import { serviceAccessFaults, unitPlaces } from '../../service/service-access.ts';
import { type Check, fail, pass, skip } from '../check.ts';

export const serviceAccess: Check = {
  code: 'service-access',
  question: 'Can the user of the service read the configuration and write its data?',
  meaning:
    'The service runs as a user that owns nothing. What whoever set the relay up can read, it ' +
    'may not be able to, and then it does not start.',
  fix:
    '`chmod 755 /etc/wherefrom`, `chmod 644 /etc/wherefrom/relay.json` (it holds no secrets; ' +
    '`gateway-secrets` stays 0600, systemd hands it over), `"dataDir": "/var/lib/wherefrom"`.',
  whenToIgnore: 'when you run the relay another way and the unit is a leftover.',
  run({ file, places }) {
    const unit = unitPlaces.map(textOf).find((text) => text !== undefined);
    if (unit === undefined) return [skip('no service is installed')];
    const faults = serviceAccessFaults(unit, file, places?.dataDir);
    return faults.length > 0
      ? faults.map(({ message, advice }) => fail(message, advice))
      : [pass('the service can reach its files')];
  },
};

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
