// What the store of the local tables promises of the disk.

import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { TableStore } from '../../../local/tables/table-store.ts';
import { tempDir } from '../temp-dir.ts';

const path = tempDir();

it('is durable no more after a sync that failed, until it is opened again', async () => {
  const folder = path('tables');
  const store = await TableStore.open(folder);
  await store.sync();
  // A log that cannot be synced.
  const obstacle = join(folder, '999999.log');
  mkdirSync(obstacle);

  const [first, beside] = await Promise.allSettled([store.sync(), store.sync()]);
  rmdirSync(obstacle);
  const later = store.sync();

  const failed = expect.stringMatching(
    /^writing the tables in .*tables failed \(.*directory.*\); check the disk and start again$/,
  );
  for (const one of [first, beside]) expect(one).toMatchObject({ reason: { message: failed } });
  await expect(later).rejects.toMatchObject({ code: 'TABLES_DISK_FAILED', message: failed });
  await expect(store.failed).rejects.toMatchObject({ message: failed });
  await store.close();

  const again = await TableStore.open(folder);
  await again.sync();
  await again.close();
});
