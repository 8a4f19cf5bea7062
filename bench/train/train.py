"""Trains how terms are added up, and compares the candidates: README.md of this folder.

Reads the examples of worlds (`npm run examples`), prints recalls at fixed false alerts, and writes
the table that ships. Fixed seeds; the same examples give the same table.
"""

import argparse
import gzip
import json
import pathlib

import numpy as np

LOCATION = ["place", "network", "prefix", "network-type"]
TERMS = LOCATION + ["colleagues", "device", "gateway", "hour", "travel", "overlap", "traffic", "no-address", "burst"]
IMPERSONAL = {"travel", "burst", "network-type"}
BUDGETS = (1, 2, 5, 10)
# Not learned. A handover only takes off what others put on; the worlds never leave an address out;
# travel and burst say what happened: halving travel gains nothing in worlds of other parameters.
# Traffic is told when a session has ended: most of what it is for has been judged by then.
KEPT = {"handover", "no-address", "travel", "burst", "traffic"}
DAY = 86_400_000


class World:
    """One world's judgements as arrays."""

    def __init__(self, path):
        with gzip.open(path, "rt") as lines:
            head = json.loads(next(lines))
            rows = [json.loads(line) for line in lines]
        rows = [row for row in rows if row["side"] != "aside"]
        self.name = f"{head['name']}-{head['seed']}"
        self.attacks = head["attacks"]
        self.per_unit = head["alertsPerUnit"]
        self.said = np.array([[row["terms"].get(term, 0.0) for term in TERMS] for row in rows])
        self.egress = np.array([row["egressShare"] for row in rows])
        self.known = np.array([row["knownShare"] for row in rows])
        self.handover = np.array([row["handoverMost"] for row in rows])
        self.present = np.array([row["score"] for row in rows])
        self.first = np.array([row["isFirst"] for row in rows])
        self.campaign = np.array([row.get("campaign", -1) if row["side"] == "attack" else -1 for row in rows])
        self.person = np.array([row["person"] for row in rows])
        self.start = np.array([row["start"] for row in rows])
        self.uid = np.array([row["uid"] for row in rows])
        self.detection = [row.get("detection") for row in rows]
        self.benign = self.campaign < 0
        # What of each positive weight is left when discounts are taken off (domain/detect/left.ts).
        self.share = np.ones_like(self.said)
        for at, term in enumerate(TERMS):
            if term in LOCATION:
                self.share[:, at] *= self.egress
            if term not in IMPERSONAL:
                self.share[:, at] *= self.known
        # Sessions in the order false alerts fold, and the days that stand for alerts in training.
        index = np.flatnonzero(self.benign)
        self.order = index[np.lexsort((self.start[index], self.person[index]))]
        keys = self.person * 1000 + (self.start // DAY - self.start.min() // DAY)
        _, self.unit = np.unique(np.where(self.benign, keys, -1 - self.campaign), return_inverse=True)
        self.unit_is_benign = np.zeros(self.unit.max() + 1, bool)
        self.unit_is_benign[self.unit[self.benign]] = True


def false_alerts(world, scores, threshold):
    """As bench/eval/metrics.ts counts them: repeats in 24 h and sessions of one detection folded."""
    best = {}
    order = [at for at in world.order if scores[at] >= threshold]
    count, quiet, told, seen = 0, {}, set(), set()
    for at in order:
        person, start, uid = world.person[at], world.start[at], world.uid[at]
        if uid in seen or start < quiet.get(person, 0):
            continue
        seen.add(uid)
        detection = world.detection[at]
        if detection is not None:
            if detection in told:
                continue
            told.add(detection)
        quiet[person] = start + DAY
        count += 1
    return count


def threshold_at(world, scores, budget):
    """The lowest threshold within a budget of false alerts per 1,000 users and day."""
    values = np.unique(scores[world.benign])
    low, high = 0, len(values)
    while low < high:
        middle = (low + high) // 2
        if false_alerts(world, scores, values[middle]) <= budget * world.per_unit + 1e-9:
            high = middle
        else:
            low = middle + 1
    return values[low - 1] + 1e-9 if low > 0 else -1e9


def first_records(world, campaign):
    """Judgements of a campaign's first session: at its first record, and at any."""
    mine = np.flatnonzero(world.campaign == campaign)
    if len(mine) == 0:
        return mine, mine
    mine = mine[world.uid[mine] == world.uid[mine][np.argmin(world.start[mine])]]
    return mine[world.first[mine]], mine


def recalls(world, scores):
    """Recall at each budget, the share of the found at 5 that are found at their first Start, thresholds."""
    found, thresholds, first_start = [], [], 0.0
    count = len(world.attacks)
    top = np.full(count, -1e9)
    at_start = np.full(count, -1e9)
    attack = ~world.benign
    np.maximum.at(top, world.campaign[attack], scores[attack])
    for campaign in range(count):
        firsts, _ = first_records(world, campaign)
        at_start[campaign] = scores[firsts].max() if len(firsts) else -1e9
    for budget in BUDGETS:
        threshold = threshold_at(world, scores, budget)
        found.append(float((top >= threshold).mean()))
        thresholds.append(float(threshold))
        if budget == 5:
            first_start = float((at_start >= threshold).sum() / max(1, (top >= threshold).sum()))
            by_class = {}
            for attack_class, is_found in zip(world.attacks, top >= threshold):
                by_class.setdefault(attack_class, []).append(bool(is_found))
    return found, first_start, thresholds, by_class


class Model:
    """Monotone in every term: a score is linear in features that rise with the terms, weights >= 0.

    `knots`: per term, the break points of its shape; None: one slope. A pair is
    min(1, u) min(1, v) of two terms' positive sides: it speaks where both do.
    """

    def __init__(self, knots, pairs=()):
        self.knots, self.pairs = knots, list(pairs)
        self.names = [(t, k) for t in TERMS for k in range(len(knots[t]) + 1)] + [("handover", 0)]
        self.names += [(pair, 0) for pair in self.pairs]
        self.kept = np.array([name in KEPT for name, _ in self.names])

    def features(self, world):
        """Columns before handover; pieces of each term between its knots, times what is left of it."""
        columns = []
        for at, term in enumerate(TERMS):
            said = world.said[:, at]
            edges = [-np.inf, *self.knots[term], np.inf]
            for low, high in zip(edges, edges[1:]):
                # The part of 0..said that lies between two knots; all pass through 0.
                piece = np.clip(said, low, high) - np.clip(0.0, low, high)
                columns.append(np.where(piece > 0, piece * world.share[:, at], piece))
        columns.append(np.zeros(len(world.said)))
        for left, right in self.pairs:
            a, b = TERMS.index(left), TERMS.index(right)
            product = np.clip(world.said[:, a] / 2, 0, 1) * np.clip(world.said[:, b] / 2, 0, 1)
            columns.append(product * world.share[:, a] * world.share[:, b])
        return np.stack(columns, 1)

    def location(self):
        return np.array([name in LOCATION for name, _ in self.names])

    def score(self, weights, features, handover):
        """The sum, less what a handover takes off the location."""
        at = self.names.index(("handover", 0))
        location = features @ (weights * self.location())
        taken = np.clip(location, 0, weights[at] * handover)
        return features @ weights - taken, location

    def gradient(self, weights, features, handover, location, rows):
        at = self.names.index(("handover", 0))
        most = weights[at] * handover[rows]
        slope = features[rows].copy()
        inside = (location[rows] > 0) & (location[rows] < most)
        slope -= inside[:, None] * features[rows] * self.location()
        slope[:, at] -= (location[rows] >= most) * handover[rows]
        return slope


def train(model, worlds, start, anchor, steps=400, rate=0.03, pull=0.01, width=0.8):
    """Raises smoothed recall at the budgets; thresholds move with the weights. Adam; no chance."""
    weights = start.copy()
    data = [(world, model.features(world)) for world in worlds]
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, steps + 1):
        total = np.zeros_like(weights)
        for world, features in data:
            scores, location = model.score(weights, features, world.handover)
            # The judgement that decides each campaign, and each user's day.
            order = np.lexsort((scores, world.unit))
            last = np.flatnonzero(np.diff(np.append(world.unit[order], -1)))
            deciding = order[last]
            benign = deciding[world.unit_is_benign[world.unit[deciding]]]
            attack = deciding[~world.unit_is_benign[world.unit[deciding]]]
            slopes = model.gradient(weights, features, world.handover, location, attack)
            values = np.sort(scores[benign])[::-1]
            for budget in BUDGETS:
                rank = min(len(values) - 1, int(budget * world.per_unit))
                threshold = values[rank]
                near = benign[np.abs(scores[benign] - threshold) < width]
                kernel = 1 - np.abs(scores[near] - threshold) / width
                moved = model.gradient(weights, features, world.handover, location, near)
                moved = (kernel[:, None] * moved).sum(0) / kernel.sum()
                odds = 1 / (1 + np.exp(-(scores[attack] - threshold) / width))
                push = odds * (1 - odds) / width
                total += (push[:, None] * (slopes - moved)).mean(0)
        total = total / (len(worlds) * len(BUDGETS)) - pull * (weights - anchor)
        first = 0.9 * first + 0.1 * total
        second = 0.99 * second + 0.01 * total**2
        change = (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
        change[model.kept] = 0.0
        pace = rate * 0.5 * (1 + np.cos(np.pi * step / steps))
        weights = np.maximum(0.0, weights + pace * change)
    return weights


def compare(title, worlds, score_of):
    """A line a world group: mean, median and worst."""
    results = [recalls(world, score_of(world)) for world in worlds]
    table = np.array([found for found, *_ in results])
    first = np.mean([one for _, one, *_ in results])
    print(f"{title:34s} mean {np.round(table.mean(0), 3)} median {np.round(np.median(table, 0), 3)} "
          f"worst {np.round(table.min(0), 3)} first Start {first:.3f} "
          f"thresholds {np.round(np.mean([t for *_, t, _ in results], 0), 2)}")
    return results


def load(folder, prefix):
    return [World(path) for path in sorted(pathlib.Path(folder).glob(f"{prefix}-*.ndjson.gz"))]


UNSCALED = {"handover", "no-address", "traffic"}
# Not less than this, whatever was learned: a first time in a country stays an alert of its own.
LEAST = {"place": 1.0, "gateway": 0.7}
# Nats from which on a term counts no more: a Stop may come late, whoever's session it was.
MOST = {"overlap": 7.0}
# What each term's formula can say at most, for and against, nats: where its shape ends.
ENDS = {
    "place": (-0.3, 4.5), "network": (-0.3, 8.3), "prefix": (-2.0, 7.6), "network-type": (-3.0, 3.6),
    "colleagues": (-0.8, 1.5), "device": (-3.2, 6.4), "gateway": (0.0, 2.4), "hour": (-1.5, 2.2),
    "travel": (0.0, 5.75), "overlap": (0.0, 7.1), "no-address": (0.0, 2.0), "burst": (0.0, 4.5),
    "traffic": (0.0, 2.0),
}
# Break points of the shapes of the additive model with pairs.
KNOTS = {
    "place": [0, 1, 2], "network": [0, 1, 2.5], "prefix": [-1, 0, 1, 2], "network-type": [0, 2],
    "colleagues": [0, 0.5], "device": [-2, 0, 2, 4], "gateway": [0, 1], "hour": [-0.5, 0, 1],
    "travel": [0, 2], "overlap": [0, 1, 2], "no-address": [0], "burst": [0],
    "traffic": [0],
}
# What the additive model has to gain at one false alert to be worth not being read.
GAIN_MIN = 0.05


def boosted(worlds):
    """Gradient boosted trees, rising in every feature: what a model that nobody reads would reach."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    def features(world):
        left = world.said * np.where(world.said > 0, world.share, 1)
        return np.concatenate([left, -world.handover[:, None]], 1)

    def importance(world):
        attack = world.campaign[~world.benign]
        sizes = np.bincount(attack, minlength=len(world.attacks))
        return np.where(world.benign, 1.0, 1.0 / np.maximum(1, sizes[np.maximum(world.campaign, 0)]))

    rows = np.concatenate([features(world) for world in worlds])
    labels = np.concatenate([~world.benign for world in worlds])
    counts = np.concatenate([importance(world) for world in worlds])
    trees = HistGradientBoostingClassifier(
        max_iter=300, learning_rate=0.03, max_leaf_nodes=6, min_samples_leaf=40,
        monotonic_cst=[1] * rows.shape[1], l2_regularization=5, random_state=1,
    ).fit(rows, labels, sample_weight=counts)
    return lambda world: trees.decision_function(features(world))


BANDS = (0, 40, 50, 60, 70, 80, 90, 95, 100)


def calibration(worlds, score_of):
    """What a shown score means: false alerts a day per 1,000 users, and break-ins by their highest."""
    edges = [-1e9] + [2.6 + 2 * np.log(shown / (100 - shown)) for shown in BANDS[1:-1]] + [1e9]
    alerts, attacks = np.zeros(len(edges) - 1), np.zeros(len(edges) - 1)
    for world in worlds:
        scores = score_of(world)
        top = np.full(len(world.attacks), -1e8)
        np.maximum.at(top, world.campaign[~world.benign], scores[~world.benign])
        above = np.array([false_alerts(world, scores, edge) / world.per_unit for edge in edges[1:-1]])
        alerts[1:] += (above - np.append(above[1:], 0)) / len(worlds)
        attacks += np.histogram(top, edges)[0] / len(world.attacks) / len(worlds)
    for at, (low, high) in enumerate(zip(BANDS, BANDS[1:])):
        false = "" if at == 0 else f"{alerts[at]:.2f}"
        print(f"| {low} to {high} | {false} | {attacks[at]:.3f} |")


def late(worlds, score_of):
    """Of each class: break-ins, found at 5, at their first Start, later in their first session."""
    counts = {}
    for world in worlds:
        scores = score_of(world)
        threshold = threshold_at(world, scores, 5)
        for campaign, attack in enumerate(world.attacks):
            firsts, mine = first_records(world, campaign)
            is_found = (scores[world.campaign == campaign] >= threshold).any()
            at_first = (scores[firsts] >= threshold).any()
            in_first = (scores[mine] >= threshold).any()
            row = [1, is_found, at_first, in_first and not at_first]
            counts[attack] = np.add(counts.get(attack, [0] * 4), row)
    for attack, row in [*counts.items(), ("all", np.sum(list(counts.values()), 0))]:
        print(f"| {attack} | {' | '.join(str(int(one)) for one in row)} | {row[2] / max(1, row[1]):.3f} |")


def same_thresholds(worlds, score_of):
    """The factor at which the budgets lie where they lie as judged, so that a nat stays a nat."""
    before = np.mean([recalls(world, world.present)[2] for world in worlds], 0)
    after = np.mean([recalls(world, score_of(world))[2] for world in worlds], 0)
    return float(np.mean(before / after))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", required=True, help="folder that npm run examples wrote")
    parser.add_argument("--write", help="the table that ships")
    parser.add_argument("--boosting", action="store_true", help="compare with boosted trees too")
    options = parser.parse_args()
    training, validation = (load(options.examples, name) for name in ("training", "drawn"))
    others = [world for name in ("full", "no-device", "shifted") for world in load(options.examples, name)]
    print(f"{len(training)} worlds for training, {len(validation)} for trying; recall at {BUDGETS}")

    def report(title, score_of):
        compare(f"{title}: training", training, score_of)
        chosen = compare(f"{title}: drawn", validation, score_of)
        for world in others:
            compare(f"{title}: {world.name}", [world], score_of)
        return np.mean([found[0] for found, *_ in chosen])

    report("as judged", lambda world: world.present)
    linear = Model({term: [] for term in TERMS})
    ones = np.ones(len(linear.names))
    report("the sum", lambda world: linear.score(ones, linear.features(world), world.handover)[0])
    weights = train(linear, training, ones, ones)
    at_linear = report("linear", lambda world: linear.score(weights, linear.features(world), world.handover)[0])
    by_name = {name: float(weight) for (name, _), weight in zip(linear.names, weights)}
    scale = same_thresholds(training, lambda world: linear.score(weights, linear.features(world), world.handover)[0])
    by_name |= {name: weight * scale for name, weight in by_name.items() if name not in UNSCALED}
    by_name |= {name: max(by_name[name], least) for name, least in LEAST.items()}
    print(f"scaled by {scale:.3f}:", {name: round(weight, 2) for name, weight in by_name.items()})
    shipped = np.array([round(by_name[name], 2) for name, _ in linear.names])

    def ships(world):
        features = linear.features(world)
        for term, most in MOST.items():
            at = TERMS.index(term)
            features[:, at] = np.minimum(features[:, at], most / shipped[at] * world.share[:, at])
        return linear.score(shipped, features, world.handover)[0]

    report("as it ships", ships)
    print("shown score, false alerts per 1,000 users and day, share of break-ins by their highest score")
    calibration([*training, *validation], ships)
    print("break-ins, found at 5, at their first Start, later in their first session, share at first Start")
    late([*training, *validation], ships)

    pairs = [(a, b) for at, a in enumerate(TERMS) for b in TERMS[at + 1:]]
    shaped = Model(KNOTS, pairs)
    fitted_linear = dict(zip([name for name, _ in linear.names], weights))
    start = np.array([fitted_linear.get(name, 0.0) for name, _ in shaped.names])
    fitted = train(shaped, training, start, start)
    at_shaped = report("shapes and pairs", lambda world: shaped.score(fitted, shaped.features(world), world.handover)[0])
    print({name: round(float(one), 2) for (name, _), one in zip(shaped.names, fitted) if isinstance(name, tuple) and one > 0.05})
    if options.boosting:
        report("boosted trees", boosted(training))
    print(f"shapes and pairs gain {at_shaped - at_linear:+.3f} at one false alert; {GAIN_MIN} would be worth it")
    if options.write:
        shapes = {}
        for term in TERMS:
            weight, most = round(by_name[term], 2), MOST.get(term, 99.0)
            ends = {*ENDS[term], 0.0, min(ENDS[term][1], round(most / weight, 1))}
            shapes[term] = sorted((end, round(min(most, end * weight), 4)) for end in ends)
        table = {"version": 1, "shapes": shapes}
        pathlib.Path(options.write).write_text(json.dumps(table, indent=2) + "\n")


if __name__ == "__main__":
    main()
