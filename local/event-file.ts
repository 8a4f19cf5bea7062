// The local run's bus: what would go to EventBridge is a line of `events.ndjson` in the data
// folder, in EventBridge's own envelope, so that rules and webhooks can be tried on it with
// `tail -F`. Promise: a line is on disk before the detection counts as published; the file is
// bounded, with one of before beside it; who is erased is in neither.

import { randomUUID } from 'node:crypto';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { detectionSource, type SendToBus } from '../lambdas/siem/publish.ts';
import { systemErrorCode } from '../relay/errors.ts';
import { nodeDisk, replaceFile } from '../relay/journal/disk.ts';

export type EventFile = {
  readonly send: SendToBus;
  /** Takes out all lines that name one of these users. */
  forget(users: readonly string[]): Promise<void>;
};

/** Then the file becomes the one of before: some 10,000 events. */
const bytesMaxDefault = 32 * 1024 * 1024;

/** The path of the file of before. */
const beforeOf = (path: string): string => path.replace(/(?:\.ndjson)?$/, '.before.ndjson');

/** Makes the bus over a file, which is made when it is not there. */
export function makeEventFile(path: string, bytesMax: number = bytesMaxDefault): EventFile {
  let last: Promise<void> = Promise.resolve();
  /** One writer at a time: a line is not lost to a file that is being replaced. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    last = last.catch(() => undefined).then(work);
    return last;
  };
  return {
    send: (event) => inTurn(() => append(path, lineOf(event), bytesMax)),
    forget: (users) =>
      inTurn(async () => {
        for (const file of [path, beforeOf(path)]) await without(file, new Set(users));
      }),
  };
}

function lineOf({ detailType, detail, time }: Parameters<SendToBus>[0]): string {
  const event = {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source: detectionSource,
    account: '000000000000',
    time: new Date(time).toISOString(),
    region: 'local',
    resources: [],
    detail,
  };
  return `${JSON.stringify(event)}\n`;
}

async function append(path: string, line: string, bytesMax: number): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > 0 && size + Buffer.byteLength(line) > bytesMax) await rename(path, beforeOf(path));
  const file = await open(path, 'a', 0o600);
  try {
    await file.appendFile(line);
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function without(path: string, users: ReadonlySet<string>): Promise<void> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n').filter((line) => line !== '');
  const kept = lines.filter((line) => !isLineNaming(line, users));
  if (kept.length === lines.length) return;
  const octets = Buffer.from(kept.map((line) => `${line}\n`).join(''));
  await replaceFile(nodeDisk, dirname(path), basename(path), octets);
}

/** A line that a death cut short is judged by its text. */
function isLineNaming(line: string, users: ReadonlySet<string>): boolean {
  try {
    return isNaming(JSON.parse(line), users);
  } catch {
    return [...users].some((user) => line.includes(user));
  }
}

/** Whether a user stands anywhere in an event: as subject, member of a burst, or in a sentence. */
function isNaming(value: unknown, users: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return [...users].some((user) => isInText(value, user));
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((part) => isNaming(part, users));
}

/** What a name may go on with: `al` is not named where `alice` or `al@contoso.com` is. */
const goesBefore = /[\p{L}\p{N}\p{M}_.@\\$-]$/u;
const goesAfter = /^(?:[\p{L}\p{N}\p{M}_@\\$-]|\.[\p{L}\p{N}])/u;

/** Long enough for what stands beside a name: a character of two halves, a point and a letter. */
const besideMax = 3;

function isInText(text: string, user: string): boolean {
  if (user === '') return false;
  for (const written of new Set([text, text.toLowerCase()])) {
    for (let at = written.indexOf(user); at >= 0; at = written.indexOf(user, at + 1)) {
      const end = at + user.length;
      const before = written.slice(Math.max(0, at - besideMax), at);
      const after = written.slice(end, end + besideMax);
      if (!goesBefore.test(before) && !goesAfter.test(after)) return true;
    }
  }
  return false;
}
