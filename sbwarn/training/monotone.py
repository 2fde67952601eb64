"""Which declared directions a model is held to: as many as the later months do not pay for.

An indicator that theory calls riskier when it is high may still lower the risk in a corner of the model, and no shop
owner would understand it. Holding the model to the direction forbids that, and costs discrimination where the data
disagree. So a direction is a candidate where the free models follow it in at least three quarters of what the
indicator earns them; the candidates are ordered by what the free models earned by going against each, and the longest
list from the cheap end is kept that later months do not pay for: neither in AUC nor in log-loss. The trials alone do not
see what a direction costs: they learn from fewer rows than the release, and what holds them steady binds it. With every
direction that the trials did not pay for, 36 of 39, the release lost .0025 of AUC on the Texas receipts' later months,
with the 19 that the free models follow .0015. On the Texas receipts all
directions together left the AUC as it was and cost .02 of average precision in one quarter of two: the AUC alone does
not see the top of the list.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sbwarn.messages import say
from sbwarn.releases.record import Figure
from sbwarn.training.calibrate import paired_by_fold, shape_loss
from sbwarn.training.fit import fit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import lightgbm

    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.training.fit import Settings
    from sbwarn.training.rows import HazardRows
    from sbwarn.training.trial import Fold

MOST_AGAINST = 0.25
"""Share of what an indicator earns the free models that may come from splits against its direction."""
MOST_AUC = 0.002
"""AUC that the constraints may not reach together."""
MOST_LOSS = 0.003
"""Share of the log-loss that they may cost. A cost that is smaller is not worth a direction that everybody expects."""
HALVINGS = 4
"""Sets that are tried beside the whole one: with the free model, six fits a fold."""
SIDES = {"high": 1, "low": -1}
DRAWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One set of constraints, tried on later months against the free model."""

    held: int
    """Indicators in the set."""
    auc: float
    """AUC that it cost."""
    log_loss: float
    """Log-loss that it cost, as a share of the free model's; at the best level of each fold, each counted alike."""
    error: float
    """Standard error of that share, over shops."""

    @property
    def affordable(self) -> bool:
        """True if the AUC that it cost is below the limit, and the log-loss too, or within one standard error."""
        return self.auc < MOST_AUC and self.log_loss <= max(MOST_LOSS, self.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The constraints that a model is held to, and what they cost."""

    monotone: Mapping[str, int]
    """Indicator → 1 if the hazard may never fall as it rises, −1 if it may never rise."""
    declared: int
    """Indicators with a declared direction of which anything is known."""
    cost: Figure
    """AUC of the free model less that of the held one, on later months, among rows of the same fold and interval."""
    tried: tuple[Attempt, ...]

    def facts(self) -> dict[str, Any]:
        """The same as plain JSON, for the record of a release.

        Returns:
            Keys `held` (indicator → direction), `declared`, `cost`, `tried`.
        """
        return {
            "held": dict(self.monotone),
            "declared": self.declared,
            "cost": asdict(self.cost),
            "tried": [asdict(each) for each in self.tried],
        }


def affordable(
    folds: Sequence[Fold],
    facts: Sequence[Indicator],
    settings: Settings,
    *,
    seed: int,
    progress: Callable[[str], None] = lambda _: None,
) -> Held:
    """The declared directions that later months do not pay for.

    Args:
        folds: Origins, each with the rows to learn from and the later ones to be judged on.
        facts: The indicators behind the columns.
        settings: Of every fit; their own constraints are not used.
        seed: Of every fit and the bootstrap: the free model and the held ones differ in their constraints alone.
        progress: Called with a word after each set.

    Raises:
        InputError: too few crises to learn from.
    """
    folds = [fold for fold in folds if len(fold.later.happened)]
    course = _Course(folds=folds, names=[fact.name for fact in facts], settings=settings, seed=seed)
    boosters = course.boosters({})
    free = course.odds(boosters)
    declared = _declared(folds, facts)
    order = _followed(boosters, declared, course.names)
    attempts: list[Attempt] = []
    best, odds = 0, free
    for size in _sizes(len(order), attempts):
        tried = course.odds(course.boosters(dict(order[:size])))
        attempts.append(_attempt(size, course.later, free, tried))
        progress(say("search.constrained", held=size, declared=len(declared), cost=f"{attempts[-1].auc:.4f}"))
        if attempts[-1].affordable and size > best:
            best, odds = size, tried
    cost = _figure(course.later, free, odds, seed=seed)
    return Held(monotone=dict(order[:best]), declared=len(declared), cost=cost, tried=tuple(attempts))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    folds: Sequence[Fold]
    names: Sequence[str]
    settings: Settings
    seed: int

    @property
    def later(self) -> list[HazardRows]:
        return [fold.later for fold in self.folds]

    def boosters(self, monotone: Mapping[str, int]) -> list[lightgbm.Booster]:
        held = replace(self.settings, monotone=monotone)
        return [fit(fold.earlier, self.names, held, seed=self.seed) for fold in self.folds]

    def odds(self, boosters: Sequence[lightgbm.Booster]) -> list[np.ndarray]:
        """Log-odds of the later rows, each for its own interval."""
        return [
            np.asarray(
                booster.predict(np.column_stack([rows.values, rows.interval.astype(float)]), raw_score=True)
            )
            for booster, rows in zip(boosters, self.later, strict=True)
        ]


def _declared(folds: Sequence[Fold], facts: Sequence[Indicator]) -> dict[str, int]:
    """Direction of each indicator that has one and of which anything is known."""
    known = np.zeros(len(facts), dtype=bool)
    for fold in folds:
        known |= ~np.isnan(fold.earlier.values).all(axis=0)
    return {
        fact.name: SIDES[fact.riskier]
        for fact, told in zip(facts, known, strict=True)
        if told and fact.riskier is not None
    }


def _followed(
    boosters: Sequence[lightgbm.Booster], declared: Mapping[str, int], names: Sequence[str]
) -> list[tuple[str, int]]:
    """The declared directions that the free models follow, first those against which they earned least."""
    gain = np.zeros((len(names) + 1, 2))
    for booster in boosters:
        for tree in booster.dump_model()["tree_info"]:
            for column, rises, earned in _splits(tree["tree_structure"]):
                gain[column, int(rises)] += earned
    against = {name: float(gain[names.index(name), 0 if side > 0 else 1]) for name, side in declared.items()}
    followed = [
        (name, side)
        for name, side in declared.items()
        if against[name] <= MOST_AGAINST * float(gain[names.index(name)].sum())
    ]
    return sorted(followed, key=lambda each: against[each[0]])


def _splits(node: Mapping[str, Any]) -> Iterator[tuple[int, bool, float]]:
    """Column, whether the hazard rises with it, and gain, of each split of a tree."""
    if "split_feature" not in node:
        return
    left, right = node["left_child"], node["right_child"]
    below, above = (side.get("internal_value", side.get("leaf_value")) for side in (left, right))
    yield node["split_feature"], above > below, node["split_gain"]
    yield from _splits(left)
    yield from _splits(right)


def _sizes(most: int, attempts: Sequence[Attempt]) -> Iterator[int]:
    """The sizes to try: everything, then halfway between what was affordable and what was not."""
    if not most:
        return
    yield most
    low, high = (most, most) if attempts[-1].affordable else (0, most)
    for _ in range(HALVINGS):
        if high - low <= 1:
            return
        yield (low + high) // 2
        last = attempts[-1]
        low, high = (last.held, high) if last.affordable else (low, last.held)


def _attempt(
    size: int, later: Sequence[HazardRows], free: Sequence[np.ndarray], held: Sequence[np.ndarray]
) -> Attempt:
    before = [shape_loss(odds, rows.interval, rows.happened) for rows, odds in zip(later, free, strict=True)]
    after = [shape_loss(odds, rows.interval, rows.happened) for rows, odds in zip(later, held, strict=True)]
    lost = [new - old for old, new in zip(before, after, strict=True)]
    value, error = paired_by_fold(lost, [rows.shop for rows in later])
    whole = float(np.mean([each.mean() for each in before]))
    auc = _auc(later, free) - _auc(later, held)
    return Attempt(held=size, auc=auc, log_loss=value / whole, error=error / whole)


def _figure(
    later: Sequence[HazardRows], free: Sequence[np.ndarray], held: Sequence[np.ndarray], *, seed: int
) -> Figure:
    """The cost in AUC with its 95 % interval; the same shops are drawn for both models."""
    shops, owner = np.unique(np.concatenate([rows.shop for rows in later]), return_inverse=True)
    ends = np.cumsum([len(rows.happened) for rows in later])[:-1]
    first, second = _Ranking(later, free), _Ranking(later, held)
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(DRAWS):
        count = np.bincount(rng.integers(len(shops), size=len(shops)), minlength=len(shops)).astype(float)
        weight = np.split(count[owner], ends)
        drawn.append(first.auc(weight) - second.auc(weight))
    value = _auc(later, free) - _auc(later, held)
    # Where only one outcome came there is no AUC, and no resample has one.
    low, high = (value, value) if np.isnan(value) else np.nanquantile(drawn, [0.025, 0.975])
    return Figure(
        value=value,
        low=float(low),
        high=float(high),
        n=len(owner),
        events=int(sum(rows.happened.sum() for rows in later)),
    )


def _auc(later: Sequence[HazardRows], odds: Sequence[np.ndarray]) -> float:
    return _Ranking(later, odds).auc([np.ones(len(rows.happened)) for rows in later])


class _Ranking:
    """Rows of the same fold and interval, sorted once: each resample is a pass over them."""

    def __init__(self, later: Sequence[HazardRows], odds: Sequence[np.ndarray]) -> None:
        self._strata: list[tuple[int, np.ndarray, np.ndarray, np.ndarray]] = []
        for place, (rows, mine) in enumerate(zip(later, odds, strict=True)):
            for number in np.unique(rows.interval):
                chosen = np.flatnonzero(rows.interval == number)
                order = chosen[np.argsort(mine[chosen], kind="stable")]
                ranked = mine[order]
                # Rows of equal risk are one step: no order among them is better than another.
                step_ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
                self._strata.append((place, order, rows.happened[order], step_ends))

    def auc(self, weight: Sequence[np.ndarray]) -> float:
        """Share of the pairs, one with a crisis and one without, in which the first was ranked the riskier."""
        right, pairs = 0.0, 0.0
        for place, order, happened, step_ends in self._strata:
            mine = weight[place][order]
            good = np.cumsum(mine * (1.0 - happened))[step_ends]
            bad = np.diff(np.cumsum(mine * happened)[step_ends], prepend=0.0)
            before = np.append(0.0, good[:-1])
            right += float((bad * (before + good)).sum()) / 2.0
            pairs += float(bad.sum() * good[-1]) if len(good) else 0.0
        return right / pairs if pairs else float("nan")
