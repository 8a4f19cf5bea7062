// The contract of a doctor check, and what it may read.
// Promise: every check has a fixed code, states what it found with numbers, and what to do. Its
// texts are also its paragraph in docs/runbook.md, so the two cannot drift. Checks change nothing.

import type { LoadedConfig } from '../../config/load.ts';
import type { ConfigPlaces } from '../../config/places.ts';
import type { StatusReport } from '../../status/status-report.ts';
import type { CloudPath } from './cloud-path.ts';
import type { JournalLook } from './journal-look.ts';

/** `skip`: it could not be looked at, and the evidence says why. */
export type CheckResult = 'pass' | 'warn' | 'fail' | 'skip';

export type Result = {
  readonly result: CheckResult;
  /** The gateway, socket or file it is about. */
  readonly subject?: string;
  /** One sentence with numbers. It may hold gateway addresses, never users or secrets. */
  readonly evidence: string;
  /** What to do here and now; present when the result is `warn` or `fail`. */
  readonly advice?: string;
};

export type Finding = Result & { readonly code: string };

export type Check = {
  /** Stable: scripts and the runbook go by it. */
  readonly code: string;
  /** What it looks at, as a question. */
  readonly question: string;
  /** Why it matters. */
  readonly meaning: string;
  /** What to do, whatever the evidence. */
  readonly fix: string;
  /** When to leave it as it is. */
  readonly whenToIgnore: string;
  run(surroundings: Surroundings): readonly Result[] | Promise<readonly Result[]>;
};

/** Everything checks look at. Things that cost time are made once, when first asked for. */
export type Surroundings = {
  /** The configuration file. */
  readonly file: string;
  readonly loaded: LoadedConfig;
  /** Absent: the configuration does not even say where things are. */
  readonly places: ConfigPlaces | undefined;
  /** The running relay; absent when none answers. */
  readonly running: StatusReport | undefined;
  /** Why a relay that is there did not answer. */
  readonly runningTrouble: string | undefined;
  readonly now: () => number;
  /** The effective user of this process; undefined on Windows. */
  readonly userId: number | undefined;
  readonly nodeVersion: string;
  /** Receive buffer a socket should get, octets. */
  readonly receiveBufferBytes: number;
  /** The way to the cloud, walked once; undefined without a cloud. */
  readonly cloudPath: () => Promise<CloudPath> | undefined;
  /** The newest records of the journal, read once; undefined without a journal. */
  readonly journal: () => Promise<JournalLook | undefined>;
  /** Output of a program, also when it fails; undefined when it cannot be run. */
  readonly run: (program: string, args: readonly string[]) => Promise<string | undefined>;
};

export const pass = (evidence: string, subject?: string): Result => ({
  result: 'pass',
  evidence,
  ...(subject !== undefined && { subject }),
});

export const skip = (evidence: string): Result => ({ result: 'skip', evidence });

export const warn = (evidence: string, advice: string, subject?: string): Result => ({
  result: 'warn',
  evidence,
  advice,
  ...(subject !== undefined && { subject }),
});

export const fail = (evidence: string, advice: string, subject?: string): Result => ({
  result: 'fail',
  evidence,
  advice,
  ...(subject !== undefined && { subject }),
});

/** What checks of the configuration say while there is none. */
export const noConfig = [skip('the configuration is not usable')];
