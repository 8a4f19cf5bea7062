// npm run bench:relay: the relay beside FreeRADIUS with its detail writer and a naive server. Same
// packets, peers in turns within one run, medians. Prints tables; ratios travel between machines,
// numbers do not. CPU time is that of the process with all its threads.

import { release } from 'node:os';
import { parseArgs } from 'node:util';
import { comparePeers, type PeerName } from './relay/compare.ts';
import { compareDrops } from './relay/drops.ts';
import { comparisonTables } from './relay/report.ts';
import { Workshop } from './relay/workshop.ts';

const help = `Usage: npm run bench:relay -- [options]

Measures the relay, FreeRADIUS with its detail writer (where installed) and a naive server over the
npm radius package in turns, and prints tables. Takes about fifteen minutes; run nothing beside it.

  --peers LIST      of relay, relay-before, relay-shipping, freeradius-detail,
                    freeradius-detail-single, naive
  --before COMMIT   also measure the relay of that commit, as relay-before
  --rounds N        interleaved rounds (default 5)
  --seconds N       length of a measured window (default 3)
  --in-flight N     requests under way in the last table (default 256; 0: without it)
  --rates LIST      packets a second offered, a table each (default 500,2000,5000)
  --skip-drops      without the cost of forged datagrams
  -h, --help        this text`;

const { values } = parseArgs({
  options: {
    peers: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    before: { type: 'string' },
    rates: { type: 'string', default: '500,2000,5000' },
    'in-flight': { type: 'string', default: '256' },
    'skip-drops': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) {
  console.log(help);
  process.exit(0);
}

const workshop = new Workshop({ isPinned: true });
try {
  workshop.compile(['relay', 'load-process', 'receiver-process', 'naive-process']);
  if (values.before !== undefined) workshop.compileRelayBefore(values.before);
  const note = (text: string): void => void process.stderr.write(`bench:relay: ${text}\n`);
  const comparison = await comparePeers(workshop, {
    ...(values.peers !== undefined && { peers: values.peers.split(',') as PeerName[] }),
    rounds: Number(values.rounds),
    windowMs: Number(values.seconds) * 1000,
    rates: values.rates.split(',').map(Number),
    inFlight: Number(values['in-flight']),
    note,
  });
  console.log(`Linux ${release()}, Node ${process.version}; ${workshop.seats}.`);
  console.log(comparisonTables(comparison));
  if (!values['skip-drops']) console.log(await compareDrops(workshop, note));
} finally {
  workshop.close();
}
