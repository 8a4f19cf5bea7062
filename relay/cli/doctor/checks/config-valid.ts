// `config-valid`: the configuration and all it refers to, as `check` reads it.

import { findingText } from '../../../config/findings.ts';
import { type Check, fail, pass, warn } from '../check.ts';

export const configValid: Check = {
  code: 'config-valid',
  question: 'Is the configuration usable, with all secrets and keys it refers to?',
  meaning:
    'A configuration with a mistake keeps the relay from starting, and a reload from counting.',
  fix: 'The evidence names file, line, column and what is expected there. `check` says the same.',
  whenToIgnore: 'about warnings that you meant: a secret shared on purpose, for one.',
  run({ loaded, file }) {
    const { config, findings } = loaded;
    if (config && findings.length === 0) {
      return [pass(`${file}: ${config.gateways.length} gateway(s), no mistake`)];
    }
    return findings.map((finding) =>
      (finding.severity === 'error' ? fail : warn)(
        findingText(finding),
        finding.severity === 'error'
          ? 'correct it: nothing starts with it'
          : 'correct it, unless you meant it',
      ),
    );
  },
};
