// A process that appends as fast as it can and writes each acknowledged position with its number to
// stdout, until it is killed. Run: node --import tsx test/support/journal-appender.ts DIR FIRST.

import { Journal } from '../../relay/journal/journal.ts';
import { sampleRecord } from './journal-samples.ts';

const [directory = '', first = '1'] = process.argv.slice(2);
const inFlight = 64;

void Journal.open({ directory, now: Date.now, freeBytesMin: 0, segmentBytesMax: 100_000 }).then(
  (journal) => {
    let number = Number(first);
    const appendOne = () => {
      const mine = number;
      number += 1;
      journal.append(sampleRecord(mine), (error, position) => {
        if (error) throw error;
        // Synchronous for a pipe: what is told is told before the next append.
        process.stdout.write(`${position} ${mine}\n`);
        setImmediate(appendOne);
      });
    };
    for (let index = 0; index < inFlight; index += 1) appendOne();
  },
);
