// Attacks the relay's TLS port from a process of its own, at the lowest priority: what is measured
// is the relay's patience, not who wins the processor. Told what to do over IPC.

import { setPriority } from 'node:os';
import {
  type AttackResult,
  floodHandshakes,
  holdConnections,
  type Loris,
  type Target,
} from '../../test/support/tls-attack.ts';

export type TlsAttack =
  | {
      readonly kind: 'flood';
      readonly target: Target;
      readonly perSecond: number;
      readonly seconds: number;
    }
  | {
      readonly kind: 'hold';
      readonly target: Target;
      readonly connections: number;
      readonly perSecond: number;
    }
  | { readonly kind: 'release' };

export type TlsAttackReply = AttackResult & { readonly stillOpen: number };

const lowest = 19;
let held: Loris | undefined;

async function obey(attack: TlsAttack): Promise<TlsAttackReply> {
  if (attack.kind === 'flood') {
    return { ...(await floodHandshakes(attack.target, attack)), stillOpen: 0 };
  }
  if (attack.kind === 'hold') {
    held = await holdConnections(attack.target, attack);
    return { ...held.result, stillOpen: held.open() };
  }
  const stillOpen = held?.open() ?? 0;
  held?.stop();
  return { tried: 0, open: 0, refused: 0, stillOpen };
}

setPriority(lowest);
process.on('message', (attack: TlsAttack) => {
  void obey(attack).then((reply) => process.send?.(reply));
});
process.on('disconnect', () => process.exit(0));
