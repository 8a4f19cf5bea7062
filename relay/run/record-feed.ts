// What a running relay tells parts that come and go beside it: that records have become durable,
// and that the cloud said on its answer to a batch that orders wait.
// Promise: without listeners it costs nothing; it reads no record itself.

export type FeedListener = {
  durable(position: number): void;
  orderWaiting(): void;
};

export class RecordFeed {
  readonly #listeners = new Set<FeedListener>();
  #position = 0;

  /** The journal is durable up to here. */
  get position(): number {
    return this.#position;
  }

  /** Tells a listener until the answer is called. */
  listen(listener: FeedListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  readonly durable = (position: number): void => {
    this.#position = position;
    for (const listener of this.#listeners) listener.durable(position);
  };

  readonly orderWaiting = (): void => {
    for (const listener of this.#listeners) listener.orderWaiting();
  };
}
