// How the next commit is made: on this thread or on the pool, at once or after a moment in which
// company may come. Promise: both follow from what was seen to arrive and from how long the disk
// takes; whoever waits alone never waits for company. It does no I/O and reads no clock.

/**
 * - `direct`: write and sync on this thread. Cheapest, and the thread stands still meanwhile.
 * - `split`: write on this thread, into memory; sync on the pool.
 * - `pool`: both on the pool.
 */
export type CommitWay = 'direct' | 'split' | 'pool';

/**
 * This thread waits for a sync itself while syncs take this long at most, on average. Where they
 * take longer, disk or processor is wanted by others, and the pool's threads wait better.
 */
const directSyncMsMax = 0.6;
/** Commits on the pool before this thread tries again. */
const commitsOnPool = 512;
/** With as many records a hop to the pool costs little, and reading on meanwhile gains more. */
const directRecordsMax = 8;
/** More octets take long enough to be written by somebody else. */
const splitBytesMax = 16 * 1024;
/** With as many records nobody needs to be waited for. */
const gatheredRecords = 4;
/** With fewer records to expect in a sync waiting costs them more time than it saves work. */
const expectedMin = 0.6;
/** Waiting is bounded by this many syncs: what a record may lose, a later one has gained. */
const gatherSyncsMax = 2;
const gatherMsMax = 0.4;
/** A shorter sleep costs more than it saves: the kernel adds some 0.05 ms to each. */
const gatherMsMin = 0.06;
const smoothing = 1 / 32;

export class CommitPace {
  readonly #isDirectAllowed: boolean;
  /** Smoothed: records that arrived while a direct sync ran, and how long it took. */
  #arrived = 0;
  #syncMs = 0;
  /** What a sync takes when nothing disturbs it: falls fast, rises slowly. */
  #usualSyncMs = 0;
  #poolCommits = 0;

  /** @param isDirectAllowed whether this thread may do any of it */
  constructor(isDirectAllowed: boolean) {
    this.#isDirectAllowed = isDirectAllowed;
  }

  /** How a commit of so many records and octets is made. Asked once per commit. */
  wayOf(records: number, bytes: number, canBeDirect: boolean): CommitWay {
    if (!this.#isDirectAllowed || bytes > splitBytesMax) return 'pool';
    if (this.#poolCommits > 0) this.#poolCommits -= 1;
    else if (canBeDirect && records < directRecordsMax) return 'direct';
    return 'split';
  }

  /**
   * How long to wait for more before a commit of `records`, ms; 0: not at all.
   * Only what arrives while this thread is busy with the disk counts as company to expect. A single
   * gateway that sends when it is answered never does that, so it never waits.
   */
  gatherMs(records: number): number {
    if (this.#poolCommits > 0 || records >= gatheredRecords || this.#syncMs === 0) return 0;
    const expected = (this.#arrived / this.#syncMs) * this.#usualSyncMs;
    if (expected < expectedMin) return 0;
    const ms = this.#usualSyncMs * Math.min(gatherSyncsMax, gatherSyncsMax * expected);
    return ms < gatherMsMin ? 0 : Math.min(ms, gatherMsMax);
  }

  /** A direct commit took so long, and so many records arrived meanwhile. */
  committed(ms: number, arrived: number): void {
    this.#syncMs += (ms - this.#syncMs) * smoothing;
    this.#arrived += (arrived - this.#arrived) * smoothing;
    const isFaster = ms < this.#usualSyncMs || this.#usualSyncMs === 0;
    this.#usualSyncMs += (ms - this.#usualSyncMs) * (isFaster ? 1 / 4 : smoothing / 2);
    if (this.#syncMs <= directSyncMsMax) return;
    this.#poolCommits = commitsOnPool;
    this.#syncMs = directSyncMsMax / 2;
  }
}
