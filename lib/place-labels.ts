// The label function, which names map cells through Amazon Location. It receives cells, never an
// address or a user; its role can request names and use the places table, no more. Places v2 needs
// no resource; a place index (Location v1) is one, which new accounts and some regions cannot have.

import { Aws, Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnPlaceIndex } from 'aws-cdk-lib/aws-location';
import { Construct } from 'constructs';
import type { LabelEnv } from '../lambdas/shared/env.ts';
import type { DataKey } from './data-key.ts';
import { NodeFunction } from './node-function.ts';
import type { PlaceService } from './stack-options.ts';
import type { Tables } from './tables.ts';

type PlaceLabelsProps = {
  readonly service: Exclude<PlaceService, 'off'>;
  readonly bundles: string;
  readonly logRetentionDays: number;
  readonly dataKey: DataKey;
  readonly tables: Tables;
};

/** The label function of a deployment; undefined where the location data's own names do. */
export function labelFunction(
  scope: Construct,
  service: PlaceService,
  props: Omit<PlaceLabelsProps, 'service'>,
): NodeFunction | undefined {
  if (service === 'off') return undefined;
  return new PlaceLabels(scope, 'PlaceLabels', { ...props, service }).label;
}

class PlaceLabels extends Construct {
  readonly label: NodeFunction;

  constructor(scope: Construct, id: string, props: PlaceLabelsProps) {
    super(scope, id);
    const { tables, dataKey, bundles, logRetentionDays } = props;
    const index = props.service === 'place-index' ? this.makeIndex() : undefined;
    const environment: LabelEnv = {
      PLACES_TABLE: tables.places.tableName,
      ...(index && { PLACE_INDEX: index.indexName }),
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
      index
        ? new PolicyStatement({
            actions: ['geo:SearchPlaceIndexForPosition'],
            resources: [index.attrArn],
          })
        : // The only resource there is (Service Authorization Reference, geo-places).
          new PolicyStatement({
            actions: ['geo-places:ReverseGeocode'],
            resources: [`arn:${Aws.PARTITION}:geo-places:${Aws.REGION}::provider/default`],
          }),
    );
    Validations.of(this.label.function).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'A cell that could not be named keeps the name of the data and is asked for again.',
    });
  }

  /**
   * Labels are kept, which takes the intended use Storage; Esri's terms exclude employees, so the
   * provider is HERE (Amazon Location developer guide, "Data providers").
   */
  private makeIndex(): CfnPlaceIndex {
    return new CfnPlaceIndex(this, 'Index', {
      indexName: `${Stack.of(this).stackName}-places`,
      dataSource: 'Here',
      dataSourceConfiguration: { intendedUse: 'Storage' },
      description: 'Wherefrom: names of half-degree cells of the map',
    });
  }
}
