// How many events one core judges and folds, each as an invocation of its own would: state is in
// memory, locations are in a map. Time is CPU time of this process, collecting garbage in its other
// threads included, so that what else the machine does hardly shows.

import { pathToFileURL } from 'node:url';
import type { FoldContext, UserEvent } from '../../domain/process/fold-plan.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import type { Session } from '../../domain/session/session.ts';
import { sha256Hash } from '../../lambdas/shared/hash.ts';

/** What is measured: functions of this checkout, or of another one. */
export type Subject = Pick<typeof import('../../domain/process/fold-user.ts'), 'foldUser'> &
  Pick<typeof import('../../domain/population/population.ts'), 'emptyPopulation'> &
  Pick<typeof import('../../domain/profile/profile-pack.ts'), 'packProfile'> &
  Pick<typeof import('../../domain/profile/profile-unpack.ts'), 'unpackProfile'>;

/** Loads it from a checkout. @throws what loading throws */
export async function subjectOf(root: string): Promise<Subject> {
  const load = (path: string) => import(pathToFileURL(`${root}/${path}`).href);
  const { foldUser } = await load('domain/process/fold-user.ts');
  const { emptyPopulation } = await load('domain/population/population.ts');
  const { packProfile } = await load('domain/profile/profile-pack.ts');
  const { unpackProfile } = await load('domain/profile/profile-unpack.ts');
  return { foldUser, emptyPopulation, packProfile, unpackProfile };
}

/** Events a second of CPU time, and how large the packed profiles became, octets. */
export type Rate = { readonly eventsPerSecond: number; readonly sizes: readonly number[] };

const horizonMs = 27 * 3_600_000;

type State = { profile: Profile | undefined; sessions: Session[] };

/** Folds one event as an invocation of its own would. */
function fold({ foldUser }: Subject, state: State, event: UserEvent, context: FoldContext): void {
  const since = event.event.time - horizonMs;
  const sessions = state.sessions.filter(
    (session, at, all) => session.rowStart >= since || at >= all.length - 4,
  );
  const rows = sessions.map((session) => ({ session, version: 1 }));
  const plan = foldUser(
    { userKey: event.event.user.account, kind: 'person' },
    state.profile
      ? { profile: state.profile, version: 1, sessions: rows }
      : { version: 1, sessions: rows },
    [event],
    context,
  );
  if (plan.profile) {
    state.profile = { ...plan.profile, pending: { detections: [], indexRows: [] } };
  }
  for (const { session } of plan.sessions) {
    const at = sessions.findIndex(
      (known) => known.rowStart === session.rowStart && known.identity === session.identity,
    );
    if (at < 0) sessions.push(session);
    else sessions[at] = session;
  }
  state.sessions = sessions;
}

/**
 * Folds what people sent, in turns.
 * @param isPacked profiles are packed after each fold and unpacked before the next
 */
export function measure(
  subject: Subject,
  people: readonly (readonly UserEvent[])[],
  isPacked: boolean,
): Rate {
  const { emptyPopulation, packProfile, unpackProfile } = subject;
  const context: FoldContext = { population: emptyPopulation, settings: {}, hash: sha256Hash };
  const states = people.map((): State => ({ profile: undefined, sessions: [] }));
  const stored = new Array<Uint8Array | undefined>(people.length);
  const longest = Math.max(...people.map((events) => events.length));
  let events = 0;
  const before = process.cpuUsage();
  for (let at = 0; at < longest; at += 1) {
    for (const [index, list] of people.entries()) {
      const event = list[at];
      const state = states[index];
      if (!event || !state) continue;
      const bytes = stored[index];
      if (isPacked && bytes) state.profile = unpackProfile(event.event.user.account, bytes);
      const known = state.profile;
      fold(subject, state, event, context);
      if (isPacked && state.profile) {
        if (state.profile !== known) stored[index] = packProfile(state.profile);
        // Between its events it is what is stored.
        state.profile = undefined;
      }
      events += 1;
    }
  }
  const spent = process.cpuUsage(before);
  const sizes = states.flatMap(({ profile }, at) => {
    const bytes = profile ? packProfile(profile) : stored[at];
    return bytes ? [bytes.length] : [];
  });
  return { eventsPerSecond: events / ((spent.user + spent.system) / 1e6), sizes };
}
