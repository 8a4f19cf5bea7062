// The local run, with a table that kills the process at the worst moment: the profile that names a
// new detection is written, the detection itself is not. For test/system/kill-detection.test.ts;
// the product has no hook for this, so a method of the SDK's client is replaced from outside.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { runLocal } from '../../local/run.ts';

const send = DynamoDBClient.prototype.send;
DynamoDBClient.prototype.send = function killAtDetection(
  this: DynamoDBClient,
  ...args: Parameters<typeof send>
) {
  if (JSON.stringify(args[0].input).includes('"DETECTIONS#') && isWrite(args[0])) {
    process.kill(process.pid, 'SIGKILL');
  }
  return Reflect.apply(send, this, args);
} as typeof send;

function isWrite(command: object): boolean {
  return /^(?:Put|Update)Item/.test(command.constructor.name);
}

process.exitCode = await runLocal(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  isInteractive: false,
  stopped: new AbortController().signal,
});
