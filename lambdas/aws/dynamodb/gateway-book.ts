// What is known of gateways: one row each in the control table. Restarts are kept per service, a
// few at most, as a document with a version; rows of before hold one `watermark` for all services.
// A restart that lies ahead of the clock cannot be: it is not written, and not read.

import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { UnixMs } from '../../../domain/accounting-event.ts';
import { nowToleranceMs } from '../../../domain/limits.ts';
import { addRestart, type Restarts, type Service } from '../../../domain/session/restart.ts';
import type { WatermarkStore } from '../../shared/control-ports.ts';
import { readRows } from './control-reads.ts';
import {
  type ControlTable,
  gatewayRow,
  type Item,
  isConditionMet,
  keyItem,
  number,
  readRow,
  text,
} from './control-rows.ts';
import { makeHabits } from './gateway-habits.ts';

const restartsSchema: v.GenericSchema<unknown, Restarts> = v.array(
  v.object({
    time: v.number(),
    service: v.exactOptional(
      v.object({
        name: v.exactOptional(v.string()),
        portType: v.exactOptional(v.number()),
        serviceType: v.exactOptional(v.number()),
      }),
    ),
  }),
);

const attemptsMax = 8;

/** Makes the WatermarkStore over the control table. */
export function makeGatewayBook(table: ControlTable): WatermarkStore {
  return {
    raiseWatermark: (gatewayId, time, service) => raiseWatermark(table, gatewayId, time, service),
    watermarks: async (gatewayIds) => {
      const found = new Map<string, Restarts>();
      const rows = await readRows(table, [...new Set(gatewayIds)].map(gatewayRow));
      for (const id of gatewayIds) {
        const restarts = restartsOf(table, rows.get(gatewayRow(id).pk));
        if (restarts.length > 0) found.set(id, restarts);
      }
      return found;
    },
    ...makeHabits(table),
  };
}

function restartsOf(table: ControlTable, item: Item | undefined): Restarts {
  const watermark = item?.['watermark']?.N;
  const stored = item?.['restarts']?.S;
  const known: Restarts = [
    ...(watermark === undefined ? [] : [{ time: Number(watermark) }]),
    ...(stored === undefined ? [] : v.parse(restartsSchema, JSON.parse(stored))),
  ];
  const latest = table.now() + nowToleranceMs;
  return known.filter(({ time }) => time <= latest);
}

/** @throws Error when others wrote the row at every attempt: the message comes back */
async function raiseWatermark(
  table: ControlTable,
  gatewayId: string,
  time: UnixMs,
  service: Service | undefined,
): Promise<void> {
  const key = gatewayRow(gatewayId);
  const latest = table.now() + nowToleranceMs;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const item = await readRow(table, key);
    const known = addAll(restartsOf(table, item), latest);
    const raised = addRestart(known, { time, ...(service ? { service } : {}) }, latest);
    if (JSON.stringify(raised) === JSON.stringify(known)) return;
    const version = Number(item?.['version']?.N ?? 0);
    const isWritten = await isConditionMet(() =>
      table.client.send(
        new UpdateItemCommand({
          TableName: table.tableName,
          Key: keyItem(key),
          // The one watermark of before is among the restarts from now on.
          UpdateExpression: 'SET restarts = :restarts, #version = :next REMOVE watermark',
          ConditionExpression: 'attribute_not_exists(#version) OR #version = :version',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: {
            ':restarts': text(JSON.stringify(raised)),
            ':version': number(version),
            ':next': number(version + 1),
          },
        }),
      ),
    );
    if (isWritten) return;
  }
  const message = 'the row of a gateway changed at every attempt to write it';
  throw Object.assign(new Error(message), { code: 'CONTROL_ROW_BUSY' });
}

/** The restarts in their order, for comparison. */
function addAll(restarts: Restarts, latest: UnixMs): Restarts {
  return restarts.reduce<Restarts>((known, one) => addRestart(known, one, latest), []);
}
