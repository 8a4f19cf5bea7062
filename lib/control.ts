// The control function and its two secrets: the cloud's signing key, and the gateways' shared
// secrets. It is the only function that may read them, and the only one that enrols relays.

import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { AccessEnv, ControlEnv, RetentionEnv } from '../lambdas/shared/env.ts';
import type { DataKey } from './data-key.ts';
import type { Throttle } from './edge-api.ts';
import { allowEvents, detectionSource, eventBus, healthSource } from './event-bus.ts';
import { NodeFunction } from './node-function.ts';
import type { HealthOptions } from './stack-options.ts';
import type { Tables } from './tables.ts';

/** A relay fetches its settings twice a minute and reports once: room for 2,000 relays. */
export const relayThrottle: Throttle = { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 };

export type ControlProps = {
  readonly isEphemeral: boolean;
  readonly bundles: string;
  readonly logRetentionDays: number;
  readonly dataKey: DataKey;
  readonly tables: Tables;
  readonly health: HealthOptions;
  readonly retention: RetentionEnv;
  /** How it finds groups in a token. */
  readonly access: AccessEnv;
  /** Hosts that sealed requests may be addressed to. */
  readonly authorities: readonly string[];
};

export class Control extends Construct {
  readonly control: NodeFunction;
  readonly cloudKey: Secret;
  private readonly props: ControlProps;

  constructor(scope: Construct, id: string, props: ControlProps) {
    super(scope, id);
    this.props = props;
    const { tables, dataKey, health, bundles, logRetentionDays } = props;
    this.cloudKey = this.secret('CloudKey', 'the key the cloud signs with');
    const gatewaySecrets = this.secret('GatewaySecrets', 'shared secrets of gateways');
    const environment: ControlEnv = {
      ...props.access,
      ...props.retention,
      PROFILES_TABLE: tables.profiles.tableName,
      CONTROL_TABLE: tables.control.tableName,
      CLOUD_KEY_SECRET: this.cloudKey.secretArn,
      GATEWAY_SECRETS: gatewaySecrets.secretArn,
      ALLOWED_AUTHORITIES: props.authorities.join(','),
      EVENT_BUS: eventBus,
      SILENT_MINUTES: String(health.silentMinutes),
      GAP_MINUTES: String(health.gapMinutes),
    };
    this.control = new NodeFunction(this, 'Control', {
      name: 'control',
      description: 'Settings, relays and their keys, decisions of analysts, erasure',
      bundles,
      environment,
      memoryMegabytes: 512,
      timeout: Duration.seconds(25),
      logRetentionDays,
    });
    const { role } = this.control;
    this.allowTables();
    dataKey.allowTables(role);
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: [
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        resources: [this.cloudKey.secretArn, gatewaySecrets.secretArn],
      }),
    );
    allowEvents(role, healthSource);
    allowEvents(role, detectionSource);
  }

  private allowTables(): void {
    const { tables } = this.props;
    const { role } = this.control;
    // Triage writes profiles and decisions; erasure deletes whatever names a user.
    tables.allow(role, tables.profiles, [
      { actions: ['GetItem', 'BatchGetItem', 'PutItem', 'Query', 'DeleteItem'] },
      { actions: ['UpdateItem'], partitions: ['QUEUE#*'] },
    ]);
    tables.allow(role, tables.control, [
      {
        actions: ['GetItem', 'PutItem'],
        partitions: [
          'SETTINGS',
          'SETTINGS-TURN',
          'RELAYS',
          'KEY#*',
          'TOKEN#*',
          'HEALTH#*',
          'ORDERS#*',
          'CLOUD-KEY',
          'ERASURES',
          'ERASURE-KEY',
        ],
      },
      { actions: ['GetItem'], partitions: ['LEDGER#*'] },
      { actions: ['BatchGetItem'], partitions: ['GATEWAY#*'] },
      { actions: ['PutItem'], partitions: ['AUDIT#*', 'MALICIOUS'] },
      { actions: ['UpdateItem'], partitions: ['KEY#*', 'TOKEN#*', 'AUDIT#*'] },
      { actions: ['Query'], partitions: ['RELAYS', 'ASIDE'] },
      { actions: ['DeleteItem'], partitions: ['SETTINGS-TURN', 'TOKEN#*', 'ASIDE'] },
    ]);
  }

  private secret(id: string, what: string): Secret {
    const { isEphemeral, dataKey } = this.props;
    const secret = new Secret(this, id, {
      description: `Wherefrom: ${what}`,
      encryptionKey: dataKey.key,
      // Relays pinned the key, and gateways hold the secrets: both outlive a stack made anew.
      removalPolicy: isEphemeral ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Nothing here can rotate alone: the other half is in relays and in gateways.',
    });
    return secret;
  }
}
