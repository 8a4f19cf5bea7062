// Term "cold-start": of a person hardly known, everything is new.
// Formula: with n < 3 (faded weight of learned sessions), the positive weights of the personal
// terms are taken times .35 + .65 n / 3. Travel, burst and network type speak for themselves and
// stay whole.
// Source: smoothing towards the organisation (Freeman et al.), checked on new hires.
// Blind spot: an account stolen in its first days.

import { type Evidence, rounded, type Scene } from './term.ts';

const sessionsEnough = 2;
const least = 0.5;

export function coldStartTerm({ survey }: Scene, personalWeight: number): Evidence | undefined {
  if (survey.weight >= sessionsEnough || personalWeight <= 0) return undefined;
  const share = least + ((1 - least) * survey.weight) / sessionsEnough;
  return {
    term: 'cold-start',
    aspect: 'cold-start',
    weight: -(1 - share) * personalWeight,
    numbers: { sessionsWeight: rounded(survey.weight), share: rounded(share) },
    text: () =>
      `Little is known of this user yet (${Math.round(survey.weight * 10) / 10} recent ` +
      'sessions): new values say less (lowers the score)',
  };
}
