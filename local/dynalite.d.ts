// The part of dynalite that this folder uses; the package brings no types.

declare module 'dynalite' {
  import type { Server } from 'node:http';

  type DynaliteOptions = {
    /** LevelDB folder; absent: memory only. */
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  };

  /** An HTTP server that is not listening; close() also closes the store. */
  const dynalite: (options?: DynaliteOptions) => Server;
  export = dynalite;
}
