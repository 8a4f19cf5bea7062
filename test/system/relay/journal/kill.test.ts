// The journal of a process that is killed with SIGKILL while it appends, several times over.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../../../../relay/journal/journal.ts';
import { builtProgram } from '../../../support/built-program.ts';
import { readEverything, sampleRecord } from '../../../support/journal-samples.ts';

const rounds = 6;
const appender = 'test/support/journal-appender.ts';

/** Runs the appender until it has answered for a while; resolves to `[position, number]` pairs. */
async function appendUntilKilled(directory: string, first: number, lines: number) {
  const child = spawn(process.execPath, [builtProgram(appender), directory, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  let seen = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    seen += chunk.toString('latin1').split('\n').length - 1;
    if (seen >= lines) child.kill('SIGKILL');
  });
  await new Promise((resolve) => child.once('close', resolve));
  const text = Buffer.concat(chunks).toString('latin1');
  return text
    .slice(0, text.lastIndexOf('\n'))
    .split('\n')
    .map((line) => line.split(' ').map(Number) as [number, number]);
}

it('still has every record that was acknowledged before the process was killed', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'journal-kill-'));
  const directory = join(parent, 'journal');
  const acknowledged = new Map<number, number>();
  let last = 0;
  for (let round = 0; round < rounds; round += 1) {
    const answered = await appendUntilKilled(directory, last + 1, 200 + round * 433);
    for (const [position, number] of answered) acknowledged.set(position, number);

    const journal = await Journal.open({ directory, now: Date.now, tickMs: 0, freeBytesMin: 0 });
    const durablePosition = () => journal.durablePosition;
    const { records, damaged } = await readEverything({ directory, durablePosition }, 1, 500);
    await journal.close();

    expect(answered.length).toBeGreaterThan(100);
    expect(damaged).toEqual([]);
    expect(records.map(({ position }) => position)).toEqual(records.map((_, index) => index + 1));
    const payloads = new Map(
      records.map(({ position, payload }) => [position, payload.toString()]),
    );
    const missing = [...acknowledged].filter(
      ([position, number]) => payloads.get(position) !== sampleRecord(number).payload.toString(),
    );
    expect(missing).toEqual([]);
    last = Math.max(...acknowledged.values());
  }
  rmSync(parent, { recursive: true, force: true });
}, 60_000);
