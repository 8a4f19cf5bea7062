// `cloud-route`: whether a TCP connection to the cloud, or to the proxy, can be opened.

import { type Check, fail, pass } from '../check.ts';
import { cloudSteps } from '../cloud-steps.ts';

const advices: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: check host and port of cloud.url, or of the proxy',
  ETIMEDOUT: 'no answer: let TCP 443 out on the firewall, or set cloud.proxy',
  ENETUNREACH: 'no route: give this host a default route (`ip route`), or set cloud.proxy',
  EHOSTUNREACH: 'no route to that host: look at `ip route` and the router, or set cloud.proxy',
};

export const cloudRoute: Check = {
  code: 'cloud-route',
  question: 'Does a connection to the cloud (or to the proxy) come about?',
  meaning: 'Nothing can be shipped. Packets are recorded and answered all the same.',
  fix:
    'Refused: wrong port or host. No answer: a firewall drops it; the relay needs TCP 443 to ' +
    'the host of `cloud.url`, nothing else. No route: `ip route`. Where only a proxy may go ' +
    'out: `cloud.proxy`.',
  whenToIgnore:
    'during an outage: the relay tries again, and nothing is lost while the disk has room.',
  run: cloudSteps(({ host, port, proxy, route }) => {
    if (!route) return undefined;
    const where = `${proxy ? 'the proxy ' : ''}${host} port ${port}`;
    if (route.ok) return pass(`connected to ${where}`);
    const advice = advices[route.what] ?? 'let TCP 443 out to that host, or set cloud.proxy';
    return fail(`no connection to ${where} (${route.what})`, advice);
  }),
};
