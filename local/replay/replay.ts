// Replay: records of files through decode, locate, judge and fold in one process, with state in
// memory; the same code path as the cloud. Records are folded in the order of the file, as they
// once arrived, some thousands in one call, which makes no difference to what comes of them
// (decision 0038); their times are those of the file. Memory is bounded by the number of users.

import type { AccountingEvent } from '../../domain/accounting-event.ts';
import type { SessionJudgement } from '../../domain/detect/judgement.ts';
import type { Detection } from '../../domain/detection.ts';
import type { Location } from '../../domain/location.ts';
import { countOutcome, type EventOutcome, type OutcomeCounts } from '../../domain/outcome.ts';
import type { ProcessPorts } from '../../domain/process/ports.ts';
import { processEvents } from '../../domain/process/process-events.ts';
import { withSites } from '../../lambdas/process/sites.ts';
import { sha256Hash as hash } from '../../lambdas/shared/hash.ts';
import { DetectionBook } from './detection-book.ts';
import { makeMemoryGateways } from './memory-gateways.ts';
import { MemoryPopulation } from './memory-population.ts';
import { MemoryUsers } from './memory-users.ts';
import { MemoryWords } from './memory-words.ts';
import { eventsOf, mergedEvents, notEmpty, type OpenEvents } from './merged-files.ts';
import { type Notice, portionsOf, type Reading } from './portions.ts';
import { Readers, type StartReader } from './readers.ts';
import { ReplayReport } from './replay-report.ts';
import { detectionLine, ScoreBook } from './score-lines.ts';
import type { ReplaySettings } from './settings-file.ts';

export type ReplayOptions = {
  readonly files: readonly string[];
  /** The octets of a file. @throws what opening or reading it throws */
  readonly open: (file: string) => AsyncIterable<Buffer>;
  /** True for what can be opened once only: standard input. */
  readonly isReadOnce: (file: string) => boolean;
  readonly settings: ReplaySettings;
  /** How captures and tables are read. */
  readonly reading: Pick<Reading, 'ports' | 'timeZone'>;
  /** Threads that read files ahead, and how one is started; absent: this thread reads. */
  readonly readers?: { readonly count: number; readonly start: StartReader };
  /** One line a scored session instead of one a detection. */
  readonly isScores: boolean;
  /** Only what began then or later is printed and counted, Unix ms; all is learned from. */
  readonly since?: number;
  /** Only what began before then is printed and counted, Unix ms; what came later corrects it. */
  readonly until?: number;
  /** Only this user is printed and counted, as the settings spell the key. */
  readonly userKey?: string;
  readonly locate: (address: string) => Location;
  /** Takes finished lines; resolves when there is room for more. */
  readonly write: (lines: readonly string[]) => Promise<void>;
  /** Told what is counted: each judgement, and each detection when it is final. */
  readonly onJudgement?: (judgement: SessionJudgement) => void;
  readonly onDetection?: (detection: Detection) => void;
  readonly onProgress: (progress: ReplayProgress) => void;
  /** Told of what cannot be read: file, line or frame, reason. */
  readonly onUnreadable: (file: string, line: number, reason: string) => void;
};

export type ReplayProgress = {
  readonly records: number;
  /** Records and lines that could not be read. */
  readonly unreadable: number;
  /** Frames of captures that are no record, by what they are. */
  readonly passedOver: ReadonlyMap<string, number>;
  readonly users: number;
  readonly sessions: number;
  /** Lines of them. */
  readonly detections: number;
  /** Changes of detections that came after their line. */
  readonly late: number;
  readonly outcomes: OutcomeCounts<EventOutcome>;
};

/** Located addresses kept, so that a file's usual ones are looked up once. */
const locatedMax = 100_000;
/** Records that are folded in one call. */
const togetherMax = 8000;
/** Of one account: a fold looks at all of a user's sessions of the call for each record. */
const ofAccountMax = 1000;
/** Names of what is passed over, at most. */
const namesMax = 64;
const dayMs = 24 * 3600 * 1000;

