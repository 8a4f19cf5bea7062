// npm run bench:relay: the relay beside FreeRADIUS with its detail writer and a naive server. Same
// packets, peers in turns within one run, medians. Prints tables; ratios travel between machines,
// numbers do not. CPU time is that of the process with all its threads.

import { release } from 'node:os';
import { parseArgs } from 'node:util';
import { comparePeers, type PeerName } from './relay/compare.ts';
import { compareDrops } from './relay/drops.ts';
import { comparisonTables } from './relay/report.ts';
import { Workshop } from './relay/workshop.ts';

const { values } = parseArgs({
  options: {
    peers: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    rate: { type: 'string', default: '5000' },
    'in-flight': { type: 'string', default: '256' },
    'skip-drops': { type: 'boolean', default: false },
  },
});

const workshop = new Workshop({ isPinned: true });
try {
  workshop.compile(['relay', 'load-process', 'receiver-process', 'naive-process']);
  const note = (text: string): void => void process.stderr.write(`bench:relay: ${text}\n`);
  const comparison = await comparePeers(workshop, {
    ...(values.peers !== undefined && { peers: values.peers.split(',') as PeerName[] }),
    rounds: Number(values.rounds),
    windowMs: Number(values.seconds) * 1000,
    perSecond: Number(values.rate),
    inFlight: Number(values['in-flight']),
    note,
  });
  console.log(`Linux ${release()}, Node ${process.version}; ${workshop.seats}.`);
  console.log(comparisonTables(comparison));
  if (!values['skip-drops']) console.log(await compareDrops(workshop, note));
} finally {
  workshop.close();
}
