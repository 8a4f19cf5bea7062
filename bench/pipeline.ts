// npm run bench:pipeline: what the cloud side does with an event, in events a second, bytes on the
// wire, write units and dollars, and how the worst invocation fits into the function. Prints tables
// in Markdown; nothing is asserted. `--help` says what can be left out.

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { listPrices } from '../cli/size/list-prices.ts';
import { sampleRows } from '../test/support/sample-profiles.ts';
import { encodeBatch } from '../wire/batch.ts';
import { batchCostOf, type Cut } from './pipeline/batch-cost.ts';
import { correctionHead, correctionRows } from './pipeline/corrections.ts';
import { runOnShare, shareOf } from './pipeline/processor-share.ts';
import { profileParts, type RowSizes, rowSizes } from './pipeline/rows.ts';
import { silences } from './pipeline/silence.ts';
import { dynaliteThroughput, memoryThroughput, type Throughput } from './pipeline/throughput.ts';
import { batchOf, type Shape, sessionOf, shapes } from './pipeline/traffic.ts';
import { type WriteCost, writeCostOf } from './pipeline/write-cost.ts';

const help = `Usage: npm run bench:pipeline -- [options]
  --users N    people in the runs of throughput (default: 4000)
  --only PART  wire | rows | throughput | cost | batch | corrections | silence | worst; may
                 be repeated
  --latency MS what a call to a table takes in the worst invocation; may be repeated (5 and 25)
  --memory MB  of the process function, which decides its share of a processor (default: 1024)
  --help
`;

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '4000' },
    only: { type: 'string', multiple: true },
    latency: { type: 'string', multiple: true, default: ['5', '25'] },
    memory: { type: 'string', default: '1024' },
    help: { type: 'boolean', short: 'h' },
  },
});

const latencies = values.latency.map(Number);

