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
    // The same gateways may share two secrets, as in a rotation: that is one thing to say.
    const lists = new Set(shared.map((names) => [...names].join(', ')));
    if (lists.size === 0) return [pass('no two gateways share a secret')];
    return [...lists].map((list) => warn(`${list} have the same secret`, 'give each its own'));
  },
};
