// Term "handover": did the user's last session end a moment ago?
// Formula: -1.2 (1 - k_near) when another session of theirs ended at most 15 minutes before this
// one began, or within 300 s after it (a lost line that its gateway noticed late), from another
// address that is not farther away than a line that changes can be: a line that dropped comes back
// over another (telephone, neighbour's Wi-Fi), while an intruder begins at any time. It only takes
// off what a new network or address put on.
// Source: measured on tuning worlds: a new line within 15 minutes is mostly a reconnect.
// Blind spot: an intruder who waits for the victim to hang up, or cuts the line first.

import { chanceStill, isLostLine, presencesOf } from '../../session/presence.ts';
import type { SessionKey } from '../../session/session.ts';
import {
  type BesideContext,
  type Evidence,
  lowers,
  minutesText,
  rounded,
} from '../context/term.ts';
import { isBeyondHandover } from './travel.ts';

const fullWeight = 1.2;
const minutesMax = 15;
/** What is likelier than this to be open has not ended. */
const likelyOpen = 0.5;

export function handoverTerm(context: BesideContext, locationWeight: number): Evidence | undefined {
  const { presence, others, alone } = context;
  if (!presence) return undefined;
  let minutes = Number.POSITIVE_INFINITY;
  let about: SessionKey | undefined;
  for (const session of others) {
    if (
      session.rowStart === presence.session.rowStart &&
      session.identity === presence.session.identity
    ) {
      continue;
    }
    for (const other of presencesOf(session)) {
      const isOver = other.to <= presence.from || isLostLine(other, presence.from);
      if (other.from >= presence.from || !isOver) continue;
      if (chanceStill(other, presence.from) > likelyOpen) continue;
      if (isBeyondHandover(presence, other)) continue;
      const since = Math.max(0, presence.from - other.to) / 60_000;
      if (since >= minutes) continue;
      minutes = since;
      about = { rowStart: session.rowStart, identity: session.identity };
    }
  }
  const weight = Math.min(locationWeight, fullWeight * (1 - alone.near));
  if (minutes > minutesMax || weight <= 0) return undefined;
  return {
    term: 'handover',
    aspect: 'handover',
    weight: -weight,
    ...(about ? { about } : {}),
    numbers: () => ({ minutes: rounded(minutes), familiarity: rounded(alone.near) }),
    inputs: () => ({ locationWeight, nearWeight: alone.nearWeight }),
    text: () =>
      `Began ${minutesText(minutes)} after a session of this user ended: a line ` +
      `that dropped and came back over another${lowers}`,
  };
}
