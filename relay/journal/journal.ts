// Appends records so that an acknowledged one survives a power cut (RFC 2866 section 2).
// Promise: `done` without error means write and fdatasync have returned for this record. After a
// failed write or sync nothing is acknowledged until a new segment proved that the disk works.
// It does not read records back (reader.ts) and does not know what they mean.

import { ActiveSegment } from './active-segment.ts';
import { makeOctetsCache } from './address-octets.ts';
import { type AppendDone, CommitBuffer } from './commit-buffer.ts';
import { CommitWriter } from './commit-writer.ts';
import { isOutOfSpace, JournalError, troubleOf } from './errors.ts';
import {
  type JournalOptions,
  type JournalSettings,
  type JournalStats,
  withDefaults,
} from './journal-options.ts';
import { JournalSpace } from './journal-space.ts';
import type { Unlock } from './lock.ts';
import type { NewJournalRecord } from './record.ts';
import { type Recovered, recoverJournal } from './recover.ts';
import { encodedBytes, makeEncodable } from './segment.ts';
import { SegmentShelf } from './segment-shelf.ts';

export class Journal {
  readonly #settings: JournalSettings;
  readonly #shelf: SegmentShelf;
  readonly #space: JournalSpace;
  readonly #found: Recovered;
  readonly #unlock: Unlock;
  readonly #octetsOf = makeOctetsCache();
  readonly #writer: CommitWriter;
  #active: ActiveSegment | undefined;
  #filling = new CommitBuffer();
  #writing = new CommitBuffer();
  #isCommitting: boolean = false;
  /** Why nothing can be appended now; undefined while all is well. */
  #trouble: JournalError | undefined;
  #durablePosition: number;
  #nextPosition: number;
  #awaitedPosition = 0;
  #counts = { records: 0, commits: 0, commitsFailed: 0 };
  #timer: NodeJS.Timeout | undefined;
  #ticking: Promise<void> | undefined;
  #whenIdle: (() => void)[] = [];

  private constructor(settings: JournalSettings, found: Recovered, unlock: Unlock) {
    this.#settings = settings;
    this.#shelf = new SegmentShelf(settings.disk, settings.directory, found.segments);
    this.#found = found;
    this.#unlock = unlock;
    this.#space = new JournalSpace(settings, this.#shelf);
    this.#writer = new CommitWriter(settings, this.#space);
    this.#durablePosition = Math.max(found.lastPosition, settings.shippedPosition);
    this.#nextPosition = this.#durablePosition + 1;
  }

