// Puts the sweep onto DynamoDB tables, for the cloud and for the local run.

import { finishErasures } from '../erasures.ts';
import { makeLog } from '../log.ts';
import type { HealthLimits } from '../relay-health.ts';
import { makeSweep, type SweepDeps } from '../sweep.ts';
import { type SendToBus, withTelling } from '../tell.ts';
import { makeControlStore } from './control-store.ts';
import { makeErasureBook } from './erasure-book.ts';
import { makeTableTeller } from './event-bus.ts';
import { makePersonalRows } from './personal-rows.ts';
import { makeQueryStore } from './query-store.ts';
import { healthReportedAt } from './relay-book.ts';
import { makeSweepState } from './sweep-state.ts';
import type { TableOptions } from './table-handlers.ts';
import { makeUserStore } from './user-store.ts';

type SweepOptions = TableOptions & {
  readonly publish: SweepDeps['publish'];
  /** Takes detections that a crash left untold; absent: they are written only. */
  readonly bus?: { readonly send: SendToBus; readonly pageOrigin?: string | undefined };
  readonly expire?: SweepDeps['expire'];
  readonly limits: HealthLimits;
};

/** The sweep handler over the tables. */
export function makeTableSweep(options: SweepOptions): ReturnType<typeof makeSweep> {
  const { client, now, publish, bus, expire, limits, writeLog, retention } = options;
  const table = { client, tableName: options.controlTable, now };
  const profiles = { client, tableName: options.profilesTable, now, retention };
  const control = makeControlStore(table);
  const users = makeUserStore(profiles);
  const erasing = { book: makeErasureBook(table), rows: makePersonalRows(profiles) };
  return makeSweep({
    query: makeQueryStore(profiles),
    users: bus ? withTelling(users, makeTableTeller({ ...profiles, ...bus })) : users,
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
