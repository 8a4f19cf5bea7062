// `dns-resolve`: the name of the cloud, or of the proxy on the way to it.

import { type Check, fail, pass } from '../check.ts';
import { cloudSteps } from '../cloud-steps.ts';

export const dnsResolve: Check = {
  code: 'dns-resolve',
  question: 'Has the name of the cloud (or of the proxy) an address?',
  meaning: 'Without it nothing can be shipped. Packets are recorded and answered all the same.',
  fix:
    "Check the host in `cloud.url` or the proxy, then this machine's DNS (`getent hosts NAME`). " +
    'In a closed network the name may be resolved by the proxy only: set `cloud.proxy`.',
  whenToIgnore: 'during an outage of DNS: the relay tries again.',
  run: cloudSteps(({ host, name, proxy }) => {
    const whose = proxy ? `the proxy ${host}` : host;
    if (name.ok) return pass(`${whose} is ${name.what}`);
    const advice = proxy
      ? 'correct the proxy: `cloud.proxy`, or HTTPS_PROXY of the service'
      : `try \`getent hosts ${host}\` here; correct cloud.url, the DNS server, or set cloud.proxy`;
    return fail(`${whose} has no address (${name.what})`, advice);
  }),
};
