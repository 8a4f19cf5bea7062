// Settings of an organisation as the control function stores them, for tests of the others.

import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Settings } from '../../domain/settings.ts';
import { keyItem, settingsRow } from '../../lambdas/aws/dynamodb/control-rows.ts';
import type { TestCloud } from './cloud-in-test.ts';

/** Stores what is given beside the defaults. */
export async function putSettings(cloud: TestCloud, settings: Partial<Settings>): Promise<void> {
  const document = { enabled: true, gateways: [], domains: { netbios: {} }, ...settings };
  await cloud.dynamo.client.send(
    new PutItemCommand({
      TableName: cloud.tables.control,
      Item: {
        ...keyItem(settingsRow),
        document: { S: JSON.stringify(document) },
        version: { N: '1' },
      },
    }),
  );
}
