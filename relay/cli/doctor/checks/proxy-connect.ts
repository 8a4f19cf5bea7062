// `proxy-connect`: whether the proxy opens a tunnel to the cloud.

import { type Check, fail, pass, skip } from '../check.ts';
import { cloudSteps } from '../cloud-steps.ts';

const advices: Readonly<Record<string, string>> = {
  '407': 'it wants credentials: http://user:password@proxy in HTTPS_PROXY of the service',
  '403': 'it forbids that host: have the host of cloud.url allowed for CONNECT on port 443',
};

export const proxyConnect: Check = {
  code: 'proxy-connect',
  question: 'Does the proxy let the relay through?',
  meaning:
    'The relay asks the proxy for a tunnel (CONNECT) to the cloud. Without it nothing is shipped.',
  fix:
    '403: have the host allowed. 407: give credentials. 502, 504: the proxy itself cannot reach ' +
    'the cloud. No proxy meant: unset HTTPS_PROXY, or list the host in NO_PROXY.',
  whenToIgnore: 'never, when a proxy is the only way out.',
  run: cloudSteps(({ proxy, tunnel, url }) => {
    if (!proxy) return skip('no proxy is configured');
    if (!tunnel) return undefined;
    if (tunnel.ok) return pass(`${proxy} opens a tunnel to ${url.host}`);
    const advice =
      advices[tunnel.what] ?? `ask whoever runs ${proxy} why it cannot reach ${url.host}`;
    return fail(`${proxy} answered CONNECT with ${tunnel.what}`, advice);
  }),
};
