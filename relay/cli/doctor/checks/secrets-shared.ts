// `secrets-shared`: one secret for several gateways.

import { type Check, noConfig, pass, warn } from '../check.ts';

export const secretsShared: Check = {
  code: 'secrets-shared',
  question: 'Has every gateway a secret of its own?',
  meaning:
    'Whoever takes one gateway apart can then send packets in the name of all that share its ' +
    'secret.',
  fix: 'Give each gateway its own, one after the other, with `name.next` meanwhile.',
  whenToIgnore: 'for the two members of one cluster that copy their settings from each other.',
  run({ loaded: { config } }) {
    if (!config) return noConfig;
    const owners = new Map<string, Set<string>>();
    for (const { name, secrets } of config.gateways) {
      for (const secret of secrets) {
        const key = secret.toString('hex');
        owners.set(key, (owners.get(key) ?? new Set()).add(name));
      }
    }
    const shared = [...owners.values()].filter((names) => names.size > 1);
    if (shared.length === 0) return [pass('no two gateways share a secret')];
    return shared.map((names) =>
      warn(`${[...names].join(', ')} have the same secret`, 'give each its own'),
    );
  },
};
