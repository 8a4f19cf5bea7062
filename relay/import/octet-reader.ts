// Reads a stream of octets in pieces of wanted lengths. Promise: it holds one piece and one chunk
// of the stream; a stream that ends inside a piece gives undefined.

export class OctetReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next `octets` octets; undefined when the stream ends before. */
  async take(octets: number): Promise<Buffer | undefined> {
    while (this.#rest.length < octets) {
      const next = await this.#chunks.next();
      if (next.done === true) return undefined;
      this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
    }
    const piece = this.#rest.subarray(0, octets);
    this.#rest = this.#rest.subarray(octets);
    return piece;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
