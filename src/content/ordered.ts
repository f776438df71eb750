/**
 * Runs `work` over `items` with up to `ahead` in flight and yields the results in the order of the items.
 * When one fails, or the consumer stops, the rest is awaited first, so that no work outlives the loop.
 */
export async function* ordered<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  ahead: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const running: Promise<R>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // Observed when its turn comes; without this a failure in the queue counts as unhandled.
      result.catch(() => {});
      running.push(result);
      if (running.length >= ahead) yield (await running.shift()) as R;
    }
    while (running.length > 0) yield (await running.shift()) as R;
  } finally {
    await Promise.allSettled(running);
  }
}
