// `secrets-strength`: shared secrets that can be guessed from one captured packet.

import { type Check, noConfig, pass, warn } from '../check.ts';

const charactersMin = 16;

export const secretsStrength: Check = {
  code: 'secrets-strength',
  question: 'Are the shared secrets long enough?',
  meaning:
    'Whoever captures one packet can try secrets at home, billions a second. Under 16 ' +
    'characters that ends well for them.',
  fix:
    'Make a new one (`openssl rand -base64 24`), add it as `name.next`, reload, set it on the ' +
    'gateway, remove the old one.',
  whenToIgnore: 'while the packets travel inside IPsec or RadSec only.',
  run({ loaded: { config } }) {
    if (!config) return noConfig;
    const weak = config.gateways.filter(({ secrets }) =>
      secrets.some((secret) => secret.toString('utf8').length < charactersMin),
    );
    if (weak.length === 0) {
      return [pass(`every secret has ${charactersMin} characters or more`)];
    }
    return weak.map(({ name }) =>
      warn(
        `its secret has fewer than ${charactersMin} characters`,
        'make a new one with `openssl rand -base64 24` and change it on both sides',
        name,
      ),
    );
  },
};
