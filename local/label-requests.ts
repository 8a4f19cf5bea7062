// The local run's way from process to label: names of map cells, asked for beside the events.

import type { CellName } from '../geo/compact/cell-names.ts';
import { makePlaceLabels } from '../lambdas/aws/dynamodb/place-labels.ts';
import type { RequestLabels } from '../lambdas/aws/location/label-requests.ts';
import { makeDataNamer } from '../lambdas/label/data-namer.ts';
import { type CellKey, makeLabel } from '../lambdas/label/label.ts';
import type { Clock } from './clock.ts';
import { type LocalDynamo, localTables } from './dynamo.ts';
import { makeLocalFunction } from './local-function.ts';

type LabelServices = {
  readonly cellName?: CellName;
  readonly clock: Clock;
  readonly dynamo: Pick<LocalDynamo, 'client'>;
};

/** process -> label, beside the way of the events: nobody waits, a failure loses a name. */
export function labelRequests(services: LabelServices, timeoutMs: number): RequestLabels {
  const { cellName, clock, dynamo } = services;
  if (!cellName) return async () => undefined;
  const table = { client: dynamo.client, tableName: localTables.places, now: clock.now };
  const label = makeLocalFunction<{ readonly cells: readonly CellKey[] }>({
    name: 'label',
    handler: makeLabel({
      namer: makeDataNamer(cellName),
      labels: makePlaceLabels(table),
      now: clock.now,
    }),
    timeoutMs,
    clock,
  });
  return async (cells) => {
    label({ cells }).catch(() => undefined);
  };
}
