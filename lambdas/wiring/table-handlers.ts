// Wires the process and query functions to DynamoDB tables. Cloud and local run share this wiring,
// so that the code on a laptop is the code in AWS.

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Locate, PopulationStore } from '../../domain/process/ports.ts';
import { NameIndex } from '../../domain/search/find-names.ts';
import { sessionRules } from '../../domain/session/session-rules.ts';
import { readAuditPage } from '../aws/dynamodb/audit-book.ts';
import { makeControlStore } from '../aws/dynamodb/control-store.ts';
import { makeErasureBook } from '../aws/dynamodb/erasure-book.ts';
import { makeOpenStore } from '../aws/dynamodb/open-store.ts';
import { makeOriginStore } from '../aws/dynamodb/origin-reads.ts';
import { readPersons } from '../aws/dynamodb/person-references.ts';
import { readPlaceLabels } from '../aws/dynamodb/place-labels.ts';
import { makePopulationStore } from '../aws/dynamodb/population-store.ts';
import { makeQueryStore } from '../aws/dynamodb/query-store.ts';
import { makeNameReader } from '../aws/dynamodb/search-store.ts';
import { makeUserStore } from '../aws/dynamodb/user-store.ts';
import { makeWordStore } from '../aws/dynamodb/word-store.ts';
import { makeTablePublisher } from '../aws/events/event-bus.ts';
import { makeProcess, type ProcessDeps } from '../process/process.ts';
import { withSites } from '../process/sites.ts';
import { readConnected } from '../query/connected.ts';
import { makeQuery } from '../query/query.ts';
import type { Access } from '../shared/access.ts';
import { cached } from '../shared/cached.ts';
import { type Erasure, makeErasedTest } from '../shared/erasures.ts';
import { sha256Hash } from '../shared/hash.ts';
import { makeLog } from '../shared/log.ts';
import type { Retention } from '../shared/retention.ts';
import { type SendToBus, withPublishing } from '../siem/publish.ts';

/** A change of the settings reaches every instance within this time. */
const settingsTtlMs = 60_000;
/** Who is connected is read anew after this time. */
const connectedTtlMs = 30_000;
/** A new name is found after this time. */
const namesTtlMs = 15_000;

export type TableOptions = {
  readonly client: DynamoDBClient;
  readonly profilesTable: string;
  readonly controlTable: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Takes log lines; default: standard output. */
  readonly writeLog?: (line: string) => void;
  /** Retention of rows about users; absent: the defaults. */
  readonly retention?: Retention;
};

export type ProcessOptions = TableOptions & {
  readonly locate: Locate;
  /** Publishes detections to other systems; `pageOrigin` is for links to the page. */
  readonly bus: { readonly send: SendToBus; readonly pageOrigin?: string | undefined };
  readonly postpone: ProcessDeps['postpone'];
  /** Where one process takes all events in order (local run): what is judged does not lag. */
  readonly inOrder?: {
    readonly population: PopulationStore;
    /** Events begun at a time: there is no time limit that they would have to fit into. */
    readonly eventsAtOnceMax: number;
  };
  /** Erasures beside those of the book, which forgets them after 90 days. Default: none. */
  readonly olderErasures?: () => readonly Erasure[];
};

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The process handler over the tables. */
export function makeTableProcess(options: ProcessOptions): ReturnType<typeof makeProcess> {
  const { client, now } = options;
  const control = makeControlStore({ client, tableName: options.controlTable, now });
  const settings = cached(async () => (await control.settings()).settings, settingsTtlMs, now);
  const book = makeErasureBook({ client, tableName: options.controlTable, now });
  const erasures = async () => [...(options.olderErasures?.() ?? []), ...(await book.erasures())];
  const erasedTest = cached(
    async () => makeErasedTest({ ...book, erasures }, (await settings()).domains),
    settingsTtlMs,
    now,
  );
  const { retention } = options;
  const profiles = { client, tableName: options.profilesTable, now, retention };
  const publisher = makeTablePublisher({ ...profiles, ...options.bus });
  const log = logOf('process', options);
  return makeProcess({
    ports: {
      users: withPublishing(makeUserStore(profiles), publisher),
      gateways: control,
      words: makeWordStore(profiles),
      locate: withSites(options.locate, async () => (await settings()).sites ?? []),
      settings,
      hash: sha256Hash,
      now,
      population:
        options.inOrder?.population ??
        makePopulationStore({ client, tableName: options.controlTable, now }),
      isInOrder: options.inOrder !== undefined,
      // There the relay answers its gateways from this thread.
      ...(options.inOrder && { breathe: nextTurn }),
      onPopulationLost: (error) => {
        log.error('what the organisation did was not written, in whole or in part', error);
        log.counts('population', { lost: 1 });
      },
    },
    ledger: control,
    deadLetters: control,
    erasedTest,
    postpone: options.postpone,
    ...(options.inOrder ? { eventsAtOnceMax: options.inOrder.eventsAtOnceMax } : {}),
    log,
  });
}

export type QueryOptions = TableOptions & {
  readonly placesTable: string;
  readonly access: Access;
  /** Reads the text of docs/openapi.yaml, for `GET /v1/openapi.yaml`. */
  readonly contract: () => string;
};

/** The query handler over the tables. */
export function makeTableQuery(options: QueryOptions): ReturnType<typeof makeQuery> {
  const { client, now } = options;
  const control = makeControlStore({ client, tableName: options.controlTable, now });
  const log = logOf('query', options);
  const store = makeQueryStore({ client, tableName: options.profilesTable, now });
  const open = makeOpenStore({ client, tableName: options.profilesTable, now });
  const watermarks = (ids: readonly string[]) => control.watermarks(ids);
  const settings = cached(async () => (await control.settings()).settings, settingsTtlMs, now);
  const rules = async () => sessionRules(await settings());
  const readNames = makeNameReader({ client, tableName: options.profilesTable, now });
  const profiles = { client, tableName: options.profilesTable, now };
  const controls = { client, tableName: options.controlTable, now };
  return makeQuery({
    store,
    audit: {
      rows: (month, ids, page) => readAuditPage(controls, month, ids, page),
      persons: (references) => readPersons(profiles, references),
    },
    origins: makeOriginStore({ client, tableName: options.profilesTable, now }),
    names: cached(
      async () => {
        const { names, isWhole } = await readNames();
        return { index: new NameIndex(names), isWhole };
      },
      namesTtlMs,
      now,
    ),
    watermarks,
    connected: cached(
      () => readConnected({ openSessions: open.read, watermarks, rules }, now()),
      connectedTtlMs,
      now,
    ),
    labels: (cells) => readPlaceLabels({ client, tableName: options.placesTable, now }, cells),
    domains: async () => (await settings()).domains,
    detection: async () => (await settings()).detection ?? {},
    accountLinks: async () => (await settings()).accountLinks ?? [],
    rules,
    cursorKey: cached(() => control.cursorKey(), settingsTtlMs, now),
    now,
    access: options.access,
    contract: options.contract,
    onError: (error) => log.error('a query failed', error),
  });
}

function logOf(service: string, { now, writeLog }: TableOptions): ReturnType<typeof makeLog> {
  return makeLog({ service, now, ...(writeLog ? { write: writeLog } : {}) });
}
