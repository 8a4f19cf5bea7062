// The whole cloud side, in the order of the picture in README: relay -> API -> admit -> queue ->
// process (-> locate) -> tables -> query -> API. It is one stack, so that one command deploys it.

import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import { BatchQueue } from './batch-queue.ts';
import { serveConsole } from './console.ts';
import { Control, relayThrottle } from './control.ts';
import { Dashboard } from './dashboard.ts';
import { DataKey } from './data-key.ts';
import { detectionMail } from './detection-mail.ts';
import { EdgeApi, ingestThrottle } from './edge-api.ts';
import { Functions, messageVisibility } from './functions.ts';
import { GeoData } from './geo-data.ts';
import { Login } from './login.ts';
import { addOutputs } from './outputs.ts';
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
    const { hasConsole } = props.options;
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
    const { ownIssuer, hasMachineClient } = props.options;
    const login = new Login(this, 'Login', { isEphemeral, ownIssuer, hasMachineClient });
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
    const served = { files: props.page, edge, pool: login.pool, logRetentionDays };
    const linking = [functions.process, control];
    const consoleOrigin = hasConsole ? serveConsole(this, served, linking) : undefined;

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

    const made = { edge, tables, batchQueue, geoData, alarms, login };
    addOutputs(this, { ...made, cloudKey: cloudKey.secretArn, ownIssuer, consoleOrigin });
  }
}
