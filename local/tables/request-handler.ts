// A request handler for SDK clients over tables in this process. The client stays whole:
// serialising, retries and error texts are real.

import { Readable } from 'node:stream';
import type { TableStore } from './table-store.ts';

type SdkRequest = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

type SdkResponse = {
  readonly response: {
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Readable;
  };
};

const headers = { 'content-type': 'application/x-amz-json-1.0' };

/** Makes the `requestHandler` of a client. */
export function tableRequestHandler(tables: TableStore): {
  handle(request: SdkRequest): Promise<SdkResponse>;
} {
  return {
    async handle(request) {
      const [, operation = ''] = (targetOf(request) ?? '').split('.');
      const { statusCode, body } = await tables.answer(operation, JSON.parse(textOf(request.body)));
      const text = Buffer.from(JSON.stringify(body ?? {}));
      return { response: { statusCode, headers, body: Readable.from([text]) } };
    },
  };
}

function targetOf(request: SdkRequest): string | undefined {
  const name = Object.keys(request.headers).find((key) => key.toLowerCase() === 'x-amz-target');
  return name === undefined ? undefined : request.headers[name];
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) {
    // The SDK's own array: its string methods warn.
    return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  }
  throw new Error('tables in this process take text and octets, not streams');
}
