// Loaded before a program that a test starts: its requests to tables are judged as those of tests
// are (request-checker.ts). The first that breaks a rule ends the program, with a sentence.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { QuickTables } from '../../local/tables/quick-tables.ts';
import { checkRequests } from './request-checker.ts';

/** The exit code of a program whose request broke a rule. */
const exitCode = 86;

for (const { prototype } of [DynamoDBClient, QuickTables]) {
  checkRequests(prototype as never, (broken) => {
    process.stderr.write(`${broken.join('\n')}\n`);
    process.exit(exitCode);
  });
}
