// Another program on the same captures: tshark reads from each kind of layer the session and the
// time that we read. Without tshark on the machine it says so and is skipped.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capturedRecords } from '../../relay/import/captured-records.ts';
import { HistoryGateways } from '../../relay/import/history-gateways.ts';
import { noHistoryReport } from '../../relay/import/history-record.ts';
import { pcapngOf } from '../support/capture-forms.ts';
import { links, tunnels } from '../support/capture-layers.ts';
import { framesOf, plain, type Stack } from '../support/capture-stacks.ts';
import { eventOf } from '../support/records.ts';

const hasTshark = spawnSync('tshark', ['--version']).status === 0;

const kinds: readonly Stack[] = [
  // What a pseudowire's label carries has to be told to tshark.
  ...Object.keys(links).flatMap((link) => (link === 'pseudowire' ? [] : [{ ...plain, link }])),
  ...Object.keys(tunnels).map((name): Stack => ({ ...plain, tunnels: [name] })),
  { ...plain, version: 6, fragmentOctets: 40 },
  { ...plain, fragmentOctets: 16 },
];

/** Session and time of the only record, as we read it. */
async function ours(octets: Buffer): Promise<[session: string | undefined, ms: number]> {
  const chunks = (async function* () {
    yield octets;
  })();
  const options = {
    ...noHistoryReport,
    gateways: new HistoryGateways([]),
    ports: new Set([1813]),
    isUnverifiedTaken: true,
    timeZone: 'UTC',
  };
  const found = [];
  for await (const records of capturedRecords(chunks, options)) found.push(...records);
  const [record] = found;
  if (!record || found.length > 1) throw new Error(`${found.length} records`);
  return [eventOf(record.payload, record).session.id, record.receivedTime];
}

/** The same, as tshark prints it. */
function theirs(file: string): [session: string | undefined, ms: number] {
  const fields = ['-e', 'radius.Acct_Session_Id', '-e', 'frame.time_epoch'];
  const args = ['-n', '-r', file, '-Y', 'radius', '-T', 'fields', ...fields];
  const printed = execFileSync('tshark', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [session, seconds] = printed.trim().split('\t');
  return [session, Math.round(Number(seconds) * 1000)];
}

(hasTshark ? it : it.skip)(
  'agrees on every kind of layer, where it is installed',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'captures-'));
    try {
      for (const [index, stack] of kinds.entries()) {
        const { linkType, frames } = framesOf(`s${index}`, stack);
        const octets = pcapngOf(frames, linkType, {
          isLittle: index % 2 === 0,
          block: index % 3 === 0 ? 'obsolete' : 'enhanced',
          resolution: [10, 9],
          offsetSeconds: index % 5 === 0 ? 1_000_000_000 : 0,
        });
        const file = join(folder, `${index}.pcapng`);
        writeFileSync(file, octets);

        expect({ stack, read: theirs(file) }).toEqual({ stack, read: await ours(octets) });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  300_000,
);
