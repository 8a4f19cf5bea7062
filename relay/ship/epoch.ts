// The epoch: rises, synced to disk, at each start of the relay and whenever the cloud knows a batch
// id with another content (409). With it a batch id is never used for two batches.

import * as v from 'valibot';
import { type JournalDisk, nodeDisk } from '../journal/disk.ts';
import { readDurable, writeDurable } from '../journal/durable-value.ts';

const fileName = 'epoch';
const schema = v.object({
  version: v.literal(1),
  epoch: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

/**
 * Raises the epoch kept in `directory` and returns it; the first is 1. On a conflict `by` grows, so
 * that a relay whose epoch was lost or damaged finds a free one in a few steps.
 * It is on disk when the promise resolves.
 * @throws the system error of a failed write.
 */
export async function raiseEpoch(
  directory: string,
  { by = 1, disk = nodeDisk }: { readonly by?: number; readonly disk?: JournalDisk } = {},
): Promise<number> {
  await disk.makeDirectory(directory);
  const known = await readDurable(disk, directory, fileName, schema);
  const epoch = (known?.epoch ?? 0) + by;
  await writeDurable(disk, directory, fileName, { version: 1, epoch });
  return epoch;
}
