// Wires triage to the tables, for the cloud, the local run and tests.

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { makeAuditBook } from '../aws/dynamodb/audit-book.ts';
import { putCaseRecord } from '../aws/dynamodb/case-rows.ts';
import { addCaseComment, addComment } from '../aws/dynamodb/comment-rows.ts';
import { makeErasureBook } from '../aws/dynamodb/erasure-book.ts';
import { makeReferences } from '../aws/dynamodb/person-references.ts';
import { makePopulationStore } from '../aws/dynamodb/population-store.ts';
import { makeQueryStore } from '../aws/dynamodb/query-store.ts';
import { putTriage } from '../aws/dynamodb/triage-store.ts';
import { makeUserStore } from '../aws/dynamodb/user-store.ts';
import type { CaseDeps } from '../control/cases.ts';
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

export function makeTableTriage(options: TriageOptions): DecideDeps & CommentDeps & CaseDeps {
  const { client, now, controlTable, publish, retention } = options;
  const control = { client, tableName: controlTable, now };
  const profiles = { client, tableName: options.profilesTable, now, retention };
  return {
    store: makeQueryStore(profiles),
    putTriage: (detection, triage) => putTriage(profiles, detection, triage),
    audit: makeAuditBook(control, makeReferences(profiles, makeErasureBook(control))),
    putCase: (record) => putCaseRecord(profiles, record),
    addComment: (detection, comment) => addComment(profiles, detection, comment),
    addCaseComment: (about, comment) => addCaseComment(profiles, about, comment),
    users: makeUserStore(profiles),
    population: makePopulationStore({ client, tableName: controlTable, now }),
    publish,
  };
}
