// The parts of dynalite 4.0.0 that this folder uses without its HTTP server; it brings no types.

declare module 'dynalite/db' {
  type Stored = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  type WriteOperation = { readonly type: 'put'; readonly key: string; readonly value: Stored };
  type Range = {
    readonly gt?: string;
    readonly gte?: string;
    readonly lt?: string;
    readonly lte?: string;
    readonly reverse?: boolean;
    readonly highWaterMarkBytes?: number;
  };
  type Values = {
    nextv(count: number): Promise<readonly Stored[]>;
    close(): Promise<void>;
  };
  type Level = {
    open(): Promise<void>;
    close(): Promise<void>;
    getSync(key: string): Stored | undefined;
    values(range: Range): Values;
    batch(operations: readonly WriteOperation[]): Promise<void>;
  };
  export type Store = { readonly db: Level };
  export const create: (options: {
    readonly path: string;
    readonly createTableMs: number;
    readonly deleteTableMs: number;
    readonly updateTableMs: number;
  }) => Store;
  /** Octets that count for the page of a query. */
  export const itemSize: (
    item: Stored,
    isCompressed: boolean,
    withMetadata: boolean,
    rangeKey: string,
  ) => number;
  export const hashPrefix: (key: string, type: 'S') => string;
  export const toRangeStr: (key: string, type: 'S') => string;
}

declare module 'dynalite/validations' {
  export const checkTypes: (data: unknown, types: unknown) => unknown;
  export const checkValidations: (
    data: unknown,
    types: unknown,
    custom: unknown,
    store: unknown,
  ) => void;
}
