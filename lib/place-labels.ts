// Names of map cells: the label function and its place index of Amazon Location. It is fed cells,
// never an address or a person; its role can ask the index and use the places table, no more.

import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnPlaceIndex } from 'aws-cdk-lib/aws-location';
import { Construct } from 'constructs';
import type { LabelEnv } from '../lambdas/shared/env.ts';
import type { DataKey } from './data-key.ts';
import { NodeFunction } from './node-function.ts';
import type { Tables } from './tables.ts';

export type PlaceLabelsProps = {
  readonly bundles: string;
  readonly logRetentionDays: number;
  readonly dataKey: DataKey;
  readonly tables: Tables;
};

export class PlaceLabels extends Construct {
  readonly label: NodeFunction;

  constructor(scope: Construct, id: string, props: PlaceLabelsProps) {
    super(scope, id);
    const { tables, dataKey, bundles, logRetentionDays } = props;
    // Labels are kept, which takes the intended use Storage; Esri's terms exclude employees, so the
    // provider is HERE (Amazon Location developer guide, "Data providers").
    const index = new CfnPlaceIndex(this, 'Index', {
      indexName: `${Stack.of(this).stackName}-places`,
      dataSource: 'Here',
      dataSourceConfiguration: { intendedUse: 'Storage' },
      description: 'Wherefrom: names of half-degree cells of the map',
    });
    const environment: LabelEnv = {
      PLACES_TABLE: tables.places.tableName,
      PLACE_INDEX: index.indexName,
    };
    this.label = new NodeFunction(this, 'Label', {
      name: 'label',
      description: 'Names cells of the map; is given cells and nothing else',
      bundles,
      environment,
      memoryMegabytes: 256,
      timeout: Duration.minutes(5),
      logRetentionDays,
    });
    tables.allow(this.label.role, tables.places, [
      { actions: ['PutItem'], partitions: ['CELL#*'] },
    ]);
    dataKey.allowTables(this.label.role);
    this.label.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['geo:SearchPlaceIndexForPosition'],
        resources: [index.attrArn],
      }),
    );
    Validations.of(this.label.function).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'A cell that could not be named keeps the name of the data and is asked for again.',
    });
  }
}
