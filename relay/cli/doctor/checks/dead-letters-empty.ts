// `dead-letters-empty`: dead letters, the records that became no event.

import { type Check, pass, skip, warn } from '../check.ts';

export const deadLettersEmpty: Check = {
  code: 'dead-letters-empty',
  question: 'Was every record turned into an event that the cloud took?',
  meaning:
    'A dead letter is a record that could not be decoded, or that the cloud refuses for good. ' +
    'It is kept, and in no profile.',
  fix:
    'Update the relay or the cloud, then `journal redrive`. Send us one of them with `capture ' +
    '--out`.',
  whenToIgnore: 'about a handful from a gateway that sends odd packets.',
  run({ running }) {
    if (!running) return [skip('no relay is running')];
    const rows = running.gateways.filter(({ setAside }) => setAside > 0);
    if (rows.length === 0 && running.balance.setAside === 0)
      return [pass('there are no dead letters')];
    const evidence = `${running.balance.setAside} dead letters`;
    const advice = 'update, then `journal redrive`; `journal ls` says how many';
    if (rows.length === 0) return [warn(evidence, advice)];
    return rows.map(({ name, setAside }) =>
      warn(`${setAside} of its records are dead letters`, advice, name),
    );
  },
};
