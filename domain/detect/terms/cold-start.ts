// Term "cold-start": new users: novelty is discounted until they have enough sessions.
// Formula: the positive weights of the personal terms are taken times 1 - .9 exp(-n / .7), n the
// faded weight of learned sessions: .1 for the first session, .78 after one, .95 after two. Travel,
// burst and network type keep their full weight.
// Source: smoothing towards the organisation (Freeman et al.), checked on new hires.
// Blind spot: an account stolen in its first days.

import type { Alone } from '../../kept-judgement.ts';
import { type Evidence, lowers, rounded } from '../context/term.ts';

const doubt = 0.9;
const doubtFades = 0.7;
/** Above this many sessions nothing is taken off. */
const sessionsEnough = 4;

function knownText(sessions: number): string {
  if (sessions === 0) return 'This user is not known yet';
  return sessions === 1
    ? 'One earlier session of this user is known'
    : `${sessions} earlier sessions of this user are known, of which old ones count little`;
}

type Known = Pick<Alone<unknown>, 'weight' | 'sessions'>;

/** What of the positive weights counts, 0.1 to 1. */
export const coldStartShare = ({ weight }: Known): number =>
  weight >= sessionsEnough ? 1 : 1 - doubt * Math.exp(-weight / doubtFades);

export function coldStartTerm(known: Known, personalWeight: number): Evidence | undefined {
  const { weight, sessions } = known;
  if (weight >= sessionsEnough || personalWeight <= 0) return undefined;
  const share = coldStartShare(known);
  return {
    term: 'cold-start',
    aspect: 'cold-start',
    weight: -(1 - share) * personalWeight,
    numbers: () => ({
      sessions,
      sessionsWeight: rounded(weight),
      share: rounded(share),
    }),
    inputs: () => ({ sessionsWeight: weight, personalWeight }),
    text: () => `${knownText(sessions)}: what is unusual says less${lowers}`,
  };
}
