// Judges every request that a client of AWS's SDK sends, before it is sent, by the documented rules
// of the service (dynamo-rules.ts, message-rules.ts). A request that breaks one is not sent: it
// fails as AWS would fail it, and is noted, so that code which swallows the error does not hide it.
// test/support/jest/check-requests.ts puts it around every client of every test; child processes
// load test/support/checked-process.ts.

import { dynamoRules, dynamoViolations, type Violation } from './dynamo-rules.ts';
import { messageRules, messageViolations } from './message-rules.ts';

const rules: Readonly<Record<string, readonly [string, string]>> = {
  ...dynamoRules,
  ...messageRules,
};

/** What a request breaks, as sentences with their source. */
export function brokenRules(command: string, input: object): string[] {
  const violations: Violation[] = [
    ...dynamoViolations(command, input),
    ...messageViolations(command, input),
  ];
  return violations.map(({ rule, detail }) => {
    const [says, source] = rules[rule] ?? ['', ''];
    return `${command}: ${says} (${detail}). ${source}`;
  });
}

type Send = (command: object, ...rest: unknown[]) => unknown;
type Client = { send: Send };

/** Where a prototype keeps its own `send`: test files of a worker share the SDK. */
const ownSend = Symbol.for('wherefrom.ownSend');

/**
 * Wraps `send` of a client class, in place of whatever was around it.
 * @param prototype of a client class of the SDK
 * @param note gets what was broken
 */
export function checkRequests(
  prototype: Client & { [ownSend]?: Send },
  note: (broken: readonly string[]) => void,
): void {
  prototype[ownSend] ??= prototype.send;
  const send = prototype[ownSend];
  prototype.send = function checked(this: Client, command: object, ...rest: unknown[]): unknown {
    const { input } = command as { readonly input?: object };
    const broken = brokenRules(command.constructor.name, input ?? {});
    if (broken.length === 0) return send.call(this, command, ...rest);
    note(broken);
    const error = Object.assign(new Error(broken.join('\n')), { name: 'ValidationException' });
    return Promise.reject(error);
  };
}

/** Client classes of the SDK by package: those whose requests have rules. */
export const checkedClients = {
  '@aws-sdk/client-dynamodb': 'DynamoDBClient',
  '@aws-sdk/client-sqs': 'SQSClient',
  '@aws-sdk/client-eventbridge': 'EventBridgeClient',
  '@aws-sdk/client-secrets-manager': 'SecretsManagerClient',
} as const;
