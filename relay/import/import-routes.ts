// The routes of `import` on the admin socket: the checkpoint of a file, taking records, pausing. An
// account that may use the socket may import.

import type { IncomingMessage } from 'node:http';
import { chunkBytesMax, decodeChunk } from './chunk.ts';
import type { ImportService, ImportState } from './import-service.ts';
import { importIdPattern } from './import-stamp.ts';

type Answer = { readonly status: number; readonly body: ImportState | { readonly error: string } };

/** Answers a request under `/import/`. */
export async function answerImport(
  importService: ImportService,
  request: IncomingMessage,
  url: URL,
): Promise<Answer> {
  const id = url.searchParams.get('file') ?? '';
  if (!importIdPattern.test(id)) return { status: 400, body: { error: 'that is no import' } };
  switch (url.pathname) {
    case '/import/begin':
      return { status: 200, body: await importService.begin(id) };
    case '/import/rest':
      return { status: 200, body: await importService.rest(id) };
    case '/import/take': {
      const octets = await bodyOf(request);
      const records = octets && decodeChunk(octets);
      const from = Number(url.searchParams.get('from') ?? Number.NaN);
      if (!records || !Number.isSafeInteger(from)) {
        return { status: 400, body: { error: 'these are no records of an import' } };
      }
      return { status: 200, body: await importService.take(id, from, records) };
    }
    default:
      return { status: 404, body: { error: 'this relay does not know that request' } };
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let octets = 0;
  for await (const chunk of request) {
    octets += chunk.length;
    if (octets > chunkBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
