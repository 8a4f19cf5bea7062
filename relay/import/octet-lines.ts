// The lines of a file or stream whose text is mostly ASCII but whose octets must not be lost: each
// character of a line is one octet (Latin-1). Promise: streaming, plain or gzip alike; an overlong
// line is cut, so that memory stays bounded whatever the file is.

import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

const chunkBytes = 1 << 19;
/** A longer line is no attribute of a RADIUS packet and no event of ours. */
const lineCharsMax = 1 << 16;
const gzipMagic = 0x1f8b;

/** The octets of a file, piece by piece. @throws the system error of the file */
export async function* octetsOf(path: string): AsyncIterable<Buffer> {
  const file = await open(path, 'r');
  try {
    for (;;) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** A stream of which the beginning is known. */
export type Peeked = { readonly start: Buffer; readonly chunks: AsyncIterable<Buffer> };

/** Looks at the first octets of a stream, which still gives all of them. Empty: none at all. */
export async function peek(chunks: AsyncIterable<Buffer>): Promise<Peeked> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  const start = first.done === true ? Buffer.alloc(0) : first.value;
  return { start, chunks: continued(start, iterator) };
}

async function* continued(first: Buffer, rest: AsyncIterator<Buffer>): AsyncIterable<Buffer> {
  try {
    yield first;
    for (;;) {
      const next = await rest.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}

/** The same octets, gzip unpacked. @throws zlib's error when the archive is broken */
export async function* unpacked(packed: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const { start, chunks } = await peek(packed);
  if (start.length < 2 || start.readUInt16BE(0) !== gzipMagic) {
    yield* chunks;
    return;
  }
  const source = Readable.from(chunks);
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  source.once('error', (error) => gunzip.destroy(error));
  yield* source.pipe(gunzip) as AsyncIterable<Buffer>;
}

/** Lines without their ends, many at a time; the last one may lack its end in the file. */
export async function* octetLines(chunks: AsyncIterable<Buffer>): AsyncIterable<readonly string[]> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = (lines.pop() ?? '').slice(0, lineCharsMax);
    yield lines;
  }
  if (rest !== '') yield [rest];
}
