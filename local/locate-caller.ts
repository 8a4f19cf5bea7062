// Replaces the Lambda client of the cloud: invokes the local locate function.
// The payload is the bytes that would be sent in the cloud, so nothing but addresses can be in it.

import type { makeLambdaLocate } from '../lambdas/aws/location/lambda-locate.ts';
import type { LocalFunction } from './local-function.ts';
import { FunctionError } from './local-function.ts';

type LambdaCaller = Parameters<typeof makeLambdaLocate>[0]['client'];
type Invocation = { readonly input: { readonly Payload?: Uint8Array } };

/** Makes the client. Like Lambda it answers a failed function with `FunctionError` set. */
export function makeLocateCaller(locate: LocalFunction<unknown>): LambdaCaller {
  const send = async ({ input }: Invocation) => {
    const payload: unknown = JSON.parse(Buffer.from(input.Payload ?? []).toString('utf8'));
    try {
      const answer = await locate(payload);
      return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(answer)) };
    } catch (error) {
      const code = error instanceof FunctionError ? error.code : 'FUNCTION_FAILED';
      return { StatusCode: 200, FunctionError: 'Unhandled', Payload: Buffer.from(`"${code}"`) };
    }
  };
  // The client's type lists every command of Lambda; the adapter sends this one.
  return { send } as unknown as LambdaCaller;
}
