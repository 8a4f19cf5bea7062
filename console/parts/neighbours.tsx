// The detections before and after one, in the order of the queue that it was opened from: `k`, `j`.

import type { JSX } from 'preact';
import { detectionHref } from '../api/paths.ts';
import { useOwnKeys } from './keyboard.ts';
import { navigate } from './router.ts';

let order: readonly string[] = [];

/** Remembers what the queue shows, in its order. */
export function rememberOrder(ids: readonly string[]): void {
  order = ids;
}

export function Neighbours({ id }: { readonly id: string }): JSX.Element | null {
  const at = order.indexOf(id);
  const [before, after] = at === -1 ? [] : [order[at - 1], order[at + 1]];
  useOwnKeys((key) => {
    const to = key === 'j' ? after : key === 'k' ? before : undefined;
    if (to === undefined) return false;
    navigate(detectionHref(to));
    return true;
  });
  if (at === -1) return null;
  return (
    <span class="neighbours">
      {before === undefined ? null : <a href={detectionHref(before)}>Previous</a>}
      <span>
        {at + 1} of {order.length}
      </span>
      {after === undefined ? null : <a href={detectionHref(after)}>Next</a>}
    </span>
  );
}
