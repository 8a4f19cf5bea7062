// The detail file of whatever FreeRADIUS this machine has; the one that 3.2.1 wrote is a fixture.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFreeRadiusInstalled } from '../../../support/freeradius.ts';
import { detailOf } from '../../../support/freeradius-detail.ts';
import { expectVendorEvents, vendorPackets } from '../../../support/vendor-detail.ts';

const where = isFreeRadiusInstalled ? it : it.skip;

where('a detail file of the FreeRADIUS of this machine gives the events sent', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wherefrom-detail-'));
  try {
    const octets = vendorPackets.map((packet) => packet.octets);

    expectVendorEvents(await detailOf(octets, folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
