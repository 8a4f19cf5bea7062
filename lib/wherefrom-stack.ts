// The whole cloud side, in the order of the picture in README: relay -> API -> admit -> queue ->
// process (-> locate) -> tables -> query -> API. It is one stack, so that one command deploys it.

import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import { BatchQueue } from './batch-queue.ts';
import { Console } from './console.ts';
import { Control, relayThrottle } from './control.ts';
import { Dashboard } from './dashboard.ts';
import { DataKey } from './data-key.ts';
import { detectionMail } from './detection-mail.ts';
import { EdgeApi, ingestThrottle } from './edge-api.ts';
import { Functions, messageVisibility } from './functions.ts';
import { GeoData } from './geo-data.ts';
import { Login, type Pool } from './login.ts';
import type { NodeFunction } from './node-function.ts';
import { labelFunction } from './place-labels.ts';
import { controlRoutes, ingestRoutes, queryRoutes, relayRoutes } from './query-routes.ts';
import { retentionEnv, type StackOptions } from './stack-options.ts';
import { Sweep } from './sweep.ts';
import { Tables } from './tables.ts';

export type WherefromStackProps = StackProps & {
  readonly options: StackOptions;
  /** Folder with one folder per bundled function. */
  readonly bundles: string;
  /** Folder with the files of the page. */
  readonly page: string;
  /** Folder that holds `geo/` with the location data. */
  readonly geoData: string;
};

export class WherefromStack extends Stack {
  constructor(scope: Construct, id: string, props: WherefromStackProps) {
    const { isEphemeral, logRetentionDays, extraAuthorities, placeLabels } = props.options;
    const hasUpdates = props.options.hasGeoUpdates;
    const { bundles } = props;
    super(scope, id, {
      description: 'Wherefrom: where VPN users connect from, and whether that is normal',
      terminationProtection: !isEphemeral,
      ...props,
    });

    const dataKey = new DataKey(this, 'DataKey', { isEphemeral });
    const tables = new Tables(this, 'Tables', { isEphemeral, dataKey });
    const visibility = messageVisibility;
    const batchQueue = new BatchQueue(this, 'BatchQueue', { isEphemeral, dataKey, visibility });
    const geoData = new GeoData(this, 'GeoData', { path: props.geoData, hasUpdates });
    const { ownIssuer } = props.options;
    const login = new Login(this, 'Login', { isEphemeral, ownIssuer });
    const { authorizer, access } = login;
    const edge = new EdgeApi(this, 'Edge', { logRetentionDays, authorizer });
    const naming = { bundles, logRetentionDays, dataKey, tables };
    const label = labelFunction(this, placeLabels, naming);
    const retention = retentionEnv(props.options);
    const authorities = [edge.authority, ...extraAuthorities];
    const functions = new Functions(this, 'Functions', {
      bundles,
      label,
      access,
      authorities,
      retention,
      logRetentionDays,
      dataKey,
      tables,
      batchQueue,
      geoData,
    });
    const { health } = props.options;
    const sweeping = { bundles, logRetentionDays, dataKey, tables, health, retention };
    const { sweep } = new Sweep(this, 'Sweep', sweeping);
    const { control, cloudKey } = new Control(this, 'Control', {
      ...sweeping,
      isEphemeral,
      access,
      authorities,
    });
    edge.serveRelays('Admit', functions.admit.function, ingestRoutes, ingestThrottle);
    edge.serveRelays('Control', control.function, relayRoutes, relayThrottle);
    edge.servePeople('Query', functions.query.function, queryRoutes);
    edge.servePeople('Changes', control.function, controlRoutes);
    if (props.options.hasConsole && login.pool) {
      this.servePage(props.page, edge, login.pool, [functions.process, control]);
    }

    const { admit, process, locate, query } = functions;
    const deployed = { admit, process, locate, query, control, sweep, ...(label && { label }) };
    const watched = Object.entries(deployed).map(([name, one]) => ({
      name,
      function: one.function,
    }));
    const alarms = new Alarms(this, 'Alarms', {
      functions: watched,
      batchQueue,
      edge,
      health,
      mailRule: detectionMail(this, props.options.detectionEmail),
      email: props.options.alarmEmail,
      runbookUrl: props.options.runbookUrl,
    });
    new Dashboard(this, 'Dashboard', { alarms, functions: watched, edge, batchQueue, tables });

    this.tellWhatNext(edge, tables, cloudKey.secretArn, batchQueue, geoData, login);
    const subscribe = `aws sns subscribe --topic-arn ${alarms.topic.topicArn}`;
    new CfnOutput(this, 'AlarmsBySubscription', {
      value: `${subscribe} --protocol email --notification-endpoint you@example.com`,
      description: 'Sends alarms to one more person, who confirms by mail',
    });
  }

  /** The page, and links to it in published events. */
  private servePage(
    files: string,
    edge: EdgeApi,
    pool: Pool,
    telling: readonly NodeFunction[],
  ): void {
    const { origin } = new Console(this, 'Console', { files, edge, pool });
    for (const one of telling) one.function.addEnvironment('PAGE_ORIGIN', origin);
    new CfnOutput(this, 'Page', { value: origin, description: 'Where people look' });
  }

  /** Outputs are commands: what to type after the deployment. */
  private tellWhatNext(
    edge: EdgeApi,
    tables: Tables,
    cloudKey: string,
    batchQueue: BatchQueue,
    geoData: GeoData,
    login: Login,
  ): void {
    const url = `https://${edge.authority}`;
    const token = `npm run admin -- token --table ${tables.control.tableName}`;
    new CfnOutput(this, 'Endpoint', { value: url, description: 'What relays send to' });
    new CfnOutput(this, 'Step1AddRelay', {
      value: `${token} --cloud-key ${cloudKey} --url ${url} --name relay-1`,
      description: 'Prints a one-time token and what to type where the relay runs',
    });
    if (login.pool) this.logPool(login.pool);
    new CfnOutput(this, 'Step3Ask', {
      value: `npm run query -- --url ${url} users`,
      description: 'Lists the users seen; "npm run query -- --help" says how to give a token',
    });
    if (geoData.updates) {
      new CfnOutput(this, 'LocationUpdates', {
        value: geoData.updates.bucketName,
        description: 'Bucket for newer location data; geo/README.md says what goes into it',
      });
    }
    new CfnOutput(this, 'DeadLetters', {
      value: batchQueue.deadLetters.queueUrl,
      description: 'Messages that failed for more than a day; empty when all is well',
    });
  }
  private logPool({ userPool, machine, tokenUrl }: NonNullable<Login['pool']>): void {
    const add = `npm run admin -- user add --pool ${userPool.userPoolId}`;
    new CfnOutput(this, 'Step2AddYourself', {
      value: `${add} --email you@example.com --group admin`,
      description: 'Lets a person ask: group analyst or admin',
    });
    new CfnOutput(this, 'MachineClient', {
      value: machine.userPoolClientId,
      description: 'Client id for machines; its secret is in the user pool',
    });
    new CfnOutput(this, 'TokenUrl', {
      value: tokenUrl,
      description: 'Where machines get tokens',
    });
  }
}
