// The key under which tables and queues are encrypted. A role without a grant on it, such as that
// of locate, could not read them even if a policy named them by mistake.

import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/** What DynamoDB does with the key in the caller's name (developer guide, "encryption at rest"). */
const tableActions = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

export class DataKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, props: { readonly isEphemeral: boolean }) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'Wherefrom: tables and queues',
      enableKeyRotation: true,
      // Losing the key is losing the data: it goes only where the data goes.
      removalPolicy: props.isEphemeral ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      pendingWindow: Duration.days(props.isEphemeral ? 7 : 30),
    });
  }

  /** Lets a role use the tables under this key. */
  allowTables(role: IRole): void {
    this.allow(role, tableActions);
  }

  /** Lets a role send to the queues under this key. */
  allowSend(role: IRole): void {
    this.allow(role, ['kms:Decrypt', 'kms:GenerateDataKey']);
  }

  /** Lets a role receive from the queues under this key. */
  allowReceive(role: IRole): void {
    this.allow(role, ['kms:Decrypt']);
  }

  private allow(role: IRole, actions: string[]): void {
    role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [this.key.keyArn] }));
  }
}
