// How far the heap grows while history is imported. V8 lets it reach up to four times what was
// alive at the last full collection before it collects again, more the faster garbage is made: an
// import makes it as fast as anything does, and each invocation's events live for seconds.

import { setFlagsFromString } from 'node:v8';

/** At most twice what is alive. It costs a full collection, mostly on other threads, more often. */
const growingPercent = 100;

/** For this process and its threads, from the next full collection on. */
export function boundHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${growingPercent}`);
}
