// Wires triage to the tables, for the cloud, the local run and tests.

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { addComment } from '../aws/dynamodb/comment-rows.ts';
import { makePopulationStore } from '../aws/dynamodb/population-store.ts';
import { makeQueryStore } from '../aws/dynamodb/query-store.ts';
import { makeAuditBook } from '../aws/dynamodb/settings-book.ts';
import { putTriage } from '../aws/dynamodb/triage-store.ts';
import { makeUserStore } from '../aws/dynamodb/user-store.ts';
import type { CommentDeps } from '../control/comments.ts';
import type { DecideDeps } from '../control/decide.ts';
import type { Retention } from '../shared/retention.ts';

export type TriageOptions = {
  readonly client: DynamoDBClient;
  readonly profilesTable: string;
  readonly controlTable: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly retention?: Retention | undefined;
  readonly publish?: DecideDeps['publish'];
};

export function makeTableTriage(options: TriageOptions): DecideDeps & CommentDeps {
  const { client, now, controlTable, publish, retention } = options;
  const profiles = { client, tableName: options.profilesTable, now, retention };
  return {
    store: makeQueryStore(profiles),
    putTriage: (detection, triage) => putTriage(profiles, detection, triage),
    audit: makeAuditBook({ client, tableName: controlTable, now }),
    addComment: (detection, comment) => addComment(profiles, detection, comment),
    users: makeUserStore(profiles),
    population: makePopulationStore({ client, tableName: controlTable, now }),
    publish,
  };
}