  /**
   * Recovers what is on disk and begins a new segment. On a full disk it is open, not writable.
   * @throws JournalError JOURNAL_NEWER, JOURNAL_LOCKED; the system error of an unusable directory.
   */
  static async open(options: JournalOptions): Promise<Journal> {
    const settings = withDefaults(options);
    const { disk, directory } = settings;
    await disk.makeDirectory(directory);
    const unlock = await disk.lock(directory);
    try {
      const journal = new Journal(settings, await recoverJournal(disk, directory), unlock);
      await journal.#begin();
      return journal;
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  /** True while appends can be acknowledged; Status-Server is answered only then. */
  get isWritable(): boolean {
    return this.#trouble === undefined;
  }

  /** Every record up to here is on disk. */
  get durablePosition(): number {
    return this.#durablePosition;
  }

  /**
   * Queues a record for the next commit. `done` is called once: with the record's position when it
   * is on disk, with an error (perhaps before `append` returns) when it was not recorded.
   */
  append(record: NewJournalRecord, done: AppendDone): void {
    if (this.#trouble) {
      done(this.#trouble, 0);
      return;
    }
    const encodable = makeEncodable(record, this.#octetsOf);
    if (typeof encodable === 'string') {
      done(new JournalError('JOURNAL_RECORD_INVALID', encodable), 0);
      return;
    }
    if (this.#filling.used + encodedBytes(encodable) > this.#settings.commitBytesMax) {
      done(new JournalError('JOURNAL_BUSY', 'the disk is slower than the gateways'), 0);
      return;
    }
    const { isAwaited, salt } = this.#settings;
    const position = this.#nextPosition++;
    if (isAwaited?.(record) !== false) this.#awaitedPosition = position;
    this.#filling.add(encodable, { position, salt }, done);
    if (this.#isCommitting) return;
    // Still in this turn of the event loop, behind the datagrams it reads: they share the sync.
    this.#isCommitting = true;
    setImmediate(() => this.#commit());
  }

  /** The durable cursor moved: segments below it may be deleted. */
  shippedTo(position: number): void {
    this.#space.shippedTo(position);
  }

  /**
   * Every `tickMs`: looks at the disk's free space, deletes what was shipped long enough ago, and
   * when the journal had stopped, tries to begin a new segment.
   */
  tick(): Promise<void> {
    this.#ticking ??= this.#care().finally(() => {
      this.#ticking = undefined;
    });
    return this.#ticking;
  }

  stats(): JournalStats {
    return {
      isWritable: this.isWritable,
      ...(this.#trouble && { trouble: this.#trouble.message }),
      firstPosition: this.#shelf.firstPosition ?? this.#nextPosition,
      durablePosition: this.#durablePosition,
      segments: this.#shelf.count,
      bytes: this.#shelf.bytes,
      freeBytes: this.#space.freeBytes,
      ...this.#counts,
      tornBytes: this.#found.tornBytes,
      damaged: this.#found.damaged,
    };
  }

  /** Finishes what was appended, then closes; later appends fail. */
  async close(): Promise<void> {
    this.#trouble = new JournalError('JOURNAL_CLOSED', 'the relay stops');
    clearInterval(this.#timer);
    if (this.#isCommitting) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    await this.#ticking;
    await this.#active?.close();
    this.#active = undefined;
    await this.#unlock();
  }

  async #begin(): Promise<void> {
    await this.#space.measure();
    try {
      await this.#startSegment();
    } catch (error) {
      if (!isOutOfSpace(error)) throw error;
      this.#stop(troubleOf(error, this.#settings.directory));
    }
    if (this.#settings.tickMs > 0) {
      this.#timer = setInterval(() => void this.tick(), this.#settings.tickMs);
      this.#timer.unref();
    }
  }

  /** `gathered`: company was waited for. `behind`: answers wait, so that this thread must not. */
  #commit(turn: 'first' | 'gathered' | 'behind' = 'first'): void {
    if (this.#filling.records === 0) {
      this.#becomeIdle();
      return;
    }
    if (turn === 'first' && this.#writer.gather(this.#filling.records)) {
      // Behind the datagrams that have come meanwhile.
      setImmediate(() => this.#commit('gathered'));
      return;
    }
    const batch = this.#filling;
    this.#filling = this.#writing;
    this.#writing = batch;
    const active = this.#active;
    if (active && !this.#isDone(active) && this.#space.hasRoom(batch.used)) {
      this.#write(active, batch, turn !== 'behind');
      return;
    }
    this.#prepare(batch.firstPosition, batch.used).then(
      (prepared) => this.#write(prepared, batch, false),
      (error: unknown) => this.#fail(error),
    );
  }

  /** The slow way to a commit, a few times an hour: make room, begin the next segment. */
  async #prepare(firstPosition: number, bytes: number): Promise<ActiveSegment> {
    const active = this.#active;
    if (!active || this.#isDone(active)) {
      await this.#startSegment(firstPosition);
      await active?.close();
    }
    if (!this.#space.hasRoom(bytes)) await this.#space.makeRoom(bytes);
    if (!this.#active) throw new JournalError('JOURNAL_CLOSED', 'no segment');
    return this.#active;
  }

  #write(active: ActiveSegment, batch: CommitBuffer, canBeDirect: boolean): void {
    this.#writer.write({ active, batch, canBeDirect }, (error, way) =>
      error ? this.#fail(error) : this.#settle(batch, way === 'direct'),
    );
  }

  #settle(batch: CommitBuffer, isDirect: boolean): void {
    this.#shelf.grow(batch.used);
    this.#space.used(batch.used);
    this.#counts.commits += 1;
    this.#counts.records += batch.records;
    let position = batch.firstPosition;
    this.#durablePosition = batch.lastPosition;
    const waiting = batch.take();
    // The disk goes on working while the answers are sent.
    if (!isDirect) this.#commit('behind');
    for (const done of waiting) {
      done(undefined, position);
      position += 1;
    }
    this.#settings.onDurable?.(this.#durablePosition, this.#awaitedPosition);
    if (!isDirect) return;
    // Behind the datagrams that came while the disk was at work: they are the next commit.
    setImmediate(() => {
      this.#writer.arrived(this.#filling.records);
      this.#commit();
    });
  }

  /** Nothing in memory is acknowledged; the segment is left as it is (README.md "Write"). */
  #fail(error: unknown): void {
    const { directory } = this.#settings;
    const trouble = error instanceof JournalError ? error : troubleOf(error, directory);
    if (trouble !== error) {
      this.#shelf.grow(this.#writing.used);
      void this.#active?.abandon();
      this.#active = undefined;
    }
    this.#counts.commitsFailed += 1;
    this.#nextPosition = this.#durablePosition + 1;
    const waiting = [...this.#writing.take(), ...this.#filling.take()];
    if (this.#trouble?.code !== 'JOURNAL_CLOSED') this.#stop(trouble);
    this.#becomeIdle();
    for (const done of waiting) done(trouble, 0);
  }

  #stop(trouble: JournalError): void {
    this.#trouble = trouble;
    this.#settings.onState?.(false, trouble.message);
  }

  #becomeIdle(): void {
    this.#isCommitting = false;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  async #startSegment(firstPosition = this.#nextPosition): Promise<void> {
    const { salt, now } = this.#settings;
    const file = await this.#shelf.create({ firstPosition, salt });
    this.#active = new ActiveSegment(file, now());
  }

  #isDone(active: ActiveSegment): boolean {
    return active.isDone(this.#settings, this.#settings.now());
  }

  async #care(): Promise<void> {
    try {
      await this.#space.measure();
      this.#endQuietSegment();
      await this.#space.sweep(0);
      const trouble = this.#trouble;
      if (!trouble || trouble.code === 'JOURNAL_CLOSED') return;
      await this.#space.makeRoomToResume();
      if (!this.#active) await this.#startSegment();
      // While we waited the journal may have been closed: that stays.
      if (this.#trouble !== trouble) return;
      this.#trouble = undefined;
      this.#settings.onState?.(true, 'the journal takes records again');
    } catch {
      // Still in trouble, or a file could not be deleted: the next tick tries again.
    }
  }

  /** Without traffic no commit would end an old segment, and what was shipped could not go. */
  #endQuietSegment(): void {
    if (this.#isCommitting || !this.#active || !this.#isDone(this.#active)) return;
    this.#isCommitting = true;
    this.#prepare(this.#nextPosition, 0).then(
      () => this.#commit(),
      (error: unknown) => this.#fail(error),
    );
  }
}
