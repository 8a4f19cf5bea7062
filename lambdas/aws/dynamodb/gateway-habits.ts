// Whether a gateway lets a user have one session at a time, as its sessions have shown: two numbers
// in its row of the control table. They are read once in ten minutes and written until nothing more
// is to be learned: some fifty times a gateway. Approximate.

import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { UnixMs } from '../../../domain/accounting-event.ts';
import type { GatewayStore } from '../../../domain/process/ports.ts';
import { type GatewayHabit, serialMin, withSeen } from '../../../domain/process/slot-replaced.ts';
import { readRows } from './control-reads.ts';
import { type ControlTable, gatewayRow, keyItem, number } from './control-rows.ts';

const readEveryMs = 10 * 60_000;
/** That two were seen side by side is written once a day. */
const parallelEveryMs = 24 * 3600 * 1000;
/** Gateways that are remembered: more than an organisation has. */
const gatewaysMax = 2_000;

type Known = { readonly habit: GatewayHabit; readonly readAt: UnixMs };

/** Makes the part of the GatewayStore that learns. */
export function makeHabits(table: ControlTable): Required<Pick<GatewayStore, 'habits' | 'learn'>> {
  const known = new Map<string, Known>();
  const habits = async (ids: readonly string[]): Promise<ReadonlyMap<string, GatewayHabit>> => {
    const now = table.now();
    const old = ids.filter((id) => now - (known.get(id)?.readAt ?? 0) > readEveryMs);
    if (known.size > gatewaysMax) known.clear();
    if (old.length > 0) {
      const rows = await readRows(table, old.map(gatewayRow));
      for (const id of old) {
        const item = rows.get(gatewayRow(id).pk);
        const parallelAt = item?.['parallelAt']?.N;
        const habit = {
          serial: Number(item?.['serialSessions']?.N ?? 0),
          ...(parallelAt === undefined ? {} : { parallelAt: Number(parallelAt) }),
        };
        known.set(id, { habit, readAt: now });
      }
    }
    return new Map(ids.flatMap((id) => (known.has(id) ? [[id, habitOf(known, id)]] : [])));
  };
  return {
    habits,
    learn: async (seen) => {
      const ids = [...new Set(seen.map(({ gatewayId }) => gatewayId))];
      await habits(ids);
      for (const id of ids) {
        const before = habitOf(known, id);
        const after = seen.filter(({ gatewayId }) => gatewayId === id).reduce(withSeen, before);
        if (!isNews(before, after)) continue;
        known.set(id, { habit: after, readAt: known.get(id)?.readAt ?? 0 });
        await write(table, id, before, after);
      }
    },
  };
}

const habitOf = (known: ReadonlyMap<string, Known>, id: string): GatewayHabit =>
  known.get(id)?.habit ?? { serial: 0 };

function isNews(before: GatewayHabit, after: GatewayHabit): boolean {
  const isLater = (after.parallelAt ?? 0) - (before.parallelAt ?? 0) > parallelEveryMs;
  return isLater || (before.serial < serialMin && after.serial > before.serial);
}

function write(
  table: ControlTable,
  id: string,
  before: GatewayHabit,
  after: GatewayHabit,
): Promise<unknown> {
  const { parallelAt } = after;
  const set = parallelAt === undefined ? '' : ' SET parallelAt = :at';
  return table.client.send(
    new UpdateItemCommand({
      TableName: table.tableName,
      Key: keyItem(gatewayRow(id)),
      UpdateExpression: `ADD serialSessions :more${set}`,
      ExpressionAttributeValues: {
        ':more': number(after.serial - before.serial),
        ...(parallelAt === undefined ? {} : { ':at': number(parallelAt) }),
      },
    }),
  );
}
