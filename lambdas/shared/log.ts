// The functions' log: one JSON object per line, and outcome counters as CloudWatch metrics
// (embedded metric format: no API call, no agent).
// Promise: only fields of the list below are written, and of an error only its name, code, own
// `safeMessage` and stack frames, so a user name or client address cannot get here by accident.

import type { OutcomeCounts, OutcomeStage } from '../../domain/outcome.ts';

/** Everything a log line may say. Adding a field is a privacy decision: docs/privacy.md. */
const fieldNames = [
  'batchId',
  'bytes',
  'code',
  'count',
  'durationMs',
  'epoch',
  'events',
  'functionName',
  'gatewayId',
  'holes',
  'keyId',
  'messageId',
  'messages',
  'reason',
  'receives',
  'records',
  'relayId',
  'requestId',
  'route',
  'sequence',
  'status',
] as const;

export type LogField = (typeof fieldNames)[number];
export type LogFields = Readonly<Partial<Record<LogField, string | number | boolean>>>;

export type Log = {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** `message` and field values are ours; nothing of the error's own message is printed. */
  error(message: string, error: unknown, fields?: LogFields): void;
  /** Counts ends of one stage as metrics; zero and absent counters are left out. */
  outcomes<Name extends string>(stage: OutcomeStage, counts: OutcomeCounts<Name>): void;
  /** Other numbers as metrics, by what they are of: `sweep`, `queue`. Zeros are left out. */
  counts(stage: string, values: Readonly<Record<string, number>>): void;
};

export type LogOptions = {
  /** The function's name in every line: `admit`. */
  readonly service: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Takes one line without its end. Default: standard output, past console's own wrapping. */
  readonly write?: (line: string) => void;
};

/** The CloudWatch namespace of all outcome counters; their dimension is `stage`. */
export const metricNamespace = 'Wherefrom';

const fieldCharactersMax = 256;
const stackFramesMax = 8;
const known: ReadonlySet<string> = new Set(fieldNames);

/** Makes the log of one function. */
export function makeLog({ service, now, write = writeLine }: LogOptions): Log {
  const line = (level: string, message: string, fields: LogFields = {}, error?: object): void => {
    const time = new Date(now()).toISOString();
    write(JSON.stringify({ time, level, service, message, ...knownFields(fields), ...error }));
  };
  const count = (stage: string, counts: Readonly<Record<string, number | undefined>>): void => {
    const values = Object.entries(counts).filter(([, value]) => value);
    if (values.length > 0) write(JSON.stringify(embeddedMetrics(stage, values, now())));
  };
  return {
    info: (message, fields) => line('INFO', message, fields),
    warn: (message, fields) => line('WARN', message, fields),
    error: (message, error, fields) =>
      line('ERROR', message, fields, { error: describeError(error) }),
    outcomes: (stage, counts) => count(stage, counts),
    counts: count,
  };
}

function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

function knownFields(fields: LogFields): Record<string, unknown> {
  const entries = Object.entries(fields).filter(([name]) => known.has(name));
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, fieldCharactersMax) : value,
    ]),
  );
}

/** What may be said of an error. Its message may quote anything and stays out. */
function describeError(error: unknown): Record<string, unknown> {
  if (typeof error !== 'object' || error === null) return { name: typeof error };
  const { name, code, safeMessage } = error as Record<string, unknown>;
  const identifier = /^[\w.$-]{1,80}$/;
  return {
    name: typeof name === 'string' && identifier.test(name) ? name : 'Error',
    ...(typeof code === 'string' && identifier.test(code) ? { code } : {}),
    ...(typeof safeMessage === 'string' ? { safeMessage } : {}),
    frames: stackFrames(error),
  };
}

/** The frames alone: what V8 prints behind the message, which is skipped by its length. */
function stackFrames(error: object): string[] {
  const { stack, message } = error as Record<string, unknown>;
  if (typeof stack !== 'string' || typeof message !== 'string') return [];
  const at = stack.indexOf(message);
  if (at < 0) return [];
  const frames = stack.slice(at + message.length).split('\n');
  return frames
    .map((frame) => frame.trim())
    .filter((frame) => frame.startsWith('at '))
    .slice(0, stackFramesMax);
}

/** CloudWatch embedded metric format specification, version 0. */
function embeddedMetrics(
  stage: string,
  values: readonly [string, number | undefined][],
  timestampMs: number,
): object {
  const metrics = values.map(([Name]) => ({ Name, Unit: 'Count' }));
  return {
    _aws: {
      Timestamp: timestampMs,
      CloudWatchMetrics: [
        { Namespace: metricNamespace, Dimensions: [['stage']], Metrics: metrics },
      ],
    },
    stage,
    ...Object.fromEntries(values),
  };
}
