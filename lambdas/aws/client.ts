// The one place where a client of AWS is made, and what its calls may take: to connect, for one
// try, and in all, repeats included. The SDK's own defaults know no end for the last two, and a
// call that hangs holds its function to the function's timeout.
// Promise: a call ends within `totalMs`, with an answer or an error that time may heal; that is
// less than the timeout of every function that makes it
// (test/system/lambdas/aws/client.test.ts compares).

/** Milliseconds, and tries of one call. */
export type ClientBounds = {
  readonly connectMs: number;
  /** For the answer to one try, its connection included. */
  readonly requestMs: number;
  readonly attempts: number;
  /** For the call: all tries and the pauses between them. */
  readonly totalMs: number;
};

/** Three of these after each other fit into a function behind the API: 25 s. */
const quick: ClientBounds = { connectMs: 1_000, requestMs: 3_000, attempts: 3, totalMs: 8_000 };

/** Clients by what they are for. */
export const clientBounds = {
  tables: quick,
  queue: quick,
  bus: quick,
  secrets: quick,
  /** The answer of the locate function, which itself has 30 s: it is to fail first. */
  locate: { connectMs: 1_000, requestMs: 32_000, attempts: 2, totalMs: 66_000 },
  /** Taken at once and done later. */
  label: { connectMs: 1_000, requestMs: 2_000, attempts: 1, totalMs: 2_500 },
  /** Off the hot path, and better silent than slow. */
  places: { connectMs: 1_000, requestMs: 3_000, attempts: 2, totalMs: 7_000 },
  /** A cold start waits no longer for newer location data; the body has the caller's own end. */
  objects: { connectMs: 1_000, requestMs: 4_000, attempts: 2, totalMs: 8_000 },
  /** For commands, where somebody waits. */
  userPool: { connectMs: 2_000, requestMs: 10_000, attempts: 3, totalMs: 25_000 },
  deployment: { connectMs: 2_000, requestMs: 10_000, attempts: 3, totalMs: 25_000 },
} as const satisfies Readonly<Record<string, ClientBounds>>;

export type ClientName = keyof typeof clientBounds;

/** What a client of the SDK is to us. */
type Sdk = { readonly send: (...given: never[]) => Promise<unknown> };
type SendOptions = { readonly abortSignal?: AbortSignal };
/** Members of the SDK's configuration that callers set: an endpoint that is not AWS's. */
type Configuration = Readonly<Record<string, unknown>>;

/** A call took longer than it may. Time heals it, as any fault of the network. */
export class CallTimeoutError extends Error {
  readonly code = 'CALL_TIMEOUT';
  readonly safeMessage: string;

  constructor(name: string, totalMs: number) {
    super(`CALL_TIMEOUT: a call of the client for ${name} took more than ${totalMs} ms`);
    this.name = 'CallTimeoutError';
    this.safeMessage = this.message;
  }
}

/**
 * Makes a client. Region and credentials come from the SDK's own chain unless given.
 * @param Client class of the SDK: the function's bundle holds those it names, and no other
 * @param bounds others than those of `name`: for tests
 */
export function makeClient<Client extends Sdk>(
  Client: new (configuration: never) => Client,
  name: ClientName,
  more: Configuration = {},
  bounds: ClientBounds = clientBounds[name],
): Client {
  const { connectMs, requestMs, attempts } = bounds;
  const configuration = {
    maxAttempts: attempts,
    requestHandler: {
      connectionTimeout: connectMs,
      requestTimeout: requestMs,
      throwOnRequestTimeout: true,
    },
    ...more,
  };
  return withEnd(new Client(configuration as never), name, bounds.totalMs);
}

/** Ends each call in time, whatever it is doing just then. */
function withEnd<Client extends Sdk>(client: Client, name: ClientName, totalMs: number): Client {
  const send = client.send.bind(client) as (command: unknown, options: object) => Promise<unknown>;
  const bounded = (command: unknown, options: SendOptions = {}): Promise<unknown> => {
    const end = new AbortController();
    const { abortSignal = end.signal } = options;
    const signal =
      abortSignal === end.signal ? abortSignal : AbortSignal.any([abortSignal, end.signal]);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        end.abort();
        reject(new CallTimeoutError(name, totalMs));
      }, totalMs);
      send(command, { ...options, abortSignal: signal })
        .then(resolve, reject)
        .finally(() => clearTimeout(timer));
    });
  };
  return Object.assign(client, { send: bounded });
}
