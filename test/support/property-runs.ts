// How many members of a property are tried: all of them where WHEREFROM_PROPERTY_RUNS is `all`, as
// .ci/run sets it, and a quarter in a run by hand, where each run draws others anyway.

const share = process.env['WHEREFROM_PROPERTY_RUNS'] === 'all' ? 1 : 1 / 4;

/**
 * @param all how many .ci/run tries
 * @returns `numRuns` for fast-check
 */
export const runs = (all: number): number => Math.ceil(all * share);
