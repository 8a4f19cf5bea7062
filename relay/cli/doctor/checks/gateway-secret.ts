// `gateway-secret`: gateways that sign with a wrong secret, and which wrong one it is.

import { type Check, fail, noConfig, pass, type Result, skip } from '../check.ts';

export const gatewaySecret: Check = {
  code: 'gateway-secret',
  question: 'Do packets carry the signature of the configured secret?',
  meaning:
    'A packet with a wrong signature is dropped without an answer, as if it had never come: to ' +
    'the gateway the relay is dead.',
  fix:
    'The evidence says which wrong secret it is where that can be found out: a blank or line ' +
    'end too much, the secret of another gateway, the one before, one from documentation, or a ' +
    'Message-Authenticator made otherwise. Type the right one on the side that is wrong.',
  whenToIgnore: 'when it was a moment ago and packets are accepted again.',
  run({ running, loaded: { config } }) {
    if (!config) return noConfig;
    if (!running) return [skip('no relay is running')];
    const found: Result[] = running.gateways.flatMap(({ name, refused, secretFinding }) => {
      const signatures =
        (refused['bad-authenticator'] ?? 0) + (refused['bad-message-authenticator'] ?? 0);
      if (signatures === 0) return [];
      const what = secretFinding ?? 'not looked into yet';
      return [fail(`${signatures} packets refused: ${what}`, adviceFor(what, name), name)];
    });
    return found.length > 0 ? found : [pass('every packet was signed with its secret')];
  },
};

function adviceFor(finding: string, name: string): string {
  const other = /secret of gateway (\S+)/.exec(finding)?.[1];
  if (other) return `the gateway holds the secret of ${other}: type that of ${name} there`;
  if (finding.includes('Message-Authenticator')) {
    return 'let it send a Message-Authenticator, or unset requireMessageAuthenticator for it';
  }
  if (finding.includes('documentation')) return 'set the real secret on the gateway';
  if (finding.includes('last reload')) return 'type the new secret on the gateway as well';
  if (finding.includes('with your secret'))
    return 'type the secret anew on the gateway, without it';
  return 'type the secret anew on both sides; none is near the other';
}
