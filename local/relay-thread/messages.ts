// What crosses between the local run and the thread that its relay has during an import.

import type { FilePlan } from '../../relay/cli/import/import-plan.ts';
import type { ImportProgress } from '../../relay/cli/import/import-run.ts';
import type { RelayConfig } from '../../relay/config/relay-config.ts';
import { systemErrorCode } from '../../relay/errors.ts';
import { HistoryError } from '../import/history-taker.ts';
import type { HistoryOptions } from '../options.ts';
import { PortInUseError, portError } from '../port-in-use.ts';

/** What the thread is started with, so that the program knows what it is started for. */
export type RelayThreadData = {
  readonly relay: {
    /** Octets of secrets are plain arrays behind the crossing. */
    readonly config: RelayConfig;
    /** What the clock shows, Unix ms; absent: the clock of the system. */
    readonly time?: number;
  };
};

/** The first and the last position of the relay's journal. */
export type JournalSpan = { readonly firstPosition: number; readonly durablePosition: number };

/** What the thread is asked, and what it answers. */
export type Calls = {
  readonly start: { readonly given: undefined; readonly answer: { readonly radiusPort: number } };
  readonly plan: { readonly given: HistoryOptions; readonly answer: readonly FilePlan[] };
  readonly take: {
    readonly given: { readonly plans: readonly FilePlan[]; readonly history: HistoryOptions };
    readonly answer: ImportProgress;
  };
  readonly abort: { readonly given: undefined; readonly answer: undefined };
  /** Whether no more records of history are to be taken for now. */
  readonly hold: { readonly given: boolean; readonly answer: undefined };
  readonly journal: { readonly given: undefined; readonly answer: JournalSpan };
  readonly stop: { readonly given: undefined; readonly answer: undefined };
};

export type Question = {
  readonly [Name in keyof Calls]: {
    readonly id: number;
    readonly call: Name;
    readonly given: Calls[Name]['given'];
  };
}[keyof Calls];

export type ThreadMessage =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure }
  | { readonly kind: 'progress'; readonly progress: ImportProgress }
  /** A line of a record that cannot be taken, or of the relay's log. */
  | { readonly kind: 'lost' | 'log'; readonly line: string };

/** An error as data: classes do not cross. */
export type Failure = {
  readonly message: string;
  readonly code: string;
  /** The file of a system error. */
  readonly path?: string;
  readonly isHistory: boolean;
  /** The option and the port that cannot be had. */
  readonly port?: { readonly option: string; readonly port: number };
};

export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const isHistory = error instanceof HistoryError;
  const path = error instanceof Error && 'path' in error ? { path: String(error.path) } : {};
  const failure = { message, code: systemErrorCode(error), isHistory, ...path };
  if (!(error instanceof PortInUseError)) return failure;
  return { ...failure, port: { option: error.option, port: error.port } };
}

/** The error that a failure was. */
export function errorOf({ message, code, isHistory, port, ...more }: Failure): Error {
  if (isHistory) return new HistoryError(message);
  const systemCode = code === 'PORT_FORBIDDEN' ? 'EACCES' : 'EADDRINUSE';
  const ofPort = port && portError(systemCode, port.option, port.port);
  return ofPort ?? Object.assign(new Error(message), more, code === '' ? {} : { code });
}