/**
 * Replays the files as one stream, in order of arrival.
 * @returns the final counts, and the report in words
 * @throws Error naming the file when one cannot be read or holds nothing readable
 */
export async function replay(
  options: ReplayOptions,
): Promise<ReplayProgress & { readonly report: string }> {
  const run = new ReplayRun(options);
  const reading: Reading = { ...options.reading, gateways: options.settings.gateways };
  const { files, isReadOnce, readers: threads } = options;
  const isAhead = threads !== undefined && threads.count > 0;
  const readers = isAhead ? new Readers(threads.start, threads.count, reading) : undefined;
  const open: OpenEvents = (file, purpose) => {
    const isHere = !readers || purpose === 'look' || isReadOnce(file);
    const portions = isHere ? portionsOf(options.open(file), reading) : readers.portionsOf(file);
    if (purpose === 'look') return eventsOf(portions, () => undefined);
    return notEmpty(
      eventsOf(portions, (notice) => run.note(file, notice)),
      file,
    );
  };
  try {
    for await (const events of mergedEvents(files, open, isReadOnce)) await run.take(events);
    await run.end();
  } finally {
    await readers?.end();
  }
  return { ...run.progress(), report: run.report() };
}

class ReplayRun {
  records = 0;
  unreadable = 0;
  readonly #options: ReplayOptions;
  readonly #ports: ProcessPorts;
  readonly #users: MemoryUsers;
  readonly #scores: ScoreBook;
  readonly #report: ReplayReport;
  readonly #detections = new DetectionBook();
  readonly #outcomes: OutcomeCounts<EventOutcome> = {};
  readonly #passedOver = new Map<string, number>();
  #waiting: AccountingEvent[] = [];
  /** Records that wait, by the name of their account. */
  readonly #accounts = new Map<string, number>();
  #detected = 0;
  #oldest = Number.POSITIVE_INFINITY;
  #newest = 0;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#scores = new ScoreBook(options.isScores);
    this.#report = new ReplayReport(options.settings.settings.detection ?? {});
    this.#users = new MemoryUsers({
      onDetection: (detection) => this.#detections.add(detection),
      onNearMiss: (row) => {
        if (this.#isAskedFor(row.userKey, row.startedAt)) this.#report.nearlyMissed(row);
      },
    });
    const located = new Map<string, Location>();
    this.#ports = {
      users: this.#users,
      gateways: makeMemoryGateways(),
      words: new MemoryWords(hash),
      population: new MemoryPopulation(),
      locate: withSites(
        async (addresses) =>
          new Map(addresses.map((address) => [address, locateOnce(located, options, address)])),
        async () => options.settings.settings.sites ?? [],
      ),
      settings: async () => options.settings.settings,
      hash,
      isInOrder: true,
      isReadingFree: true,
      onJudgement: (judgement) => {
        const { userKey, session } = judgement;
        if (!this.#isAskedFor(userKey, session.startedAt)) return;
        this.#scores.add(judgement);
        this.#report.judged(judgement);
        options.onJudgement?.(judgement);
      },
    };
  }

  #isAskedFor(userKey: string, startedAt: number): boolean {
    const { since = 0, until = Number.POSITIVE_INFINITY, userKey: only = userKey } = this.#options;
    return userKey === only && startedAt >= since && startedAt < until;
  }

  /** Counts what is no record, and passes on what cannot be read. */
  note(file: string, notice: Notice): void {
    if ('passedOver' in notice) {
      this.#passOver(notice.passedOver);
      return;
    }
    this.unreadable += 1;
    this.#options.onUnreadable(file, notice.place, notice.reason);
  }

  /** Counts by name; names beyond some dozens are one. */
  #passOver(what: string): void {
    const isNamed = this.#passedOver.size < namesMax || this.#passedOver.has(what);
    const name = isNamed ? what : 'others';
    this.#passedOver.set(name, (this.#passedOver.get(name) ?? 0) + 1);
  }

  async take(events: readonly AccountingEvent[]): Promise<void> {
    for (const event of events) {
      this.#oldest = Math.min(this.#oldest, event.time);
      this.#newest = Math.max(this.#newest, event.time);
      this.#waiting.push(event);
      const { account } = event.user;
      const ofAccount = (this.#accounts.get(account) ?? 0) + 1;
      this.#accounts.set(account, ofAccount);
      const isFull = this.#waiting.length >= togetherMax || ofAccount >= ofAccountMax;
      if (isFull) await this.#fold();
    }
  }

  /** Folds what is waiting, and writes what no later record can change. */
  async #fold(now = this.#newest): Promise<void> {
    const events = this.#waiting;
    this.#waiting = [];
    this.#accounts.clear();
    for (const { outcome, error } of await processEvents(this.#ports, events)) {
      if (error !== undefined) throw error;
      countOutcome(this.#outcomes, outcome);
    }
    this.records += events.length;
    await this.#write(now);
    this.#options.onProgress(this.progress());
  }

  /** Folds and writes all that is left. */
  end(): Promise<void> {
    return this.#fold(Number.POSITIVE_INFINITY);
  }

  async #write(now: number): Promise<void> {
    const detections = this.#detections
      .takeFinal(now)
      .filter(({ userKey, users = [userKey], firstSeen }) =>
        users.some((user) => this.#isAskedFor(user, firstSeen)),
      );
    const scores = this.#scores.takeBefore(now);
    this.#detected += detections.length;
    for (const detection of detections) {
      this.#report.detected(detection);
      this.#options.onDetection?.(detection);
    }
    await this.#options.write(this.#options.isScores ? scores : detections.map(detectionLine));
  }

  #usersAskedFor(userKey: string | undefined): number {
    if (userKey === undefined) return this.#users.size;
    return this.#users.has(userKey) ? 1 : 0;
  }

  /** What it came to, in words. */
  report(): string {
    const { since = 0, until = Number.POSITIVE_INFINITY, userKey } = this.#options;
    const from = Math.max(since, this.#oldest);
    const to = Math.min(until, this.#newest);
    const days = Math.max(0, Math.ceil((to - from) / dayMs));
    const isNone = this.records > 0 && (since > this.#newest || until <= this.#oldest);
    const users = isNone ? 0 : this.#usersAskedFor(userKey);
    return this.#nothing() + this.#report.text({ days, users });
  }

  /** Says it when there is nothing of what is asked for. */
  #nothing(): string {
    const { since = 0, until = Number.POSITIVE_INFINITY, userKey } = this.#options;
    const minuteOf = (time: number): string => `${new Date(time).toISOString().slice(0, 16)}Z`;
    if (this.records === 0) return 'There is no record.\n';
    if (since > this.#newest) {
      return `No record is of then or later: the last is of ${minuteOf(this.#newest)}.\n`;
    }
    if (until <= this.#oldest) {
      return `No record is from before then: the first is of ${minuteOf(this.#oldest)}.\n`;
    }
    const isUnknown = userKey !== undefined && !this.#users.has(userKey);
    return isUnknown ? `No record is of the user ${userKey}.\n` : '';
  }

  progress(): ReplayProgress {
    return {
      records: this.records,
      unreadable: this.unreadable,
      passedOver: this.#passedOver,
      users: this.#users.size,
      sessions: this.#scores.sessions,
      detections: this.#detected,
      late: this.#detections.late,
      outcomes: { ...this.#outcomes },
    };
  }
}

function locateOnce(
  located: Map<string, Location>,
  options: ReplayOptions,
  address: string,
): Location {
  const known = located.get(address);
  if (known) return known;
  if (located.size >= locatedMax) located.clear();
  const location = options.locate(address);
  located.set(address, location);
  return location;
}
