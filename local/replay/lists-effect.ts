// What the operator's lists of addresses change: the same records judged with and without them, and
// the two compared. A detection keeps its id, because that names user, session and place.

import { compareSeverity } from '../../domain/detect/alert.ts';
import type { SessionJudgement } from '../../domain/detect/judgement.ts';
import { type Detection, isWithdrawn } from '../../domain/detection.ts';
import type { ListMention } from '../../domain/location.ts';
import type { Locator } from '../../geo/locator.ts';
import { type ReplayOptions, replay } from './replay.ts';

/**
 * Judges the records twice and compares.
 * @throws Error a sentence: no lists, or records that cannot be read twice
 */
export async function effectOfLists(
  options: ReplayOptions,
  data: { readonly with: Locator; readonly without: Locator } | undefined,
): Promise<string> {
  if (!data) throw new Error('the data was built without lists: see npm run geo:lists');
  if (options.files.some(options.isReadOnce)) {
    throw new Error('records are judged twice here: name files, not standard input');
  }
  const found = async ({ locate }: Locator): Promise<Found> => {
    const one = new Found();
    await replay({
      ...options,
      isScores: false,
      locate,
      write: async () => undefined,
      onJudgement: (judgement) => one.judged(judgement),
      onDetection: (detection) => one.detected(detection),
    });
    return one;
  };
  return effectText(await found(data.without), await found(data.with));
}

/** Gathers what one of the two replays finds. */
class Found {
  readonly detections = new Map<string, Detection>();
  readonly #sessions = new Map<string, readonly [name: string, userKey: string]>();

  detected(detection: Detection): void {
    if (!isWithdrawn(detection)) this.detections.set(detection.id, detection);
  }

  judged({ userKey, session }: SessionJudgement): void {
    for (const { location } of session.sightings) {
      if (location.kind === 'special' || !location.network.listed) continue;
      const { type, listed } = location.network;
      this.#sessions.set(`${userKey} ${session.identity} ${session.rowStart}`, [
        `${type}/${listed.list}, of ${listed.date}`,
        userKey,
      ]);
    }
  }

  /** Sessions and users by list, the most first. */
  byList(): readonly (readonly [name: string, sessions: number, users: number])[] {
    const lists = new Map<string, { sessions: number; users: Set<string> }>();
    for (const [name, userKey] of this.#sessions.values()) {
      const one = lists.get(name) ?? { sessions: 0, users: new Set() };
      one.sessions += 1;
      one.users.add(userKey);
      lists.set(name, one);
    }
    return [...lists]
      .map(([name, { sessions, users }]) => [name, sessions, users.size] as const)
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  }
}

const counted = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`;

const listOf = ({ network }: Detection): string => {
  const listed: ListMention | undefined = network?.listed;
  return listed ? `, ${network?.type} by ${listed.list}` : '';
};

const line = (mark: string, detection: Detection): string => {
  const { firstSeen, severity, userKey, place, score } = detection;
  const time = new Date(firstSeen).toISOString().slice(0, 16);
  return `  ${mark} ${time}Z ${userKey}: ${severity}, ${score}, ${place.label}${listOf(detection)}`;
};

/** The comparison, as text. */
function effectText(without: Found, withLists: Found): string {
  const lists = withLists.byList();
  const named = lists.map(
    ([name, sessions, users]) =>
      `  ${name}: ${counted(sessions, 'session')} of ${counted(users, 'user')}`,
  );
  const more: string[] = [];
  const fewer: string[] = [];
  const other: string[] = [];
  for (const [id, detection] of withLists.detections) {
    const before = without.detections.get(id);
    if (!before) more.push(line('+', detection));
    else if (compareSeverity(detection.severity, before.severity) !== 0) {
      other.push(`${line('~', detection)} (was ${before.severity})`);
    }
  }
  for (const [id, detection] of without.detections) {
    if (!withLists.detections.has(id)) fewer.push(line('-', detection));
  }
  const counts = `${without.detections.size} without the lists, ${withLists.detections.size} with`;
  return [
    lists.length === 0 ? 'No session came from an address that a list names.' : 'By list:',
    ...named,
    `Detections: ${counts} (${more.length} more, ${fewer.length} fewer, ` +
      `${other.length} of another severity)`,
    ...more,
    ...fewer,
    ...other,
    '',
  ].join('\n');
}
