// Looks at every request to tables before it is carried out, in the SDK's client and in the local
// run's own path past it. For tests: the product has no hook for this.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { QuickTables } from '../../local/tables/quick-tables.ts';

/** Told of each request once; what it throws is how the request fails. */
export type BeforeSend = (command: { readonly input: unknown }) => void;

type Sender = { send(...args: never[]): Promise<unknown> };

/** @returns how to stop */
export function interceptSend(before: BeforeSend): () => void {
  // What the local run does not do itself it hands to the client.
  const seen = new WeakSet<object>();
  const senders: Sender[] = [DynamoDBClient.prototype as never, QuickTables.prototype as never];
  const stops = senders.map((sender) => {
    const { send } = sender;
    sender.send = function intercepted(this: unknown, ...args: never[]) {
      const command = args[0] as unknown as { readonly input: unknown };
      try {
        if (!seen.has(command)) before(command);
        seen.add(command);
      } catch (error) {
        return Promise.reject(error);
      }
      return Reflect.apply(send, this, args);
    };
    return () => {
      sender.send = send;
    };
  });
  return () => {
    for (const stop of stops) stop();
  };
}
