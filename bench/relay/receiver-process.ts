// A cloud that verifies every batch as the edge does and then forgets it, but for counters, so that
// shipping is measured and not the cloud. Run: receiver-process PUBLIC_KEY_FILE RELAY_ID
// Prints its port; answers every IPC message with what it has counted.

import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Batch, decodeBatch } from '../../wire/batch.ts';
import { verifySeal } from '../../wire/seal.ts';
import { publicJwkOf, thumbprint, verifyKeyOf } from '../../wire/signature.ts';
import { DownstreamBook, type DownstreamCounts } from './downstream-book.ts';

export type ReceiverQuestion =
  | { readonly kind: 'count' }
  /** Also looks for duplicates: remembers every event of seeds below `seeds`. */
  | { readonly kind: 'remember'; readonly seeds: number; readonly packetsPerSeed: number }
  /** Times events of packets that were received from `since` on; all others are backlog. */
  | { readonly kind: 'time-fresh'; readonly since: number }
  /** Writes one octet per packet of a seed: how many events came of it, up to 255. */
  | { readonly kind: 'save-seen'; readonly seed: number; readonly file: string };

export type ReceiverAnswer = DownstreamCounts & {
  readonly batches: number;
  readonly refused: number;
  readonly bytes: number;
};

const [keyFile = '', relayId = ''] = process.argv.slice(2);
const jwk = publicJwkOf(createPublicKey(readFileSync(keyFile)));
const trusted = { ...verifyKeyOf(jwk), relayId };
const keyId = thumbprint(jwk);
const book = new DownstreamBook();
const counts = { batches: 0, refused: 0, bytes: 0 };

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => void take(request, Buffer.concat(chunks), response));
});

async function take(
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  const authority = request.headers.host ?? '';
  const seal = await verifySeal({
    method: request.method ?? '',
    authority,
    path: request.url ?? '',
    headers: request.headers as Record<string, string>,
    body,
    nowSeconds: Math.floor(Date.now() / 1000),
    allowedAuthorities: [authority],
    keyOf: (id) => Promise.resolve(id === keyId ? trusted : undefined),
  });
  const decoded = seal.ok ? decodeBatch(body.toString('latin1')) : undefined;
  if (!decoded?.ok) {
    counts.refused += 1;
    response.writeHead(seal.ok ? 422 : 401).end();
    return;
  }
  note(decoded.batch, body.length);
  response.writeHead(202).end();
}

function note(batch: Batch, bytes: number): void {
  counts.batches += 1;
  counts.bytes += bytes;
  book.take(batch);
}

process.on('message', (question: ReceiverQuestion) => {
  if (question.kind === 'remember') book.remember(question);
  if (question.kind === 'time-fresh') book.timeFresh(question.since);
  if (question.kind === 'save-seen') book.save(question.seed, question.file);
  const answer: ReceiverAnswer = { ...counts, ...book.counts() };
  process.send?.(answer);
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
