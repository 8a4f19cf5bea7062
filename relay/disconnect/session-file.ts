// The table of open sessions as a file: one line of what it is, then a line for each session.
// Promise: replaced as a whole, checked by a checksum; damaged or missing it is made anew from the
// journal. It holds user names, addresses and session ids: 0600, in the relay's data directory.

import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as v from 'valibot';
import { type JournalDisk, replaceFile } from '../journal/disk.ts';
import type { KnownSession } from './open-sessions.ts';
import { markNames, type SessionMarks } from './session-marks.ts';

export type SessionSnapshot = {
  /** Records up to this journal position are in it. */
  readonly position: number;
  readonly sessions: readonly KnownSession[];
};

const fileName = 'open-sessions';
const version = 1;
/** 100,000 sessions take some 40 MB. */
const fileBytesMax = 256 * 1024 * 1024;

const time = v.pipe(v.number(), v.safeInteger());
const marksSchema = v.record(v.picklist(markNames), v.string());
const serviceSchema = v.object({
  name: v.exactOptional(v.string()),
  portType: v.exactOptional(v.number()),
  serviceType: v.exactOptional(v.number()),
});
const sessionSchema = v.object({
  gatewayId: v.string(),
  address: v.string(),
  sessionId: v.string(),
  marks: marksSchema,
  startedTime: v.exactOptional(time),
  lastTime: time,
  heardTime: time,
  service: v.exactOptional(serviceSchema),
  ended: v.exactOptional(v.object({ time, by: v.picklist(['stop', 'restart']) })),
});
const headSchema = v.object({ version: v.literal(version), position: time, crc: v.number() });

/** Replaces the file; durable when resolved. @throws the system error */
export async function writeSessions(
  disk: JournalDisk,
  directory: string,
  { position, sessions }: SessionSnapshot,
): Promise<void> {
  const body = sessions.map((session) => `${JSON.stringify(stored(session))}\n`).join('');
  const head = JSON.stringify({ version, position, crc: crc32(body) });
  await replaceFile(disk, directory, fileName, Buffer.from(`${head}\n${body}`));
}

/** Reads it; undefined when there is none that can be read. */
export async function readSessions(
  disk: JournalDisk,
  directory: string,
): Promise<SessionSnapshot | undefined> {
  if (!(await disk.list(directory)).includes(fileName)) return undefined;
  const file = await disk.open(join(directory, fileName), 'read');
  let text: string;
  try {
    const buffer = Buffer.alloc(Math.min(fileBytesMax, await file.size()));
    text = buffer.toString('utf8', 0, await file.read(buffer, 0));
  } finally {
    await file.close();
  }
  const end = text.indexOf('\n');
  const body = text.slice(end + 1);
  const head = v.safeParse(headSchema, parseJson(text.slice(0, Math.max(0, end))));
  if (!head.success || head.output.crc !== crc32(body)) return undefined;
  const sessions = body.split('\n').flatMap((line): KnownSession[] => {
    const session = line === '' ? undefined : v.safeParse(sessionSchema, parseJson(line));
    return session?.success ? [{ ...session.output, marks: restored(session.output.marks) }] : [];
  });
  return { position: head.output.position, sessions };
}

function stored({ marks, ...rest }: KnownSession) {
  const texts = Object.entries(marks).map(([name, octets]) => [name, octets.toString('base64')]);
  return { ...rest, marks: Object.fromEntries(texts) };
}

function restored(marks: v.InferOutput<typeof marksSchema>): SessionMarks {
  const octets = Object.entries(marks).map(([name, text]) => [name, Buffer.from(text, 'base64')]);
  return Object.fromEntries(octets) as SessionMarks;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
