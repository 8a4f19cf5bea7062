// Rows of the queue for detections that were stored before there were such rows: a page of one
// month at a time (decision 0040).

import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Detection } from '../../../domain/detection.ts';
import { inParallel } from '../../../domain/process/in-parallel.ts';
import type { Retention } from '../../shared/retention.ts';
import { putDecided, putFound } from './detection-rows.ts';
import { detectionKeyOf, detectionPartition } from './profile-keys.ts';
import { readByKey } from './read-by-key.ts';
import { readTriages } from './triage-store.ts';
import { isExpired, text, versionOf } from './user-rows.ts';

/** Detections of one request. */
const pageRows = 100;

type Options = {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly now: () => number;
  readonly retention?: Retention | undefined;
};

/** Writes the row of one detection, of what stands of it and was decided about it. */
export async function listDetection(options: Options, id: string): Promise<void> {
  const [item] = await readByKey(options, [detectionKeyOf(id)]);
  if (!item) return;
  const detection = JSON.parse(text(item)) as Detection;
  await putFound(options, detection, versionOf(item));
  const triage = (await readTriages(options, [id])).get(id);
  if (triage) await putDecided(options, detection, triage);
}

/**
 * Writes the rows of one page of a month's detections; what is newer in the queue stays.
 * @param month as `202611`
 * @param after id to go on from; absent: from the first
 * @returns how many there were, and where to go on; `last` is absent on the last page
 */
export async function listDetections(
  options: Options,
  month: string,
  after?: string,
): Promise<{ readonly listed: number; readonly last?: string }> {
  const pk = detectionPartition(month);
  const page = await options.client.send(
    new QueryCommand({
      TableName: options.tableName,
      Limit: pageRows,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
      ...(after === undefined ? {} : { ExclusiveStartKey: { pk: { S: pk }, sk: { S: after } } }),
    }),
  );
  const live = (page.Items ?? []).filter((item) => !isExpired(item, options.now()));
  const found = live.map((item) => ({
    detection: JSON.parse(text(item)) as Detection,
    version: versionOf(item),
  }));
  const triages = await readTriages(
    options,
    found.map(({ detection }) => detection.id),
  );
  await inParallel(found, async ({ detection, version }) => {
    await putFound(options, detection, version);
    const triage = triages.get(detection.id);
    if (triage) await putDecided(options, detection, triage);
  });
  const last = page.LastEvaluatedKey?.['sk']?.S;
  return { listed: found.length, ...(last === undefined ? {} : { last }) };
}
