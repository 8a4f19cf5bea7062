// A full disk, twice: filled by the journal itself, and by somebody else from one moment to the
// next. The relay must fall silent, say so, lose nothing it has answered, and go on by itself when
// there is space again. Needs the right to mount a small tmpfs.

import { type ChildProcess, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeReader } from '../../relay/journal/reader.ts';
import { toEvent } from '../../relay/radius/to-event.ts';
import { LoadGenerator } from './crew.ts';
import type { LoadResult } from './load.ts';
import { numberOf } from './packets.ts';
import { configureRelay, type RelaySetup, relayMetric, startRelayProcess } from './peers.ts';
import { promise, type SoakResult, type SoakTools, soakUntil } from './soak-part.ts';
import { whole } from './table.ts';
import { end } from './workshop.ts';

const seed = 1;
const smallMiB = 48;
const largerMiB = 320;
const count = 400_000;
const recoverWithinMs = 10_000;

export async function soakDisk({ workshop, note }: SoakTools): Promise<readonly SoakResult[]> {
  const folder = workshop.newFolder();
  const disk = join(folder, 'small-disk');
  mkdirSync(disk);
  if (!mount(disk, `size=${smallMiB}m`)) {
    return [{ what: 'skipped: a tmpfs cannot be mounted here (needs root)', value: '-' }];
  }
  try {
    const setup = await configureRelay(folder, { dataDir: join(disk, 'data') });
    const load = new LoadGenerator(workshop);
    await load.prepare({ count, seed });
    const relay = await startRelayProcess(workshop, setup);
    const log = collect(relay);
    const send = makeSender(load, setup);

    note('filling the disk with records');
    const filled = await send(30_000);
    const silent = await send(400);
    const first = { ...isSilent(silent), log: log.has('journal-stopped') };
    mount(disk, `remount,size=${largerMiB}m`);
    const firstRecovery = await recoveryMs(setup);
    const afterwards = await send(1_000);

    note('filling the disk from outside');
    const taking = fillFromOutside(disk, join(disk, 'filler'));
    const during = await send(3_000);
    await taking;
    const silentAgain = await send(400);
    rmSync(join(disk, 'filler'));
    const secondRecovery = await recoveryMs(setup);
    const last = await send(1_000);

    await end(relay, 'SIGTERM');
    const missing = await missingFrom(setup, await load.acknowledged());
    const answered = [filled, silent, afterwards, during, silentAgain, last];
    const total = answered.reduce((sum, result) => sum + result.answered, 0);
    const message = log.line('journal-stopped');
    return [
      { what: `answered before ${smallMiB} MiB were full`, value: whole(filled.answered) },
      promise('answered while full', silent.answered, first.isSilent && first.log),
      { what: 'says', value: message },
      promise('recovered by itself, ms', firstRecovery, firstRecovery < recoverWithinMs),
      promise('answered again', whole(afterwards.answered), afterwards.answered > 0),
      promise(
        'answered while others fill it',
        silentAgain.answered,
        isSilent(silentAgain).isSilent,
      ),
      promise('recovered by itself again, ms', secondRecovery, secondRecovery < recoverWithinMs),
      promise('answered again', whole(last.answered), last.answered > 0),
      promise(`acknowledged (${whole(total)}) minus stored`, missing, missing === 0),
    ];
  } finally {
    spawnSync('umount', ['-l', disk]);
  }
}

function mount(disk: string, options: string): boolean {
  const args = ['-t', 'tmpfs', '-o', options, 'wherefrom-soak', disk];
  return spawnSync('mount', args).status === 0;
}

/** The relay's log lines so far. */
function collect(relay: ChildProcess) {
  let text = '';
  relay.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const line = (event: string): string => {
    const found = text.split('\n').find((one) => one.includes(event)) ?? '';
    return found.slice(found.indexOf('no packet'), found.indexOf('no packet') + 160);
  };
  return { has: (event: string) => text.includes(event), line };
}

/** Sends for a while, each time the packets behind the last ones. */
function makeSender(load: LoadGenerator, { port }: RelaySetup) {
  let first = 0;
  return async (windowMs: number): Promise<LoadResult> => {
    const result = await load.run({
      port,
      shape: { kind: 'closed', inFlight: 64 },
      warmUpMs: 0,
      windowMs,
      first,
      retryMs: 200,
      triesMax: 2,
      lostMax: 64,
    });
    first = result.next;
    return result;
  };
}

function isSilent({ answered, lost }: LoadResult): { readonly isSilent: boolean } {
  return { isSilent: answered === 0 && lost > 0 };
}

async function recoveryMs(setup: RelaySetup): Promise<number> {
  const start = performance.now();
  const isWritable = async (): Promise<boolean> =>
    (await relayMetric(setup, 'journal_writable')) === 1;
  await soakUntil(isWritable, 'the journal takes records again', 60_000);
  return Math.round(performance.now() - start);
}

/** Takes all space of the disk at once, in the middle of the load. */
function fillFromOutside(disk: string, file: string): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(() => {
      const { bavail, bsize } = statfsSync(disk);
      try {
        writeFileSync(file, Buffer.alloc(bavail * bsize));
      } catch {
        // The journal took some of it meanwhile: the disk is full, which is what was wanted.
      }
      resolve();
    }, 1000);
  });
}

/** How many acknowledged packets are not in the journal. */
async function missingFrom(setup: RelaySetup, acknowledged: Uint8Array): Promise<number> {
  const directory = join(setup.dataDir, 'journal');
  const stored = new Uint8Array(acknowledged.length);
  const reader = makeReader({ directory });
  for (let position = (await reader.oldestPosition()) ?? 1; ; ) {
    const { entries } = await reader.readFrom(position, 1000, 1 << 20);
    const last = entries.at(-1);
    if (!last) break;
    for (const entry of entries) {
      const event = entry.kind === 'record' ? toEvent(entry.record, undefined) : undefined;
      if (!event || 'undecodable' in event) continue;
      const { session, kind } = event;
      const name = numberOf(session.id ?? '', kind, session.seconds);
      if (name?.seed === seed) stored[name.number] = 1;
    }
    position = last.position + 1;
  }
  await reader.close();
  return acknowledged.reduce((sum, one, n) => sum + (one && !stored[n] ? 1 : 0), 0);
}
