"""Whether an organisation's own decisions would make kinds of evidence count for better there.

Plays the examples of worlds (`npm run examples`) in order of time: each alert is decided at once by
an analyst who is right, or wrong in a fifth; after every five decisions each kind counts for
between .75 and 1.25 of what it does. Prints what that changes (docs/decisions/0053).
"""

import argparse
import json
import pathlib
import random

import numpy as np
from train import DAY, LOCATION, TERMS, load, recalls

KINDS = [term for term in TERMS if term not in ("no-address", "burst")]
LEAST, MOST = 0.75, 1.25
THRESHOLD = 2.6
TABLE = pathlib.Path(__file__).parents[2] / "domain/detect/combination.json"


def weights_of(world):
    """What each term counts for, nats, discounts of what speaks against the user taken off."""
    shapes = json.loads(TABLE.read_text())["shapes"]
    counts = np.stack([np.interp(world.said[:, at], *zip(*shapes[term])) for at, term in enumerate(TERMS)], 1)
    counts = np.where(counts > 0, counts * world.share, counts)
    places = [TERMS.index(term) for term in LOCATION]
    location = counts[:, places].sum(1)
    taken = np.clip(location, 0, world.handover)
    left = np.maximum(counts, 0)
    left[:, places] *= (1 - taken / np.maximum(location, 1e-9))[:, None]
    return counts.sum(1) - taken, left[:, [TERMS.index(kind) for kind in KINDS]]


def by_shares(left, malicious, standard, prior=20):
    """The root of how much greater a kind's part is in what was malicious than in what was benign."""
    shares = left / np.maximum(left.sum(1, keepdims=True), 1e-9)
    part = lambda of, usual: (shares[of].sum(0) + prior * usual) / ((of.sum() + prior) * usual)
    return np.clip(np.sqrt(part(malicious, standard[1]) / part(~malicious, standard[0])), LEAST, MOST)


def by_benign(left, malicious, standard, prior=20):
    """The root of how much smaller a kind's part in what was benign is than elsewhere."""
    shares = left / np.maximum(left.sum(1, keepdims=True), 1e-9)
    benign = shares[~malicious].sum(0) + prior * standard[0]
    return np.clip(np.sqrt((~malicious).sum() + prior) * np.sqrt(standard[0] / benign), LEAST, MOST)


def by_likelihood(left, malicious, _standard, pull=20):
    """Logistic regression of what was decided on the kinds' nats, drawn towards 1."""
    factors, offset = np.ones(left.shape[1]), 3.0
    for _ in range(40):
        chance = 1 / (1 + np.exp(-np.clip(left @ factors - offset, -30, 30)))
        slope, spread = malicious - chance, chance * (1 - chance)
        curve = (left * spread[:, None]).T @ left + pull * np.eye(len(factors))
        step = np.linalg.solve(curve, left.T @ slope - pull * (factors - 1))
        factors = np.clip(factors + 0.5 * step, LEAST, MOST)
        offset -= 0.5 * slope.sum() / (spread.sum() + 1e-3)
    return factors


def standard_of(worlds):
    """Each kind's part of what speaks against users: in false alerts, and in found break-ins."""
    parts = []
    for of in (lambda world: world.benign, lambda world: ~world.benign):
        found = [
            left[rows] / np.maximum(left[rows].sum(1, keepdims=True), 1e-9)
            for world in worlds
            for score, left in [weights_of(world)]
            for rows in [np.flatnonzero(of(world) & (score >= THRESHOLD))]
        ]
        parts.append(np.maximum(np.concatenate(found).mean(0), 0.01))
    return parts


def played(world, factors_of, standard, wrong):
    """Scores as each was when it was judged, by the decisions before it."""
    score, left = weights_of(world)
    chance = random.Random(world.name)
    out, factors, quiet, decided, said = score.copy(), np.ones(len(KINDS)), {}, [], []
    for at in np.argsort(world.start, kind="stable"):
        out[at] = score[at] + ((factors - 1) * left[at]).sum()
        if out[at] < THRESHOLD or world.start[at] < quiet.get(world.person[at], 0):
            continue
        quiet[world.person[at]] = world.start[at] + DAY
        decided.append(at)
        said.append(bool(~world.benign[at]) != (chance.random() < wrong))
        if len(decided) % 5 == 0:
            factors = factors_of(left[decided], np.array(said), standard)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", required=True, help="folder that npm run examples wrote")
    worlds = [world for name in ("training", "drawn") for world in load(parser.parse_args().examples, name)]
    before = np.array([recalls(world, weights_of(world)[0])[0] for world in worlds])
    print(f"{len(worlds)} worlds; recall at 1, 2, 5, 10 without decisions: {np.round(before.mean(0), 3)}")
    for factors_of in (by_shares, by_benign, by_likelihood):
        for wrong in (0.0, 0.2):
            # Each world's standard is that of the others.
            after = np.array([
                recalls(world, played(world, factors_of, standard_of([w for w in worlds if w is not world]), wrong))[0]
                for world in worlds
            ])
            change = after - before
            error = change.std(0) / np.sqrt(len(worlds))
            print(f"{factors_of.__name__}, wrong {wrong}: {np.round(change.mean(0), 3)} +- {np.round(error, 3)}")


if __name__ == "__main__":
    main()
