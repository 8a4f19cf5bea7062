// A Lambda function in this process: one handler behind JSON, with a time limit.
// Only JSON crosses in either direction, so nothing works here that would not work in the cloud.
// Unlike Lambda it cannot stop a handler that overran: its late answer is ignored.

import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import type { Clock } from './clock.ts';

export type FunctionErrorCode = 'FUNCTION_FAILED' | 'FUNCTION_TIMED_OUT';

/** The handler threw, or ran over its time. The text names the function, never its payload. */
export class FunctionError extends Error {
  readonly code: FunctionErrorCode;

  constructor(code: FunctionErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'FunctionError';
    this.code = code;
  }
}

export type LocalFunctionOptions<Event> = {
  readonly name: string;
  readonly handler: (event: Event, context: Context) => Promise<unknown>;
  readonly timeoutMs: number;
  readonly clock: Clock;
};

/** Takes an event, answers what JSON can say of the handler's result (undefined becomes null). */
export type LocalFunction<Event> = (event: Event) => Promise<unknown>;

/** Makes the function. Its calls reject with a FunctionError and nothing else. */
export function makeLocalFunction<Event>(
  options: LocalFunctionOptions<Event>,
): LocalFunction<Event> {
  const { name, handler, timeoutMs, clock } = options;
  return (event) =>
    new Promise((resolve, reject) => {
      const fail = (code: FunctionErrorCode, text: string, cause?: unknown) =>
        reject(new FunctionError(code, `function ${name} ${text}`, { cause }));
      const cancel = clock.after(timeoutMs, () =>
        fail('FUNCTION_TIMED_OUT', `did not answer within ${timeoutMs} ms`),
      );
      const deadline = clock.now() + timeoutMs;
      call(
        handler,
        event,
        contextOf(name, () => deadline - clock.now()),
      )
        .then(resolve, (cause: unknown) => fail('FUNCTION_FAILED', 'failed', cause))
        .finally(cancel);
    });
}

async function call<Event>(
  handler: LocalFunctionOptions<Event>['handler'],
  event: Event,
  context: Context,
): Promise<unknown> {
  const copy = JSON.parse(JSON.stringify(event)) as Event;
  const result = await handler(copy, context);
  return JSON.parse(JSON.stringify(result ?? null));
}

function contextOf(name: string, remainingMs: () => number): Context {
  const legacyCallback = () => {
    throw new Error('nodejs24.x has no callback handlers; return a promise');
  };
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${name}`,
    memoryLimitInMB: '512',
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: remainingMs,
    done: legacyCallback,
    fail: legacyCallback,
    succeed: legacyCallback,
  };
}
