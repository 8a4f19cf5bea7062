// Collects what checks read: the configuration, the running relay, the path to the cloud, the
// journal. Promise: nothing is started, and each costly reading is taken once, when needed.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as v from 'valibot';
import { readPlaces } from '../../config/places.ts';
import { errorText, systemErrorCode } from '../../errors.ts';
import { journalFolder } from '../../journal/journal-folder.ts';
import { receiveBufferBytesWanted } from '../../receive/udp-server.ts';
import { type StatusReport, statusSchema } from '../../status/status-report.ts';
import { askRelay } from '../admin-client.ts';
import type { VerbIo } from '../command-line.ts';
import { loadEffectiveConfig } from '../effective-config.ts';
import type { Surroundings } from './check.ts';
import { type CloudPath, walkCloudPath } from './cloud-path.ts';
import { type JournalLook, lookIntoJournal } from './journal-look.ts';

const networkTimeoutMs = 5_000;
const programTimeoutMs = 5_000;
const programBytesMax = 8 * 1024 ** 2;

/** Looks around. `changes`: for tests that build a site no test machine has. */
export async function lookAround(
  file: string,
  io: VerbIo,
  changes: Partial<Pick<Surroundings, 'receiveBufferBytes' | 'nodeVersion' | 'now' | 'run'>> = {},
): Promise<Surroundings> {
  const loaded = loadEffectiveConfig(file, io);
  const read = readPlaces(file, io);
  const places = 'dataDir' in read ? read : undefined;
  const { running, trouble } = places
    ? await askRunning(places.adminSocket)
    : { running: undefined, trouble: undefined };
  const now = changes.now ?? Date.now;
  const cloud = loaded.config?.cloud;
  let path: Promise<CloudPath> | undefined;
  let journal: Promise<JournalLook | undefined> | undefined;
  const directory = places && journalFolder(places.dataDir);
  return {
    file,
    loaded,
    places,
    running,
    runningTrouble: trouble,
    now,
    userId: process.geteuid?.(),
    nodeVersion: changes.nodeVersion ?? process.version,
    receiveBufferBytes: changes.receiveBufferBytes ?? receiveBufferBytesWanted,
    cloudPath: () => {
      path ??= cloud && walkCloudPath({ cloud, now, timeoutMs: networkTimeoutMs });
      return path;
    },
    journal: () => {
      journal ??=
        directory && existsSync(directory)
          ? lookIntoJournal(directory, loaded.config).catch(() => undefined)
          : Promise.resolve(undefined);
      return journal;
    },
    run: changes.run ?? runProgram,
  };
}

type Asked = {
  readonly running: StatusReport | undefined;
  readonly trouble: string | undefined;
};

async function askRunning(socket: string): Promise<Asked> {
  try {
    const answer = await askRelay(socket, 'GET', '/status');
    if (answer.kind === 'not-running') return { running: undefined, trouble: undefined };
    const report = v.safeParse(statusSchema, answer.body);
    return report.success
      ? { running: report.output, trouble: undefined }
      : { running: undefined, trouble: `the relay behind ${socket} speaks another version` };
  } catch (error) {
    return { running: undefined, trouble: errorText(error) };
  }
}

/** What a program says on both outputs; it gets nothing on stdin and no shell. */
export function runProgram(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { timeout: programTimeoutMs, maxBuffer: programBytesMax };
    execFile(program, [...args], options, (error, stdout, stderr) => {
      resolve(systemErrorCode(error) === 'ENOENT' ? undefined : `${stdout}${stderr}`);
    });
  });
}
