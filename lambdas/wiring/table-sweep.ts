// Wires the sweep function to DynamoDB tables, for the cloud and for the local run.

import { sessionRules } from '../../domain/session/session-rules.ts';
import { readTrail } from '../aws/dynamodb/audit-book.ts';
import { makeControlStore } from '../aws/dynamodb/control-store.ts';
import { makeErasureBook } from '../aws/dynamodb/erasure-book.ts';
import { makeExpectedBook } from '../aws/dynamodb/expected-book.ts';
import { listDetection, listDetections } from '../aws/dynamodb/listed-detections.ts';
import { forgetOpen } from '../aws/dynamodb/open-erasure.ts';
import { makeOpenStore } from '../aws/dynamodb/open-store.ts';
import { readPersons } from '../aws/dynamodb/person-references.ts';
import { makePersonalRows } from '../aws/dynamodb/personal-rows.ts';
import { makePopulationStore } from '../aws/dynamodb/population-store.ts';
import { readProfiles } from '../aws/dynamodb/profile-reads.ts';
import { makeQueryStore } from '../aws/dynamodb/query-store.ts';
import { healthReportedAt } from '../aws/dynamodb/relay-book.ts';
import { compactNames } from '../aws/dynamodb/search-store.ts';
import { makeSweepState } from '../aws/dynamodb/sweep-state.ts';
import { makeUserStore } from '../aws/dynamodb/user-store.ts';
import { makeWordStore } from '../aws/dynamodb/word-store.ts';
import { makeTablePublisher } from '../aws/events/event-bus.ts';
import { tellProfile } from '../control/expected.ts';
import { settleLearned } from '../control/learn-decision.ts';
import { type ErasureDeps, finishErasures } from '../shared/erasures.ts';
import { sha256Hash } from '../shared/hash.ts';
import { makeLog } from '../shared/log.ts';
import type { HealthLimits } from '../shared/relay-health.ts';
import { retentionDefault } from '../shared/retention.ts';
import { type SendToBus, withPublishing } from '../siem/publish.ts';
import { joinUser } from '../sweep/join-users.ts';
import { makeSweep, type SweepDeps } from '../sweep/sweep.ts';
import type { TableOptions } from './table-handlers.ts';

type SweepOptions = TableOptions & {
  readonly publish: SweepDeps['publish'];
  /** Takes detections that a crash left untold; absent: they are written only. */
  readonly bus?: { readonly send: SendToBus; readonly pageOrigin?: string | undefined };
  readonly expire?: SweepDeps['expire'];
  readonly limits: HealthLimits;
};

/** What finishes decisions, over the tables. */
function makeFinishing(options: SweepOptions): NonNullable<SweepDeps['decisions']> {
  const { client, now, retention } = options;
  const control = { client, tableName: options.controlTable, now };
  const profiles = { client, tableName: options.profilesTable, now, retention };
  const store = makeQueryStore(profiles);
  const users = makeUserStore(profiles);
  const expected = makeExpectedBook(profiles);
  const learn = { store, users, population: makePopulationStore(control) };
  return {
    trail: (from, to) => readTrail(control, from, to),
    settleDetection: async (id) => {
      const [detection, triages] = await Promise.all([store.detection(id), store.triages([id])]);
      if (!detection) return;
      await settleLearned(learn, detection, triages.get(id), now());
      await listDetection(profiles, id);
    },
    settleExpected: async (reference) => {
      const userKey = (await readPersons(profiles, [reference])).get(reference);
      if (userKey === undefined) return;
      await tellProfile({ users }, userKey, await expected.list(userKey), now());
    },
  };
}

/** The sweep handler over the tables. */
export function makeTableSweep(options: SweepOptions): ReturnType<typeof makeSweep> {
  const { client, now, publish, bus, expire, limits, writeLog, retention } = options;
  const table = { client, tableName: options.controlTable, now };
  const profiles = { client, tableName: options.profilesTable, now, retention };
  const control = makeControlStore(table);
  const users = makeUserStore(profiles);
  const domains = async () => (await control.settings()).settings.domains;
  const rules = async () => sessionRules((await control.settings()).settings);
  const rows = makePersonalRows(profiles);
  const query = makeQueryStore(profiles);
  const words = makeWordStore(profiles);
  const expected = makeExpectedBook(profiles);
  const watermarks = (ids: readonly string[]) => control.watermarks(ids);
  const forgetSessions: ErasureDeps['forgetSessions'] = (users) => forgetOpen(profiles, users);
  const erasing = { book: makeErasureBook(table), rows, forgetSessions, domains };
  return makeSweep({
    query,
    domains,
    joinUser: (formerKey, key) =>
      joinUser(
        { query, users, rows, words, now, rules, expected, hash: sha256Hash },
        formerKey,
        key,
      ),
    profiles: (userKeys) => readProfiles(profiles, userKeys),
    users: bus ? withPublishing(users, makeTablePublisher({ ...profiles, ...bus })) : users,
    words,
    hash: sha256Hash,
    watermarks,
    rules,
    compactOpen: async () => makeOpenStore(profiles).compact(watermarks, await rules()),
    compactNames: () => compactNames(profiles),
    listing: {
      listDetections: (month, after) => listDetections(profiles, month, after),
      detectionDays: (retention ?? retentionDefault).detectionDays,
    },
    decisions: makeFinishing(options),
    relays: control,
    reportedAt: (relayId) => healthReportedAt(table, relayId),
    state: makeSweepState(table),
    publish,
    ...(expire && { expire }),
    finishErasures: (isTimeUp) => finishErasures(erasing, now(), isTimeUp),
    limits,
    now,
    log: makeLog({ service: 'sweep', now, ...(writeLog && { write: writeLog }) }),
  });
}
