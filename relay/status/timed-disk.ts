// A disk that measures how long each sync of a new file took, which is what every answer to a
// gateway waits for. Promise: otherwise it is the disk it was given.

import type { JournalDisk } from '../journal/disk.ts';

/** Times the syncs of files that are created through the returned disk: the journal's segments. */
export function timeSyncs(
  disk: JournalDisk,
  monotonicMs: () => number,
  onSync: (elapsedMs: number) => void,
): JournalDisk {
  return {
    ...disk,
    async create(path) {
      const file = await disk.create(path);
      return {
        ...file,
        sync(done) {
          const beganMs = monotonicMs();
          file.sync((error) => {
            onSync(monotonicMs() - beganMs);
            done(error);
          });
        },
        syncNow() {
          const beganMs = monotonicMs();
          file.syncNow();
          onSync(monotonicMs() - beganMs);
        },
      };
    },
  };
}
