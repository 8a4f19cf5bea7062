// What is known of sessions that a user is judged by beside their rows: their last words, restarts
// of gateways that are not in the call, and sessions of longer ago where a judgement is made again.
// A fold by itself, which shows nobody anything, tells which of that is asked for.

import { keptIn } from '../profile/learned.ts';
import { isWordWanted } from '../session/last-word.ts';
import { neededSince } from './correct.ts';
import type { UserPlan } from './fold-plan.ts';
import { type Around, foldAlone, type UserToFold } from './fold-together.ts';
import type { ProcessPorts } from './ports.ts';

/** What of a call says how much is known. */
type Asked = {
  readonly ports: ProcessPorts;
  /** Gateways whose restarts were read. */
  readonly gateways: ReadonlySet<string>;
};

/** What a user's fold asks for. */
export type Wants = Pick<UserPlan, 'unheard' | 'gateways' | 'unread'>;

const nothing: Wants = { unheard: [], gateways: [] };

/** What more may be known of sessions that a user is judged by. */
export function wantsOf({ ports, gateways }: Asked, user: UserToFold, around: Around): Wants {
  const { profile, sessions, since = 0 } = user.state;
  const isElsewhere = (id: string): boolean => !gateways.has(id);
  const isOpen = sessions.some(({ session }) => {
    const isUnended = session.stoppedAt === undefined && isElsewhere(session.gatewayId);
    return isUnended || isWordWanted(session);
  });
  const kept = profile ? keptIn(profile.learned) : [];
  const rows = sessions.map(({ session }) => session);
  const isShort = kept.length > 0 && since > neededSince(kept, rows);
  if (!isOpen && !isShort) return nothing;
  if (ports.isReadingFree && !isShort) {
    const open = rows.filter(({ stoppedAt }) => stoppedAt === undefined);
    const elsewhere = new Set(open.map(({ gatewayId }) => gatewayId).filter(isElsewhere));
    return { unheard: open.filter(isWordWanted), gateways: [...elsewhere] };
  }
  try {
    const { unread, unheard, gateways: asked } = foldAlone(user, around);
    const elsewhere = asked.filter(isElsewhere);
    return { unheard, gateways: elsewhere, ...(unread === undefined ? {} : { unread }) };
  } catch {
    // It is folded once more, and says why it cannot be.
    return nothing;
  }
}

/** The last words of the sessions asked for, and restarts of the gateways. */
export async function heardBeside(
  { ports }: Asked,
  wants: readonly Wants[],
): Promise<Pick<Around, 'heard' | 'elsewhere'>> {
  const unheard = wants.flatMap((one) => one.unheard);
  const gateways = [...new Set(wants.flatMap((one) => one.gateways))];
  const [heard, elsewhere] = await Promise.all([
    unheard.length > 0 ? ports.words?.heard(unheard) : undefined,
    gateways.length > 0 ? ports.gateways.watermarks(gateways) : undefined,
  ]);
  return { ...(heard ? { heard } : {}), ...(elsewhere ? { elsewhere } : {}) };
}
