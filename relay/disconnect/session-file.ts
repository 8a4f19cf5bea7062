// The table of open sessions as a file: one line of what it is, then a line for each session.
// Promise: replaced as a whole, checked by a checksum; damaged or missing it is made anew from the
// journal. It holds user names, addresses and session ids: 0600, in the relay's data directory.
// Both ways go a few hundred sessions at a time: packets are answered on the same thread.

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
/** A millisecond or two of work each. */
const sessionsPerTurn = 200;
const crcBytesPerTurn = 4 * 1024 * 1024;

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
  const parts: Buffer[] = [];
  let crc = 0;
  for (let at = 0; at < sessions.length; at += sessionsPerTurn) {
    const lines = sessions.slice(at, at + sessionsPerTurn).map(lineOf);
    const part = Buffer.from(lines.join(''));
    parts.push(part);
    crc = crc32(part, crc);
    await nextTurn();
  }
  const head = Buffer.from(`${JSON.stringify({ version, position, crc })}\n`);
  await replaceFile(disk, directory, fileName, [head, ...parts]);
}

/** Reads it; undefined when there is none that can be read. */
export async function readSessions(
  disk: JournalDisk,
  directory: string,
): Promise<SessionSnapshot | undefined> {
  const octets = await readWhole(disk, directory);
  if (!octets) return undefined;
  const end = octets.indexOf('\n');
  const head = v.safeParse(headSchema, parseJson(octets.toString('utf8', 0, Math.max(0, end))));
  const body = octets.subarray(end + 1);
  if (!head.success || head.output.crc !== (await checksumOf(body))) return undefined;
  const sessions: KnownSession[] = [];
  let read = 0;
  for (let at = 0; at < body.length; read += 1) {
    const lineEnd = body.indexOf('\n', at);
    const to = lineEnd < 0 ? body.length : lineEnd;
    const session = v.safeParse(sessionSchema, parseJson(body.toString('utf8', at, to)));
    at = to + 1;
    if (session.success) {
      sessions.push({ ...session.output, marks: restored(session.output.marks) });
    }
    if (read % sessionsPerTurn === 0) await nextTurn();
  }
  return { position: head.output.position, sessions };
}

async function readWhole(disk: JournalDisk, directory: string): Promise<Buffer | undefined> {
  if (!(await disk.list(directory)).includes(fileName)) return undefined;
  const file = await disk.open(join(directory, fileName), 'read');
  try {
    const buffer = Buffer.alloc(Math.min(fileBytesMax, await file.size()));
    return buffer.subarray(0, await file.read(buffer, 0));
  } finally {
    await file.close();
  }
}

async function checksumOf(octets: Buffer): Promise<number> {
  let crc = 0;
  for (let at = 0; at < octets.length; at += crcBytesPerTurn) {
    crc = crc32(octets.subarray(at, at + crcBytesPerTurn), crc);
    await nextTurn();
  }
  return crc;
}

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

const lineOf = (session: KnownSession): string => `${JSON.stringify(stored(session))}\n`;

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
