// The functions that an event passes, and their rights, row by row: admit reads keys and writes
// batch ids, process writes users' rows, locate sees addresses and nothing else, query reads. None
// of them may write a relay's key: that is control's right (control.ts). The other functions are in
// control.ts, place-labels.ts and sweep.ts.

import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import type {
  AccessEnv,
  AdmitEnv,
  LocateEnv,
  ProcessEnv,
  QueryEnv,
  RetentionEnv,
} from '../lambdas/shared/env.ts';
import type { BatchQueue } from './batch-queue.ts';
import type { DataKey } from './data-key.ts';
import { allowEvents, detectionSource, eventBus } from './event-bus.ts';
import { GeoData } from './geo-data.ts';
import { NodeFunction } from './node-function.ts';
import type { Tables } from './tables.ts';

/** Entries of lambdas/ that are deployed: `<name>.lambda.ts`. */
export const functionNames = [
  'admit',
  'process',
  'locate',
  'query',
  'control',
  'label',
  'sweep',
] as const;

/**
 * The worst invocation, 5,000 users never seen before, takes 45,000 calls and some 25 s of a whole
 * processor (npm run bench:pipeline); this much memory comes with 0.58 of one. What does not fit
 * into the time is given back (lambdas/process/process.ts).
 */
const processMemoryMegabytes = 1_024;
export const processTimeout = Duration.seconds(180);
/** AWS advises six times the function's timeout (Lambda developer guide, SQS event source). */
export const messageVisibility = Duration.seconds(1_080);

/** One invocation takes up to 10 batches of 500 events; 20 at once protect the tables. */
const messagesPerInvocation = 10;
const batchingWindow = Duration.seconds(1);
const invocationsMax = 20;

export type FunctionsProps = {
  readonly bundles: string;
  readonly logRetentionDays: number;
  readonly dataKey: DataKey;
  readonly tables: Tables;
  readonly batchQueue: BatchQueue;
  readonly geoData: GeoData;
  /** Absent: places keep the names of the location data. */
  readonly label: NodeFunction | undefined;
  /** How query finds groups in a token. */
  readonly access: AccessEnv;
  readonly retention: RetentionEnv;
  /** Hosts that sealed requests may be addressed to. */
  readonly authorities: readonly string[];
};

