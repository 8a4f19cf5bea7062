// dynalite's tables without its HTTP server: its store on LevelDB, its checks and its actions.
// Promise: what a resolved write wrote survives the death of the process; what was written before
// a call of `sync()` survives a power cut once that has resolved. One sync serves all who wait.
// After a write or sync that the disk failed nothing is durable until the folder is opened again:
// the system says of a page once that it could not be written, and takes it for written from then
// on; and LevelDB writes on behind a record that is torn, or not at all.

import { open, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { create, type Store } from 'dynalite/db';
import { checkTypes, checkValidations } from 'dynalite/validations';
import { errorText } from '../../relay/errors.ts';

/** An answer as DynamoDB's HTTP API gives it. */
export type TableAnswer = { readonly statusCode: number; readonly body: unknown };

type ActionError = { readonly statusCode?: number; readonly body?: unknown };
type Action = (
  store: Store,
  data: unknown,
  answer: (error: ActionError | null | undefined, result?: unknown) => void,
) => void;
type Validation = { readonly types: unknown; readonly custom?: unknown };

const require = createRequire(join(import.meta.dirname, 'package.json'));
const unknownOperation = 'com.amazon.coral.service#UnknownOperationException';

/** The disk failed: what was written since the last sync may be lost when the power is cut. */
export class TablesDiskError extends Error {
  readonly code = 'TABLES_DISK_FAILED';

  constructor(path: string, cause: unknown) {
    // "IO error: 000005.log: No space left on device", "EIO: i/o error, fdatasync"
    const why = errorText(cause).split(': ').at(-1);
    super(`writing the tables in ${path} failed (${why}); check the disk and start again`, {
      cause,
    });
    this.name = 'TablesDiskError';
  }
}

export class TableStore {
  readonly store: Store;
  readonly #path: string;
  #syncing: Promise<void> = Promise.resolve();
  #nextSync: Promise<void> | undefined;
  #syncs = 0;
  #failure: TablesDiskError | undefined;
  /** Rejects with a TablesDiskError when the disk fails. */
  readonly failed: Promise<never>;
  #reject: (error: TablesDiskError) => void = () => undefined;

  private constructor(path: string, store: Store) {
    this.#path = path;
    this.store = store;
    this.failed = new Promise((_, reject) => {
      this.#reject = reject;
    });
    // Whoever waits is told; nobody has to wait.
    this.failed.catch(() => undefined);
  }

  /** Opens or creates the folder. @throws what LevelDB says of it */
  static async open(path: string): Promise<TableStore> {
    const store = create({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    await store.db.open();
    return new TableStore(path, store);
  }

  /** Files that were synced, all in all. */
  get syncs(): number {
    return this.#syncs;
  }

  /** Carries out an operation of the API, such as `PutItem`. */
  answer(operation: string, given: unknown): Promise<TableAnswer> {
    const name = operation.charAt(0).toLowerCase() + operation.slice(1);
    const parts = partsOf(name);
    if (!parts) return Promise.resolve({ statusCode: 400, body: { __type: unknownOperation } });
    return new Promise((resolve, reject) => {
      const refuse = (error: ActionError): void => {
        if (error.statusCode === undefined) reject(error);
        else resolve({ statusCode: error.statusCode, body: error.body });
      };
      try {
        const data = checkTypes(given, parts.validation.types);
        checkValidations(data, parts.validation.types, parts.validation.custom, this.store);
        parts.action(this.store, data, (error, body) => {
          if (error) refuse(error);
          else resolve({ statusCode: 200, body });
        });
      } catch (error) {
        refuse(error as ActionError);
      }
    });
  }

  /** Makes durable what has been written so far. @throws TablesDiskError, also for one before */
  sync(): Promise<void> {
    this.#nextSync ??= this.#syncing
      .catch(() => undefined)
      .then(() => {
        this.#nextSync = undefined;
        this.#syncing = this.#syncLogs();
        return this.#syncing;
      });
    return this.#nextSync;
  }

  /**
   * LevelDB syncs its tables before it drops the log they were made from, so what is not durable
   * yet stands in a log: in the one that is written, or in one that is being made into a table. A
   * synced write of LevelDB's own would not reach the second.
   */
  async #syncLogs(): Promise<void> {
    if (this.#failure) throw this.#failure;
    try {
      await this.#syncEach();
    } catch (cause) {
      throw this.#fail(cause);
    }
  }

  /** Looks at an error of the store, whichever way it came: one of the disk ends its promises. */
  noteError(error: unknown): void {
    const { code } = error as { readonly code?: unknown };
    if (code === 'LEVEL_IO_ERROR') this.#fail(error);
  }

  #fail(cause: unknown): TablesDiskError {
    if (this.#failure) return this.#failure;
    this.#failure = new TablesDiskError(this.#path, cause);
    this.#reject(this.#failure);
    return this.#failure;
  }

  async #syncEach(): Promise<void> {
    const logs = (await readdir(this.#path)).filter((name) => /^\d+\.log$/.test(name));
    for (const name of logs) {
      await syncFile(join(this.#path, name), 'r+');
      this.#syncs += 1;
    }
    // The names of new logs. Windows has no such call, and needs none.
    if (process.platform !== 'win32') await syncFile(this.#path, 'r');
  }

  async close(): Promise<void> {
    await this.#syncing.catch(() => undefined);
    await this.store.db.close();
  }
}

/** A log that is gone meanwhile has become a table, which is synced. */
async function syncFile(path: string, flags: string): Promise<void> {
  try {
    const file = await open(path, flags);
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

const known = new Map<string, { readonly action: Action; readonly validation: Validation }>();

/** The two modules of an operation; undefined when dynalite has none of that name. */
function partsOf(name: string) {
  const loaded = known.get(name);
  if (loaded || !/^[a-zA-Z]+$/.test(name)) return loaded;
  try {
    const action: Action = require(`dynalite/actions/${name}`);
    const validation: Validation = require(`dynalite/validations/${name}`);
    known.set(name, { action, validation });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
  }
  return known.get(name);
}
