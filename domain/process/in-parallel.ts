// Work on many items, so many at a time, begun in their order. It collects nothing: the work does.

/** Users processed at a time: enough to hide latency, few enough for the table's burst. */
const concurrentMax = 32;

/** Rejects with the first error of `work`; what is under way then goes on. */
export async function inParallel<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: concurrentMax }, worker));
}