export class Functions extends Construct {
  readonly admit: NodeFunction;
  readonly process: NodeFunction;
  readonly locate: NodeFunction;
  readonly query: NodeFunction;
  private readonly props: FunctionsProps;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    this.props = props;
    this.admit = this.makeAdmit();
    this.locate = this.makeLocate();
    this.process = this.makeProcess();
    this.query = this.makeQuery();
  }

  private makeAdmit(): NodeFunction {
    const { tables, batchQueue, dataKey, bundles, logRetentionDays } = this.props;
    const environment: AdmitEnv = {
      CONTROL_TABLE: tables.control.tableName,
      QUEUE_URL: batchQueue.queue.queueUrl,
      ALLOWED_AUTHORITIES: this.props.authorities.join(','),
    };
    const admit = new NodeFunction(this, 'Admit', {
      name: 'admit',
      description: 'Verifies sealed batches and puts them on the queue',
      bundles,
      environment,
      memoryMegabytes: 256,
      timeout: Duration.seconds(25),
      logRetentionDays,
    });
    tables.allow(admit.role, tables.control, [
      { actions: ['GetItem'], partitions: ['KEY#*', 'ORDERS#*'] },
      { actions: ['PutItem'], partitions: ['BATCH#*'] },
    ]);
    dataKey.allowTables(admit.role);
    admit.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: [batchQueue.queue.queueArn],
      }),
    );
    dataKey.allowSend(admit.role);
    return admit;
  }

  private makeLocate(): NodeFunction {
    const { geoData } = this.props;
    const environment: LocateEnv = {
      GEO_DATA_DIR: GeoData.folder,
      ...(geoData.updates && { GEO_UPDATE_BUCKET: geoData.updates.bucketName }),
    };
    const locate = new NodeFunction(this, 'Locate', {
      name: 'locate',
      description: 'Turns IP addresses into locations; may read nothing but the location data',
      bundles: this.props.bundles,
      environment,
      memoryMegabytes: 1_024,
      timeout: Duration.seconds(30),
      logRetentionDays: this.props.logRetentionDays,
      layers: [geoData.layer],
    });
    geoData.allowRead(locate.role);
    return locate;
  }

  private makeProcess(): NodeFunction {
    const { tables, batchQueue, dataKey, bundles, label, logRetentionDays } = this.props;
    const environment: ProcessEnv = {
      ...this.props.retention,
      PROFILES_TABLE: tables.profiles.tableName,
      CONTROL_TABLE: tables.control.tableName,
      LOCATE_FUNCTION: this.locate.function.functionName,
      QUEUE_URL: batchQueue.queue.queueUrl,
      EVENT_BUS: eventBus,
      ...(label && { LABEL_FUNCTION: label.function.functionName }),
    };
    const process = new NodeFunction(this, 'Process', {
      name: 'process',
      description: 'Folds batches of events into profiles, sessions and detections',
      bundles,
      environment,
      memoryMegabytes: processMemoryMegabytes,
      timeout: processTimeout,
      logRetentionDays,
    });
    tables.allow(process.role, tables.profiles, [
      { actions: ['GetItem', 'BatchGetItem', 'PutItem', 'BatchWriteItem', 'Query'] },
      { actions: ['UpdateItem'], partitions: ['QUEUE#*'] },
    ]);
    tables.allow(process.role, tables.control, [
      {
        actions: ['GetItem'],
        partitions: ['SETTINGS', 'LEDGER#*', 'USE#*', 'ERASURES', 'ERASURE-KEY', 'GATEWAY#*'],
      },
      { actions: ['BatchGetItem'], partitions: ['POPULATION#*', 'USE#*', 'GATEWAY#*'] },
      { actions: ['Query'], partitions: ['MALICIOUS'] },
      { actions: ['PutItem'], partitions: ['LEDGER#*', 'ASIDE', 'USE#*'] },
      { actions: ['UpdateItem'], partitions: ['GATEWAY#*', 'POPULATION#*'] },
    ]);
    dataKey.allowTables(process.role);
    process.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [this.locate, ...(label ? [label] : [])].map((f) => f.function.functionArn),
      }),
    );
    allowEvents(process.role, detectionSource);
    process.function.addEventSource(
      new SqsEventSource(batchQueue.queue, {
        batchSize: messagesPerInvocation,
        maxBatchingWindow: batchingWindow,
        reportBatchItemFailures: true,
        maxConcurrency: invocationsMax,
      }),
    );
    dataKey.allowReceive(process.role);
    Validations.of(process.function).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'A queue keeps what failed; its redrive policy leads to the dead letters.',
    });
    return process;
  }

  private makeQuery(): NodeFunction {
    const { tables, dataKey, bundles, logRetentionDays, access } = this.props;
    const environment: QueryEnv = {
      ...access,
      PROFILES_TABLE: tables.profiles.tableName,
      CONTROL_TABLE: tables.control.tableName,
      PLACES_TABLE: tables.places.tableName,
    };
    const query = new NodeFunction(this, 'Query', {
      name: 'query',
      description: 'Serves profiles, activities and detections',
      bundles,
      environment,
      memoryMegabytes: 512,
      timeout: Duration.seconds(25),
      logRetentionDays,
    });
    tables.allow(query.role, tables.profiles, [{ actions: ['GetItem', 'BatchGetItem', 'Query'] }]);
    tables.allow(query.role, tables.control, [
      { actions: ['GetItem'], partitions: ['SETTINGS', 'CURSOR-KEY'] },
      { actions: ['BatchGetItem'], partitions: ['GATEWAY#*'] },
      { actions: ['Query'], partitions: ['AUDIT#*'] },
      { actions: ['PutItem'], partitions: ['CURSOR-KEY'] },
    ]);
    tables.allow(query.role, tables.places, [
      { actions: ['BatchGetItem'], partitions: ['CELL#*'] },
    ]);
    dataKey.allowTables(query.role);
    return query;
  }
}
