// A relay's token made with the deployer's own rights, for the first relay: before anybody can sign
// in, or where nobody should. The same rows and the same audit as `POST /v1/relays`.

import { loadCloudKey } from '../control/cloud-key.ts';
import type { SecretStore } from '../control/ports.ts';
import { type MadeToken, makeToken } from '../control/relays.ts';
import type { ControlTable } from './control-rows.ts';
import { makeControlStore } from './control-store.ts';
import { makeRelayBook } from './relay-book.ts';
import { makeAuditBook, makeCloudKeyBook } from './settings-book.ts';

/** Makes a token; `exists`: a relay of this name is enrolled. */
export function makeFirstToken(
  table: ControlTable,
  secrets: SecretStore,
  relayId: string,
): Promise<MadeToken | 'exists'> {
  const cloudKeys = makeCloudKeyBook(table);
  return makeToken(
    {
      keys: makeControlStore(table),
      relays: makeRelayBook(table),
      cloudKey: () => loadCloudKey({ cloudKeys, secrets }),
      audit: makeAuditBook(table),
    },
    { relayId, actor: 'deployer', now: table.now() },
  );
}
