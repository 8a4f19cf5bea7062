// The state that one reconcile run leaves to the next: one document of the control table.

import * as v from 'valibot';
import type { SweepDeps, SweepState } from '../../sweep/sweep.ts';
import { type ControlTable, type RowKey, readDocument, updateDocument } from './control-rows.ts';

const sweepRow: RowKey = { pk: 'SWEEP', sk: 'SWEEP' };

const stateSchema: v.GenericSchema<unknown, SweepState> = v.object({
  after: v.exactOptional(v.string()),
  passBegan: v.number(),
  isPassDone: v.boolean(),
  troubles: v.array(v.string()),
  keyRules: v.exactOptional(v.number()),
  isFirstPass: v.exactOptional(v.literal(true)),
  openLookedAt: v.exactOptional(v.number()),
  decisionsUntil: v.exactOptional(v.number()),
  listing: v.exactOptional(
    v.object({
      rules: v.number(),
      month: v.exactOptional(v.string()),
      after: v.exactOptional(v.string()),
    }),
  ),
});

/** Makes the store. A state of another form counts as none: the sweep begins again. */
export function makeSweepState(table: ControlTable): SweepDeps['state'] {
  return {
    read: async () => {
      const parsed = v.safeParse(stateSchema, (await readDocument(table, sweepRow)).value);
      return parsed.success ? parsed.output : undefined;
    },
    write: (state) => updateDocument(table, sweepRow, () => state),
  };
}
