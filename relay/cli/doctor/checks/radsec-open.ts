// `radsec-open`: RADIUS over TLS, where it is configured: whether the port is open, and which
// clients fail to connect.

import { type Check, fail, noConfig, pass, type Result, skip, warn } from '../check.ts';

/** Ends of connections that need no attention. */
const quietEnds: readonly string[] = ['closed-by-gateway', 'closed-by-relay', 'idle'];

export const radsecOpen: Check = {
  code: 'radsec-open',
  question: 'Is RADIUS over TLS open, and do gateways get in?',
  meaning:
    'A gateway whose certificate is not trusted, or that speaks another version, is cut off ' +
    'before its first packet. To it the relay is dead.',
  fix:
    'No trust: `radsec.caFile` must hold the authority of the gateways. A name or fingerprint ' +
    'that does not fit: correct `radsec` of that gateway. Expired: renew, then reload.',
  whenToIgnore: 'about single ends: scanners and monitors connect and leave.',
  run({ loaded: { config }, running }) {
    if (!config) return noConfig;
    if (!config.radsec) return [skip('it is not configured')];
    if (!running?.radsec) return [skip('no relay is running')];
    const { isOpen, trouble, addresses, connections, ends } = running.radsec;
    if (trouble !== undefined) return [fail(trouble, 'correct it, then reload or restart')];
    if (!isOpen) return [warn('its port is shut', 'see settings-current')];
    const bad: Result[] = Object.entries(ends)
      .filter(([end]) => !quietEnds.includes(end))
      .map(([end, count]) =>
        warn(`${count} connections ended: ${end}`, '`status` says what it means'),
      );
    const open = connections.reduce((sum, { count }) => sum + count, 0);
    return bad.length > 0 ? bad : [pass(`${open} connections on TLS ${addresses.join(' and ')}`)];
  },
};
