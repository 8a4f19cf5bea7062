// `tls-chain`: whether the presented certificate chains to an authority that is trusted here.

import { type Check, fail, pass, skip, warn } from '../check.ts';
import { cloudSteps } from '../cloud-steps.ts';

const unknownIssuer: readonly string[] = [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];
const warnDays = 14;
const dayMs = 86_400_000;

export const tlsChain: Check = {
  code: 'tls-chain',
  question: 'Is the certificate of the cloud one that this machine trusts?',
  meaning:
    'An issuer that nobody knows is usually your own proxy, which opens TLS to look inside. ' +
    'That is supported: batches are signed end to end.',
  fix:
    "Get the certificate of the authority that is named from your proxy's administrators, as " +
    'PEM, and set `cloud.caFile`. There is no switch to trust everybody.',
  whenToIgnore: 'never: an unknown issuer that is not your proxy is somebody in between.',
  run: cloudSteps(({ url, tls, tunnel, route }) => {
    if (url.protocol === 'http:') return skip('plain HTTP, to this machine only');
    if (!tls) return undefined;
    const { what, issuer = 'somebody unnamed', validTo = '' } = tls;
    if (tls.ok) {
      const daysLeft = (Date.parse(validTo) - Date.now()) / dayMs;
      const evidence = `${what}, certificate by "${issuer}" until ${validTo}`;
      return daysLeft < warnDays ? warn(evidence, 'have the certificate renewed') : pass(evidence);
    }
    if (unknownIssuer.includes(what)) {
      const who = `"${issuer}", which is not trusted here`;
      const evidence = `the certificate is issued by ${who} (${what})`;
      const whose = 'if that is your TLS-inspecting proxy, set cloud.caFile to its authority';
      return fail(evidence, `${whose}; otherwise somebody stands in between`);
    }
    if (what === 'CERT_HAS_EXPIRED' || what === 'CERT_NOT_YET_VALID') {
      const advice = 'look at the clock of this machine first, then have the certificate renewed';
      return fail(`the certificate by "${issuer}" is not valid now (${what})`, advice);
    }
    if (what === 'ERR_TLS_CERT_ALTNAME_INVALID') {
      const advice = 'correct the host in cloud.url: the certificate is for another name';
      return fail(`the certificate by "${issuer}" is not for ${url.hostname}`, advice);
    }
    const via = tunnel ? 'behind the proxy' : `at ${route?.what ?? url.host}`;
    return fail(`no TLS with ${url.host} (${what})`, `is it HTTPS that listens ${via}?`);
  }),
};