const out = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const table = (head: readonly string[], rows: readonly (readonly string[])[]): void => {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  out([line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n'));
};
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const digits = (value: number, places = 2): string => value.toFixed(places);

/** Octets of an event in a batch as it is sent. */
function wire(): void {
  out('\n### Bytes of an event on the wire\n');
  const rows = [1, 10, 100, 400, 500].map((size) => {
    const users = Array.from({ length: size }, (_, user) => user);
    const cells = shapes.map((shape) => {
      const events = users.map((user) => {
        const session = sessionOf(shape, { user, day: 0, turn: 0 });
        return session[user % session.length] ?? session[0];
      });
      const found = events.filter((event) => event !== undefined);
      const bytes = encodeBatch(batchOf(found, 1)).length;
      return digits(bytes / size, 0);
    });
    return [whole(size), ...cells];
  });
  table(['events in a batch', ...shapes.map(({ name }) => name)], rows);
}

async function throughput(users: number): Promise<void> {
  out('\n### Events a second through process\n');
  const rows: string[][] = [];
  const row = (name: string, shape: Shape, { events, cpuSeconds, wallSeconds }: Throughput) =>
    rows.push([
      shape.name,
      name,
      whole(events),
      whole(events / cpuSeconds),
      whole(events / wallSeconds),
    ]);
  for (const shape of shapes) {
    row('memory', shape, await memoryThroughput(shape, users, 3));
  }
  for (const shape of shapes.slice(0, 2)) {
    row('dynalite', shape, await dynaliteThroughput(shape, Math.ceil(users / 20)));
  }
  table(['traffic', 'store', 'events', 'events/s of CPU', 'events/s of wall'], rows);
}

/** Edge and functions, dollars for a million events in batches of so many. */
function edgeUsdPerMillion(eventsPerBatch: number): number {
  const batches = 1e6 / eventsPerBatch;
  const perBatch =
    listPrices.httpApiRequest +
    3 * listPrices.sqsRequest +
    3 * listPrices.lambdaRequest +
    // admit 15 ms of 256 MB; process and locate share an invocation of ten batches.
    listPrices.lambdaGigabyteSecond * (0.015 * 0.25 + 0.0035 + 0.001);
  const computing = 0.001 * 0.5 * listPrices.lambdaGigabyteSecond * 1e6;
  return batches * perBatch + computing;
}

async function cost(): Promise<void> {
  out('\n### Units and dollars of an event\n');
  const rows: string[][] = [];
  const kinds: string[] = [];
  for (const shape of shapes) {
    const alone = await writeCostOf(shape, false);
    const together = await writeCostOf(shape, true);
    const usd = ({ writeUnits, readUnits }: WriteCost) =>
      (writeUnits * listPrices.dynamoWriteUnit + readUnits * listPrices.dynamoReadUnit) * 1e6;
    for (const [way, one] of [
      ['each event alone', alone],
      ['a session at once', together],
    ] as const) {
      rows.push([
        shape.name,
        way,
        digits(one.writeUnits - one.sharedWriteUnits),
        digits(one.sharedWriteUnits),
        digits(one.readUnits - one.sharedReadUnits),
        digits(one.sharedReadUnits),
        digits(usd(one)),
      ]);
    }
    const parts = alone.rows.map(([name, units]) => `${name} ${digits(units)}`);
    kinds.push(`- ${shape.name}: ${parts.join(', ')}`);
  }
  table(
    [
      'traffic',
      'invocations',
      'write units of users’ rows',
      'of shared rows',
      'read units of users’ rows',
      'of shared rows',
      '$ a million events, tables',
    ],
    rows,
  );
  out(`\nWrite units of an event alone, by row:\n\n${kinds.join('\n')}`);
  const edge = [10, 100, 400].map(
    (size) => `${size} in a batch ${digits(edgeUsdPerMillion(size))}`,
  );
  out(
    `\nBeside the tables, API, queue and functions cost, $ a million events: ${edge.join(', ')}.`,
  );
}

/** Octets of rows after the sample's five weeks, which come in a hundred invocations. */
async function rows(): Promise<void> {
  const sample = await sampleRows(100);
  const sizes = rowSizes(sample);
  const row = (name: string, one: RowSizes) => [
    name,
    ...[one.rows, one.mean, one.median, one.max].map(whole),
    digits(one.units),
  ];
  out('\n### Octets of a row\n');
  table(
    ['row', 'rows', 'octets, mean', 'median', 'most', 'write units, mean'],
    [
      row('profile', sizes.profile),
      row('session', sizes.session),
      row('directory, cells, devices, addresses, networks, references', sizes.lookup),
    ],
  );
  out('\nOf a profile, means:\n');
  const parts = profileParts(sample).map(([name, octets]) => [name, digits(octets, 0)]);
  table(['attribute', 'octets'], parts);
}

/** What company is worth: rows that the events of a batch share, those of last words among them. */
async function batchCost(): Promise<void> {
  out('\n### Units of an event by the size of a batch\n');
  const rows: string[][] = [];
  for (const shape of shapes) {
    for (const [name, users, cut] of batchCuts) {
      const one = await batchCostOf(shape, users, cut);
      const usd =
        one.writeUnits * listPrices.dynamoWriteUnit + one.readUnits * listPrices.dynamoReadUnit;
      rows.push([
        shape.name,
        name,
        digits(one.events / one.batches, 1),
        digits(one.writeUnits, 3),
        digits(one.wordUnits, 3),
        digits(one.openUnits, 3),
        digits(one.ledgerUnits, 3),
        digits(one.readUnits),
        digits(usd * 1e6),
      ]);
    }
  }
  table(
    [
      'traffic',
      'batches of',
      'events in one, mean',
      'write units, all rows',
      'of last words',
      'of open sessions',
      'of the ledger',
      'read units',
      '$ a million events, tables',
    ],
    rows,
  );
}

const batchCuts: readonly (readonly [name: string, users: number, cut: Cut])[] = [
  ['1', 8, 1],
  ['5', 16, 5],
  ['20', 60, 20],
  ['400', 120, 400],
  ['500 people, as the relay flushes', 500, 'flush'],
];

/** What it costs that a judgement is made again. */
async function corrections(): Promise<void> {
  out('\n### Write units of a correction\n');
  table(correctionHead, await correctionRows());
}

/** What the API tells of a session that nothing is heard of any more. */
async function silence(): Promise<void> {
  out('\n### A session without Stop, by interim period and silence\n');
  const found = await silences([0, 1, 5, 15, 60], [0.5, 1, 3, 8, 24]);
  table(
    [
      'interims every, min',
      'silent for, h',
      'state',
      'last word by',
      'last word behind, s',
      'duration off, s',
      'octets missing',
    ],
    found.map((one) => [
      one.periodMinutes === 0 ? 'none' : whole(one.periodMinutes),
      String(one.silenceHours),
      one.state,
      one.lastSeenBy,
      digits(one.lastSeenBehind, 0),
      digits(one.durationOff, 0),
      digits(one.octetsMissing, 0),
    ]),
  );
}

/** In a process with the heap and the share of a processor that the function has in AWS. */
async function worst(latencies: readonly number[], memoryMegabytes: number): Promise<void> {
  const share = shareOf(memoryMegabytes);
  out(
    '\n### The worst invocation: 5,000 users never seen before\n\n' +
      `On ${digits(share)} of a processor, as ${whole(memoryMegabytes)} MB have; locate answers ` +
      '1,000 addresses in 0.4 s and a call.\n',
  );
  const file = join(import.meta.dirname, 'pipeline', 'worst-process.ts');
  const rows: string[][] = [];
  for (const latencyMs of latencies) {
    const args = ['--max-old-space-size=400', '--import', 'tsx', file, String(latencyMs)];
    const { stdout, isShared } = await runOnShare(args, share);
    if (!isShared) out('(the share could not be imposed here: a whole processor)\n');
    const { cpuSeconds, wallSeconds, maxRssMiB, rowsWritten, calls } = JSON.parse(stdout);
    const asked: number = Object.values<number>(calls).reduce((sum, one) => sum + one, 0);
    rows.push([
      `${latencyMs} ms`,
      digits(wallSeconds, 1),
      digits(cpuSeconds, 1),
      whole(maxRssMiB),
      whole(asked),
      whole(rowsWritten),
    ]);
  }
  table(
    ['a call takes', 'seconds', 'seconds of CPU', 'resident MiB at most', 'calls', 'rows written'],
    rows,
  );
}

if (values.help) {
  out(help);
} else {
  const all = 'wire rows throughput cost batch corrections silence worst'.split(' ');
  const only = values.only ?? all;
  if (only.includes('wire')) wire();
  if (only.includes('rows')) await rows();
  if (only.includes('throughput')) await throughput(Number(values.users));
  if (only.includes('cost')) await cost();
  if (only.includes('batch')) await batchCost();
  if (only.includes('corrections')) await corrections();
  if (only.includes('silence')) await silence();
  if (only.includes('worst')) await worst(latencies, Number(values.memory));
}
