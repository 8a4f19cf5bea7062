// `journal-space`: how long an outage of the cloud the journal can absorb.

import { existsSync, statfsSync } from 'node:fs';
import { type Check, fail, pass, skip, warn } from '../check.ts';

/** What the journal leaves to others; below it no record is taken (docs/relay.md "Limits"). */
const keptFreeMib = 256;
const warnMib = 1_024;
/** Octets a record takes on disk, roughly. */
const recordBytes = 400;
const minutesADay = 1_440;

export const journalSpace: Check = {
  code: 'journal-space',
  question: 'Is there room for a day of packets while the cloud is away?',
  meaning: 'A full disk or a full journal stops recording, and so answering.',
  fix:
    'Make room on the file system of `dataDir`, or raise `journalMaxMiB`. `npm run size -- ' +
    '--users N` says how much a day needs.',
  whenToIgnore: 'while the estimate is above the longest outage you plan for.',
  run({ places, loaded: { config }, running }) {
    if (!places || !existsSync(places.dataDir)) return [skip('there is no data directory yet')];
    const { bavail, bsize } = statfsSync(places.dataDir);
    const freeMib = Math.floor((bavail * bsize) / 1024 ** 2);
    const roomMib = Math.min(
      freeMib - keptFreeMib,
      config ? config.journalMaxMiB : Number.POSITIVE_INFINITY,
    );
    const perMinute = running?.gateways.reduce((sum, one) => sum + one.perMinute, 0) ?? 0;
    const days = (roomMib * 1024 ** 2) / (perMinute * recordBytes * minutesADay);
    const lasts = perMinute > 0 ? `, about ${days.toFixed(1)} days at this rate` : '';
    const evidence = `${freeMib} MiB free at ${places.dataDir}${lasts}`;
    if (roomMib <= 0) {
      return [fail(evidence, `make room: below ${keptFreeMib} MiB nothing is recorded any more`)];
    }
    if (roomMib < warnMib || days < 1) return [warn(evidence, 'make room for at least a day')];
    return [pass(evidence)];
  },
};
