// What a deployment prints when it is done: names of what was made, and the commands to type next,
// numbered in the order of docs/deploy.md. No output is secret.

import { Aws, CfnOutput, type Stack } from 'aws-cdk-lib';
import type { Alarms } from './alarms.ts';
import type { BatchQueue } from './batch-queue.ts';
import type { EdgeApi } from './edge-api.ts';
import type { GeoData } from './geo-data.ts';
import type { Login } from './login.ts';
import type { OwnIssuer } from './stack-options.ts';
import type { Tables } from './tables.ts';

export type OutputsProps = {
  readonly edge: EdgeApi;
  readonly tables: Tables;
  readonly batchQueue: BatchQueue;
  readonly geoData: GeoData;
  readonly alarms: Alarms;
  readonly login: Login;
  /** ARN of the secret with the cloud's signing key. */
  readonly cloudKey: string;
  readonly ownIssuer: OwnIssuer | undefined;
  /** Where people open the console; absent: the stack has none. */
  readonly consoleOrigin: string | undefined;
};

/** Most providers give a refresh token for this scope only; a user pool needs no scope for it. */
const ownScope = 'openid offline_access';

/** Adds the outputs of the stack. */
export function addOutputs(stack: Stack, props: OutputsProps): void {
  const put = (id: string, description: string, value: string): void => {
    new CfnOutput(stack, id, { value, description });
  };
  const { edge, tables, batchQueue, geoData, alarms, consoleOrigin } = props;
  const url = `https://${edge.authority}`;
  put('Region', 'Where all of this is', Aws.REGION);
  put('Endpoint', 'The API: what relays send to, and what commands ask', url);
  if (consoleOrigin) put('ConsoleAddress', 'Where people look', consoleOrigin);
  put('ControlTable', 'Table of relays, settings and dead letters', tables.control.tableName);
  const token = `npm run admin -- token --table ${tables.control.tableName}`;
  put(
    'Step1AddRelay',
    'Prints a one-time token and what to type where the relay runs',
    `${token} --cloud-key ${props.cloudKey} --url ${url} --name relay-1`,
  );
  addSignIn(put, url, props);
  put(
    'Step4AddGateways',
    'Gives all relays their gateways; docs/deploy.md has a file to begin with',
    `npm run admin -- settings put --file settings.json --url ${url}`,
  );
  put('Step5Ask', 'Lists the users seen', `npm run query -- --url ${url} users`);
  if (geoData.updates) {
    const what = 'Bucket for newer location data; geo/README.md says what goes into it';
    put('LocationUpdates', what, geoData.updates.bucketName);
  }
  const dead = 'Messages that failed for more than a day; empty when all is well';
  put('DeadLetters', dead, batchQueue.deadLetters.queueUrl);
  const subscribe = `aws sns subscribe --topic-arn ${alarms.topic.topicArn}`;
  put(
    'AlarmsBySubscription',
    'Sends alarms to one more person, who confirms by mail',
    `${subscribe} --protocol email --notification-endpoint you@example.com`,
  );
}

/** How people get in: through the pool of the stack, or by the organisation's own issuer. */
function addSignIn(
  put: (id: string, description: string, value: string) => void,
  url: string,
  { login: { pool }, ownIssuer }: OutputsProps,
): void {
  const saySignIn = (signIn: string): void =>
    put('Step3SignIn', 'Signs you in, in your browser', `npm run login -- --url ${url} ${signIn}`);
  if (ownIssuer) {
    const [clientId] = ownIssuer.audience;
    saySignIn(`--issuer ${ownIssuer.issuer} --client-id ${clientId} --scope "${ownScope}"`);
  }
  if (!pool) return;
  const { userPool, people, machine, issuer } = pool;
  const clientId = people.userPoolClientId;
  put('UserPool', 'Who may sign in', userPool.userPoolId);
  put('SignInClient', 'Client id that console and commands sign in with', clientId);
  const add = `npm run admin -- user add --pool ${userPool.userPoolId}`;
  put(
    'Step2AddYourself',
    'Invites a person by mail: group analyst, responder or admin',
    `${add} --email you@example.com --group admin --url ${url} --client-id ${clientId}`,
  );
  saySignIn(`--issuer ${issuer} --client-id ${clientId}`);
  if (!machine) return;
  const secret = 'Client id for machines; its secret is in the user pool';
  put('MachineClient', secret, machine.userPoolClientId);
  put('TokenUrl', 'Where machines get tokens', pool.tokenUrl);
}
