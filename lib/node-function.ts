// One function: its bundle, its own role and its own log. The role starts with the right to write
// that log and nothing else; the caller adds exact rights.

import { join } from 'node:path';
import { type Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  type LayerVersion,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export type NodeFunctionProps = {
  /** Name of the entry: `admit` for lambdas/ingest/admit.lambda.ts. */
  readonly name: string;
  readonly description: string;
  /** Folder with one folder per bundled function. */
  readonly bundles: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly memoryMegabytes: number;
  readonly timeout: Duration;
  readonly logRetentionDays: number;
  readonly layers?: readonly LayerVersion[];
};

export class NodeFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Wherefrom: ${props.name}`,
    });
    this.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    this.function = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(props.bundles, props.name)),
      handler: 'index.handler',
      role: this.role,
      environment: definedOnly(props.environment),
      memorySize: props.memoryMegabytes,
      timeout: props.timeout,
      layers: [...(props.layers ?? [])],
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      // START, END and REPORT lines would cost more than the computing.
      systemLogLevelV2: SystemLogLevel.WARN,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
    });
    Validations.of(this.function).acknowledge(
      {
        id: 'Serverless-LambdaDLQ',
        reason: 'Nothing invokes it asynchronously: callers wait, and the queue has dead letters.',
      },
      {
        id: 'Serverless-LambdaTracing',
        reason:
          'X-Ray rights name every resource; outcome metrics and latencies are logged instead.',
      },
    );
  }
}

function definedOnly(environment: NodeFunctionProps['environment']): Record<string, string> {
  const entries = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
