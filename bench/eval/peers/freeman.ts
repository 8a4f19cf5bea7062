// Freeman et al., NDSS 2016 (doi 10.14722/ndss.2016.23240), with the semantics of the public
// re-implementation by the DAS group (das-group/rba-algorithm): the likelihood ratio over address
// and client hierarchies, the p(x)/4 rule for values the user never showed, and the user's own
// frequency. The published weights; a missing device is a value of its own, as there.

import type { Location } from '../../../domain/location.ts';
import type { Login, Scorer } from '../scorer.ts';

/** Weights of each level; the first is the feature itself. */
const addressWeights = [0.6, 0.3, 0.1];
const clientWeights = [
  0.5386653840551359, 0.2680451498625666, 0.18818295100109536, 0.0051065150812021525,
];

/** Counts of values per level, the number of logins, and which finer values each value has. */
class History {
  logins = 0;
  private readonly counts: Map<string, number>[];
  /** Per level: the distinct values of the next level seen under a value. */
  private readonly below: Map<string, Set<string>>[];

  constructor(levels: number) {
    this.counts = Array.from({ length: levels }, () => new Map<string, number>());
    this.below = Array.from({ length: levels }, () => new Map<string, Set<string>>());
  }

  add(values: readonly string[]): void {
    this.logins += 1;
    for (const [level, value] of values.entries()) {
      const counts = this.counts[level] as Map<string, number>;
      counts.set(value, (counts.get(value) ?? 0) + 1);
      const next = values.slice(level + 1);
      const below = this.below[level] as Map<string, Set<string>>;
      const seen = below.get(value) ?? new Set<string>();
      for (const [at, coarser] of next.entries()) seen.add(`${at}/${coarser}`);
      below.set(value, seen);
    }
  }

  count(level: number, value: string): number {
    return this.counts[level]?.get(value) ?? 0;
  }

  /** Distinct values of all coarser levels, and one. */
  unseen(): number {
    return this.counts.slice(1).reduce((sum, map) => sum + map.size, 1);
  }

  /** The same among logins that showed `value` at the finest level. */
  unseenUnder(value: string): number {
    return (this.below[0]?.get(value)?.size ?? 0) + 1;
  }
}

/** p(x | u): plain shares, interpolated over the levels. */
function local(history: History, values: readonly string[], weights: readonly number[]): number {
  return values.reduce(
    (sum, value, level) =>
      sum + ((weights[level] ?? 0) * history.count(level, value)) / history.logins,
    0,
  );
}

/** p(x): the finest level smoothed for unseen values, the others plain. */
function global(history: History, values: readonly string[], weights: readonly number[]): number {
  const total = history.logins;
  return values.reduce((sum, value, level) => {
    const count = history.count(level, value);
    const weight = weights[level] ?? 0;
    if (level > 0) return sum + (weight * count) / total;
    const unseen = history.unseen();
    if (count === 0) return sum + weight / (total + unseen);
    const under = history.unseenUnder(value);
    const within = 1 - under / (count + under);
    return sum + weight * within * (count / total) * (1 - unseen / (total + unseen));
  }, 0);
}

function addressLevels({ address, location }: Login): string[] {
  return [address, asnOf(location), location.kind === 'located' ? location.country : location.kind];
}

function asnOf(location: Location): string {
  return location.kind === 'special' ? 'special' : `${location.network.asn}`;
}

function clientLevels({ device }: Login): string[] {
  return [device?.key ?? '', device?.client ?? '', device?.os ?? '', device?.kind ?? ''];
}

/** The likelihood ratio as a logarithm. */
export function makeFreeman(): Scorer {
  const everyone = { address: new History(3), client: new History(4) };
  const users = new Map<number, typeof everyone>();
  return {
    name: 'Freeman et al.',
    isRule: false,
    score: (login) => {
      const values = { address: addressLevels(login), client: clientLevels(login) };
      const own = users.get(login.person);
      let score = Number.NEGATIVE_INFINITY;
      if (own) {
        const share = own.address.logins / everyone.address.logins;
        score =
          ratio(everyone.address, own.address, values.address, addressWeights) +
          ratio(everyone.client, own.client, values.client, clientWeights) +
          Math.log(1 / users.size / share);
      }
      const known = own ?? { address: new History(3), client: new History(4) };
      users.set(login.person, known);
      for (const history of [everyone, known]) {
        history.address.add(values.address);
        history.client.add(values.client);
      }
      return score;
    },
  };
}

function ratio(
  everyone: History,
  own: History,
  values: readonly string[],
  weights: readonly number[],
): number {
  const p = global(everyone, values, weights);
  const personal = local(own, values, weights);
  // Never seen, not even the country: smoothing both would make globally rare values look safe.
  return Math.log(p / (personal === 0 ? p / 4 : personal));
}
