// Keeps the table of open sessions true to the journal: reads records as they become durable, and
// writes the table now and then with the position it stands for.
// Promise: after a crash the table is what it was, because what came after the file was written is
// read again; a session outlives the journal's cleaning. It moves no cursor and ships nothing.

import { errorText } from '../errors.ts';
import type { JournalDisk } from '../journal/disk.ts';
import type { JournalReader } from '../journal/reader.ts';
import type { JournalRecord } from '../journal/record.ts';
import { isWorthLogging, type Log } from '../log.ts';
import { decodePacket } from '../radius/decode.ts';
import { type After, systemAfter } from '../timers.ts';
import type { OpenSessions, SessionChange, SessionRecord } from './open-sessions.ts';
import { readSessions, writeSessions } from './session-file.ts';
import { type ToEventOf, toSessionRecord } from './session-record.ts';

export type JournalFollower = {
  /** The journal's durable position has risen. */
  notify(position: number): void;
  /** Resolves once everything up to this position was seen. */
  settled(position: number): Promise<void>;
  /** Writes the table and ends. */
  stop(): Promise<void>;
};

export type FollowOptions = {
  readonly disk: JournalDisk;
  readonly directory: string;
  readonly reader: JournalReader;
  readonly durablePosition: number;
  readonly sessions: OpenSessions;
  readonly toEvent: ToEventOf;
  /** Whether records of this gateway id are of interest. */
  readonly isFollowed: (gatewayId: string) => boolean;
  readonly onChange: (change: SessionChange, record: SessionRecord) => void;
  readonly now: () => number;
  /** Absent: by the clock of this machine. */
  readonly after?: After;
  readonly log: Log;
};

/**
 * Between two readings, unless somebody waits: commits come by the hundred a second, and to read
 * after each would cost as much as recording did.
 */
const pauseMs = 100;
/** A journal that cannot be read is tried again then. */
const failedPauseMs = 5_000;
/** Records per turn of the event loop: a millisecond at most. */
const recordsPerTurn = 32;
const bytesPerTurn = 64 * 1024;
/** What the file lacks is read again from the journal, so it need not be fresh. */
const writeEveryMs = 5 * 60_000;

/** Reads the file, then the journal from where the file ends. */
export async function followJournal(options: FollowOptions): Promise<JournalFollower> {
  const { disk, directory, reader, sessions, log } = options;
  const kept = await readSessions(disk, directory).catch((error: unknown) => {
    log('warn', 'open-sessions-unread', `read anew from the journal: ${errorText(error)}`);
    return undefined;
  });
  sessions.restore(kept?.sessions ?? []);
  const oldest = (await reader.oldestPosition()) ?? 1;
  const from = kept && kept.position <= options.durablePosition ? kept.position : 0;
  return new Follower(options, Math.max(from, oldest - 1));
}

class Follower implements JournalFollower {
  readonly #options: FollowOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #waiting = new Map<() => void, number>();
  #position: number;
  #durable: number;
  #written: number;
  #reading: Promise<void> | undefined;
  /** Ends the pause; present while there is one. */
  #pause: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isStopping: boolean = false;
  #failures = 0;

  constructor(options: FollowOptions, position: number) {
    this.#options = options;
    this.#position = position;
    this.#written = position;
    this.#durable = options.durablePosition;
    this.#timer = setInterval(() => {
      this.#writing = this.#writing.then(() => this.#write());
    }, writeEveryMs).unref();
    this.#read();
  }

  notify(position: number): void {
    this.#durable = Math.max(this.#durable, position);
    this.#read();
  }

  settled(position: number): Promise<void> {
    if (this.#position >= position || this.#isStopping) return Promise.resolve();
    const seen = new Promise<void>((resolve) => this.#waiting.set(resolve, position));
    this.notify(position);
    this.#hurry();
    return seen;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    this.#pause?.();
    await this.#reading;
    await this.#writing;
    await this.#write();
    this.#wake(Number.POSITIVE_INFINITY);
    await this.#options.reader.close();
  }

  #read(): void {
    const isIdle = this.#reading === undefined && this.#pause === undefined;
    if (!isIdle || this.#position >= this.#durable || this.#isStopping) return;
    let restMs = pauseMs;
    this.#reading = this.#readOn()
      .catch((error: unknown) => {
        restMs = failedPauseMs;
        this.#failures += 1;
        if (!isWorthLogging(this.#failures)) return;
        this.#options.log('warn', 'open-sessions-behind', errorText(error));
      })
      .finally(() => {
        this.#reading = undefined;
        if (this.#isStopping) return;
        const { after = systemAfter } = this.#options;
        this.#pause = after(restMs, () => this.#hurry());
      });
  }

  /** Reads without the rest of the pause. */
  #hurry(): void {
    this.#pause?.();
    this.#pause = undefined;
    this.#read();
  }

  /** To what was durable when it began; more only while somebody waits for it. */
  async #readOn(): Promise<void> {
    const until = this.#durable;
    const isShort = (): boolean =>
      this.#position < (this.#waiting.size > 0 ? this.#durable : until);
    while (isShort() && !this.#isStopping) {
      const next = this.#position + 1;
      const { entries } = await this.#options.reader.readFrom(next, recordsPerTurn, bytesPerTurn);
      const last = entries.at(-1)?.position;
      if (last === undefined) return;
      for (const entry of entries) if (entry.kind === 'record') this.#see(entry.record);
      this.#position = last;
      this.#wake(last);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  }

  #see(record: JournalRecord): void {
    const { isFollowed, sessions, toEvent, onChange } = this.#options;
    // History says nothing of what is open now.
    if (record.type !== 'datagram' || !isFollowed(record.gatewayId)) return;
    const attributes = decodePacket(record.payload);
    if ('undecodable' in attributes) return;
    const read = toSessionRecord(record, attributes, toEvent);
    if (!read) return;
    for (const change of sessions.see(read)) onChange(change, read);
  }

  #wake(position: number): void {
    for (const [resolve, wanted] of this.#waiting) {
      if (wanted > position) continue;
      this.#waiting.delete(resolve);
      resolve();
    }
  }

  async #write(): Promise<void> {
    const { disk, directory, sessions, now, log } = this.#options;
    if (this.#written === this.#position) return;
    const position = this.#position;
    sessions.forget(now());
    try {
      await writeSessions(disk, directory, { position, sessions: sessions.list() });
      this.#written = position;
    } catch (error) {
      log('warn', 'open-sessions-not-saved', errorText(error));
    }
  }
}
