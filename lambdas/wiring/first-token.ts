// Creates an enrolment token with the deployer's own AWS rights, for the first relay: before any
// user can sign in, or where none should. It writes the same rows and audit as `POST /v1/relays`.

import { makeAuditBook } from '../aws/dynamodb/audit-book.ts';
import type { ControlTable } from '../aws/dynamodb/control-rows.ts';
import { makeControlStore } from '../aws/dynamodb/control-store.ts';
import { makeRelayBook } from '../aws/dynamodb/relay-book.ts';
import { makeCloudKeyBook } from '../aws/dynamodb/settings-book.ts';
import { loadCloudKey } from '../control/cloud-key.ts';
import type { SecretStore } from '../control/ports.ts';
import { type MadeToken, makeToken } from '../control/relays.ts';

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
