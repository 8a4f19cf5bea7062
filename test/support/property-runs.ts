// How many members of a property are tried: all of them where WHEREFROM_PROPERTY_RUNS is `all`, as
// .ci/run sets it, so many times as many where it is a number (a strain test), and a quarter in a
// run by hand, where each run draws others anyway.

const wanted = process.env['WHEREFROM_PROPERTY_RUNS'] ?? '';
const times = Number.parseInt(wanted, 10);
const share = wanted === 'all' ? 1 : times > 0 ? times : 1 / 4;

/**
 * @param all how many .ci/run tries
 * @returns `numRuns` for fast-check
 */
export const runs = (all: number): number => Math.ceil(all * share);
