// The relay's log: one JSON object per line, or one line of text on a terminal.
// Promise: callers pass facts of the configuration and counts; user names, client addresses,
// devices and secrets are never passed. Under journald, lines carry the `<3>` to `<7>` prefix.

import type { UnixMs } from '../domain/accounting-event.ts';

export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Flat facts beside the message. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** `event` is a fixed kebab-case name; `message` is the sentence an operator reads. */
export type Log = (level: LogLevel, event: string, message: string, fields?: LogFields) => void;

export type LogForm = 'text' | 'json' | 'journald';

const journaldPriority: Record<LogLevel, number> = { error: 3, warn: 4, info: 6, debug: 7 };

/** Makes a log that writes finished lines to `write`. */
export function makeLog(options: {
  readonly level: () => LogLevel;
  readonly form: LogForm;
  readonly now: () => UnixMs;
  readonly write: (line: string) => void;
}): Log {
  return (level, event, message, fields = {}) => {
    if (logLevels.indexOf(level) > logLevels.indexOf(options.level())) return;
    const time = new Date(options.now()).toISOString();
    if (options.form === 'text') {
      options.write(`${time.slice(11, 19)} ${level.padEnd(5)} ${printable(message)}\n`);
      return;
    }
    const prefix = options.form === 'journald' ? `<${journaldPriority[level]}>` : '';
    options.write(`${prefix}${JSON.stringify({ time, level, event, message, ...fields })}\n`);
  };
}

/** Control characters would let a text steer the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}

/** True for the 1st, 10th, 100th, 1000th... occurrence: how often a repeating fault is logged. */
export function isWorthLogging(occurrences: number): boolean {
  return Number.isInteger(Math.log10(occurrences));
}
