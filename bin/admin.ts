// `npm run admin`: lets relays and people in and shuts them out. Wires the process to cli/admin/.

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { runAdmin } from '../cli/admin/admin-commands.ts';
import { makeClient } from '../lambdas/aws/client.ts';
import { makeAuditBook, readAudit } from '../lambdas/aws/dynamodb/audit-book.ts';
import { makeControlStore } from '../lambdas/aws/dynamodb/control-store.ts';
import { makeDynamoClient } from '../lambdas/aws/dynamodb/dynamo-client.ts';
import { makeSecretStore } from '../lambdas/aws/secrets/secret-store.ts';
import { makeFirstToken } from '../lambdas/wiring/first-token.ts';

process.exitCode = await runAdmin(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  readText: (path) => readFileSync(path, 'utf8'),
  openKeys: (tableName) =>
    makeControlStore({ client: makeDynamoClient(), tableName, now: Date.now }),
  openAudit: (tableName) => makeAuditBook({ client: makeDynamoClient(), tableName, now: Date.now }),
  makeToken: (tableName, cloudKey, relayId) =>
    makeFirstToken(
      { client: makeDynamoClient(), tableName, now: Date.now },
      makeSecretStore({
        client: makeClient(SecretsManagerClient, 'secrets'),
        ids: { 'cloud-key': cloudKey, 'gateway-secrets': '' },
      }),
      relayId,
    ),
  readAudit: (tableName, month) =>
    readAudit({ client: makeDynamoClient(), tableName, now: Date.now }, month),
  openPools: () => makeClient(CognitoIdentityProviderClient, 'userPool'),
  fetch,
  now: Date.now,
  environment: process.env,
  platform: process.platform,
  home: homedir(),
});
