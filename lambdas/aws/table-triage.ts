// What triage needs, over the tables. Cloud, local run and tests come through here.

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TriageDeps } from '../control/triage.ts';
import type { Retention } from '../retention.ts';
import { makePopulationStore } from './population-store.ts';
import { makeQueryStore } from './query-store.ts';
import { putTriage } from './triage-store.ts';
import { makeUserStore } from './user-store.ts';

export type TriageOptions = {
  readonly client: DynamoDBClient;
  readonly profilesTable: string;
  readonly controlTable: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly retention?: Retention | undefined;
  readonly tell?: TriageDeps['tell'];
};

export function makeTableTriage(options: TriageOptions): TriageDeps {
  const { client, now, controlTable, tell, retention } = options;
  const profiles = { client, tableName: options.profilesTable, now, retention };
  return {
    store: makeQueryStore(profiles),
    putTriage: (detection, triage) => putTriage(profiles, detection, triage),
    users: makeUserStore(profiles),
    population: makePopulationStore({ client, tableName: controlTable, now }),
    tell,
  };
}
