// The three tables: profiles (personal), control (relays, keys, settings, ledger), places (labels
// of map cells, nothing personal). Their logical ids never change: a changed id would make
// CloudFormation create an empty table beside the full one.

import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type CfnGlobalTable,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { DataKey } from './data-key.ts';

export type TablesProps = { readonly isEphemeral: boolean; readonly dataKey: DataKey };

/** One thing a role may do with a table. */
export type TableRight = {
  readonly actions: readonly string[];
  /** Partitions it may touch, `*` at the end of a name stands for the rest; absent: all. */
  readonly partitions?: readonly string[];
};

export class Tables extends Construct {
  readonly profiles: TableV2;
  readonly control: TableV2;
  readonly places: TableV2;
  private readonly props: TablesProps;

  constructor(scope: Construct, id: string, props: TablesProps) {
    super(scope, id);
    this.props = props;
    this.profiles = this.table('ProfilesTable');
    this.control = this.table('ControlTable');
    this.places = this.table('PlacesTable');
  }

  /** Gives a role exactly these rights on one table, and the use of its key. */
  allow(role: IRole, table: TableV2, rights: readonly TableRight[]): void {
    for (const { actions, partitions } of rights) {
      const conditions = partitions && {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...partitions] },
      };
      role.addToPrincipalPolicy(
        new PolicyStatement({
          actions: actions.map((action) => `dynamodb:${action}`),
          resources: [table.tableArn],
          ...(conditions && { conditions }),
        }),
      );
    }
  }

  private table(logicalId: string): TableV2 {
    const { isEphemeral, dataKey } = this.props;
    const table = new TableV2(this, logicalId, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      timeToLiveAttribute: 'expiresAt',
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: !isEphemeral,
      removalPolicy: isEphemeral ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    const resource = table.node.defaultChild as CfnGlobalTable;
    resource.overrideLogicalId(logicalId);
    // TableV2 takes our own key only in a stack bound to a region; this one deploys anywhere.
    resource.addPropertyOverride('Replicas.0.SSESpecification', {
      KMSMasterKeyId: dataKey.key.keyArn,
    });
    return table;
  }
}
