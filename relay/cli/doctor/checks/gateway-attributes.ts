// `gateway-attributes`: whether a gateway's attributes are enough to locate its users.

import type { ActivityRow } from '../../../status/gateway-activity.ts';
import { type Check, noConfig, pass, type Result, skip, warn } from '../check.ts';

/** Fewer starts than this say nothing. */
const startsMin = 1;
const addressShareMin = 0.9;
const stopsMin = 5;

export const gatewayAttributes: Check = {
  code: 'gateway-attributes',
  question: 'Do starts carry the client address, and do sessions report while they last?',
  meaning:
    'Without a client address there is no place, and so no travel and no new country. Without ' +
    'interim updates a session is not seen between its start and its end. Without a device ' +
    'attribute a new device cannot be told.',
  fix:
    'Client address: set Calling-Station-Id on the gateway, or `overrides.clientAddress` when ' +
    'it stands elsewhere (`capture` says where). Interim updates: an hour or less. `guide ' +
    'VENDOR` has the lines.',
  whenToIgnore: 'about the device: many gateways send none.',
  async run(surroundings) {
    const { config } = surroundings.loaded;
    if (!config) return noConfig;
    const activity = (await surroundings.journal())?.activity;
    const rows = config.gateways.flatMap(({ name }) => {
      const row = activity?.get(name);
      return row ? [[name, row] as const] : [];
    });
    const found = rows.flatMap(([name, row]) => judge(name, row));
    return found.length > 0 ? found : [skip('the journal holds no start of any gateway')];
  },
};

function judge(name: string, row: ActivityRow): Result[] {
  const { vpnStarts, withClientAddress, withDevice, starts, interims, stops } = row;
  const found: Result[] = [];
  if (vpnStarts >= startsMin && withClientAddress < vpnStarts * addressShareMin) {
    found.push(
      warn(
        `${withClientAddress} of ${vpnStarts} starts carry a client address`,
        `set Calling-Station-Id on it; capture --gateway ${name} says what stands there instead`,
        name,
      ),
    );
  }
  if (starts > 0 && vpnStarts === 0) {
    found.push(
      warn(
        `none of ${starts} starts is read as a VPN connection`,
        'if they are, set "overrides": { "isVpn": true } for it',
        name,
      ),
    );
  }
  if (stops >= stopsMin && interims === 0) {
    const advice = 'turn on interim updates, an hour or less: guide VENDOR has the lines';
    found.push(warn(`${stops} sessions ended, and none sent an interim update`, advice, name));
  }
  if (found.length > 0 || vpnStarts < startsMin) return found;
  const shares = `client address ${percent(withClientAddress, vpnStarts)}`;
  return [pass(`${vpnStarts} starts: ${shares}, device ${percent(withDevice, vpnStarts)}`, name)];
}

function percent(part: number, whole: number): string {
  return `${Math.floor((part / whole) * 100)} %`;
}
