// What a detection is in MITRE ATT&CK, by the evidence it rests on. T1133 with its tactics is what
// Defender for Identity names for its alert 2025; the others are added where their evidence is
// there.

import type { Technique } from '../detection.ts';
import type { Evidence } from './context/term.ts';

const externalRemoteServices: Technique = {
  id: 'T1133',
  name: 'External Remote Services',
  tactics: ['TA0001', 'TA0003', 'TA0005'],
};
const validAccounts: Technique = {
  id: 'T1078',
  name: 'Valid Accounts',
  tactics: ['TA0001', 'TA0003', 'TA0005'],
};
const passwordSpraying: Technique = {
  id: 'T1110.003',
  name: 'Brute Force: Password Spraying',
  tactics: ['TA0006'],
};
const proxy: Technique = { id: 'T1090', name: 'Proxy', tactics: ['TA0011'] };

/** Techniques of the evidence against the user. */
export function techniquesOf(evidence: readonly Evidence[]): readonly Technique[] {
  const has = (term: Evidence['term']): boolean =>
    evidence.some((one) => one.term === term && one.weight > 0);
  return [
    externalRemoteServices,
    validAccounts,
    ...(has('burst') ? [passwordSpraying] : []),
    ...(has('network-type') ? [proxy] : []),
  ];
}
