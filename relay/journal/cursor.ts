// What was shipped, durably: everything up to `position`, and ranges ahead of it.
// Promise: a position that it says is shipped was answered with 202 or is a dead letter. After a
// crash it may know less than was shipped, never more. It does not decide what to ship.

import * as v from 'valibot';
import { type JournalDisk, nodeDisk } from './disk.ts';
import { readDurable, writeDurable } from './durable-value.ts';
import { segmentNames } from './recover.ts';

const fileName = 'cursor';
/** Ranges ahead of the position; more of them would mean that shipping order has gone wrong. */
const rangesMax = 10_000;

/**
 * Between two writes, so that the journal's own syncs, which share the disk with these, stay quick
 * while a backlog drains. A crash repeats what was shipped meanwhile, and repeats are merged away.
 */
const saveRestMs = 200;
const failureRestMs = 5000;

const position = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const schema = v.object({
  version: v.literal(1),
  position,
  ahead: v.pipe(v.array(v.tuple([position, position])), v.maxLength(rangesMax)),
  setAside: position,
});

/** Positions `first` to `last`, both inclusive. */
export type PositionSpan = { readonly first: number; readonly last: number };

export type Cursor = {
  /** Everything up to here is shipped or dead-lettered. Perhaps not on disk yet. */
  readonly position: number;
  /** As of the last completed write: what may be deleted. */
  readonly durablePosition: number;
  /** Shipped spans above `position`, rising, apart from each other. */
  readonly ahead: readonly PositionSpan[];
  /** Dead letters since the journal began. */
  readonly setAside: number;
  /** Takes a span in; it is written at once, or a fifth of a second after the last write. */
  shipped(span: PositionSpan, setAside: number): void;
  /** Writes now; resolves when everything taken in is on disk. Rejects with the system error. */
  saved(): Promise<void>;
};

/**
 * Opens the cursor of a journal directory. One that was lost or damaged begins before the oldest
 * record: what is shipped twice is merged away.
 * @throws the system error when the directory cannot be used.
 */
export async function openCursor(options: {
  readonly directory: string;
  readonly disk?: JournalDisk;
  /** Told when a write has failed (it is tried again) or the file is damaged. */
  readonly onError?: (error: unknown) => void;
}): Promise<Cursor> {
  const { directory, disk = nodeDisk, onError } = options;
  await disk.makeDirectory(directory);
  const state = await readDurable(disk, directory, fileName, schema, onError);
  const [oldest] = segmentNames(await disk.list(directory));
  const begin = (oldest?.firstPosition ?? 1) - 1;
  return new FileCursor({ disk, directory, onError, state, begin });
}

class FileCursor implements Cursor {
  readonly #disk: JournalDisk;
  readonly #directory: string;
  readonly #onError: ((error: unknown) => void) | undefined;
  #position: number;
  #durablePosition: number;
  #ahead: PositionSpan[];
  #setAside: number;
  #isDirty: boolean = false;
  #saving: Promise<void> | undefined;
  #resting: NodeJS.Timeout | undefined;

  constructor(options: {
    readonly disk: JournalDisk;
    readonly directory: string;
    readonly onError: ((error: unknown) => void) | undefined;
    readonly state: v.InferOutput<typeof schema> | undefined;
    readonly begin: number;
  }) {
    const { state } = options;
    this.#disk = options.disk;
    this.#directory = options.directory;
    this.#onError = options.onError;
    this.#position = state?.position ?? options.begin;
    this.#durablePosition = this.#position;
    this.#ahead = (state?.ahead ?? []).map(([first, last]) => ({ first, last }));
    this.#setAside = state?.setAside ?? 0;
  }

  get position(): number {
    return this.#position;
  }

  get durablePosition(): number {
    return this.#durablePosition;
  }

  get ahead(): readonly PositionSpan[] {
    return this.#ahead;
  }

  get setAside(): number {
    return this.#setAside;
  }

  shipped(span: PositionSpan, setAside: number): void {
    this.#setAside += setAside;
    this.#ahead = joinSpans([...this.#ahead, span]);
    const lowest = this.#ahead[0];
    if (lowest && lowest.first <= this.#position + 1) {
      this.#position = Math.max(this.#position, lowest.last);
      this.#ahead.shift();
    }
    this.#isDirty = true;
    if (!this.#resting) this.#saveByItself();
  }

  saved(): Promise<void> {
    if (!this.#isDirty) return this.#saving ?? Promise.resolve();
    this.#saving ??= this.#save();
    return this.#saving;
  }

  #saveByItself(): void {
    this.saved().catch((error: unknown) => this.#onError?.(error));
  }

  async #save(): Promise<void> {
    let restMs = failureRestMs;
    try {
      while (this.#isDirty) await this.#write();
      restMs = saveRestMs;
    } finally {
      // In the same turn as the last look at isDirty, so that no span falls in between.
      this.#saving = undefined;
      clearTimeout(this.#resting);
      this.#resting = setTimeout(() => {
        this.#resting = undefined;
        if (this.#isDirty) this.#saveByItself();
      }, restMs).unref();
    }
  }

  async #write(): Promise<void> {
    this.#isDirty = false;
    const position = this.#position;
    const ahead = this.#ahead.map(({ first, last }) => [first, last]);
    try {
      const value = { version: 1, position, ahead, setAside: this.#setAside };
      await writeDurable(this.#disk, this.#directory, fileName, value);
    } catch (error) {
      this.#isDirty = true;
      throw error;
    }
    this.#durablePosition = position;
  }
}

/** Sorts spans and joins those that touch or overlap. */
function joinSpans(spans: readonly PositionSpan[]): PositionSpan[] {
  const joined: PositionSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.first - b.first)) {
    const before = joined.at(-1);
    if (before && span.first <= before.last + 1) {
      joined[joined.length - 1] = {
        first: before.first,
        last: Math.max(before.last, span.last),
      };
    } else joined.push(span);
  }
  return joined;
}
