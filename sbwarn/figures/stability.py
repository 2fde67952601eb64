"""Stability: how far the classes of the same shops agree from one month to the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sbwarn.figures.evaluate import DRAWS
from sbwarn.figures.resample import figure_of, ratio, resample
from sbwarn.releases.record import Figure
from sbwarn.scoring.record import LEVELS

CLASSES = len(LEVELS)
FAR_MOVE = 2
"""Classes at once that make people ask what happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Shops scored in two months in a row; arrays of one length."""

    before: np.ndarray
    after: np.ndarray
    """Numbers of the classes, 0 the least risky."""
    month: np.ndarray
    """The later of the two months."""
    shop: np.ndarray

    def where(self, keep: np.ndarray) -> Steps:
        """The steps that are kept."""
        return Steps(
            before=self.before[keep], after=self.after[keep], month=self.month[keep], shop=self.shop[keep]
        )


def steps(level: np.ndarray, month: np.ndarray, shop: np.ndarray) -> Steps:
    """Every pair of months in a row in which a shop was scored.

    Args:
        level: Number of each row's class, 0 the least risky.
        month: As-of month (ordinal); a shop has one row a month.
        shop: Whose row it is.

    >>> found = steps(np.array([0, 2, 1]), np.array([1, 2, 4]), np.array(["a", "a", "a"]))
    >>> found.before.tolist(), found.after.tolist()
    ([0], [2])
    """
    order = np.lexsort((month, shop))
    level, month, shop = level[order], month[order], shop[order]
    follows = (shop[1:] == shop[:-1]) & (month[1:] == month[:-1] + 1)
    return Steps(
        before=level[:-1][follows], after=level[1:][follows], month=month[1:][follows], shop=shop[1:][follows]
    )


def migration(found: Steps, *, classes: int = CLASSES) -> np.ndarray:
    """Counts of steps, from the class of the row to that of the column.

    >>> one = np.array([1])
    >>> migration(Steps(before=one, after=one, month=one, shop=one), classes=2).tolist()
    [[0, 0], [0, 1]]
    """
    return np.bincount(found.before * classes + found.after, minlength=classes**2).reshape(classes, classes)


def stability_figures(
    found: Steps, *, seed: int, prefix: str = "stability", classes: int = CLASSES, draws: int = DRAWS
) -> dict[str, Figure]:
    """`unchanged` (share of the steps in one class), `moved_two` (share over two classes or more) and `kappa`, the
    agreement beyond chance that weighs a move by the square of its classes: 1 no move, 0 no better than chance.

    n is the steps; events those that the share counts, of kappa those that moved at all. Empty without steps.

    Source of kappa: Cohen (1968), Psychological Bulletin 70:213-220.
    """
    if not len(found.shop):
        return {}
    drawn = resample(found.shop, seed=seed, draws=draws)
    moved, every = np.abs(found.after - found.before), np.ones(len(found.shop), dtype=bool)
    values = {
        "unchanged": drawn.share(moved == 0, every),
        "moved_two": drawn.share(moved >= FAR_MOVE, every),
        "kappa": figure_of(
            kappa(_tables(found, drawn.counts, drawn.owner, classes)),
            n=len(moved),
            events=int((moved > 0).sum()),
        ),
    }
    return {f"{prefix}/{name}": figure for name, figure in values.items()}


def kappa(counts: np.ndarray) -> np.ndarray:
    """The quadratic weighted kappa of tables of counts, shape (…, classes, classes); NaN if all are in one class.

    >>> kappa(np.array([[2, 0], [0, 2]])), kappa(np.array([[1, 1], [1, 1]]))
    (array(1.), array(0.))
    """
    classes = counts.shape[-1]
    number = np.arange(classes)
    cost = (number[:, None] - number[None, :]) ** 2
    total = counts.sum(axis=(-2, -1))
    rows, columns = counts.sum(axis=-1), counts.sum(axis=-2)
    chance = (rows[..., :, None] * columns[..., None, :] * cost).sum(axis=(-2, -1))
    seen = (counts * cost).sum(axis=(-2, -1)) * total
    return np.asarray(1.0 - ratio(seen.astype(float), chance.astype(float)))


def _tables(found: Steps, counts: np.ndarray, owner: np.ndarray, classes: int) -> np.ndarray:
    """The migration of each draw: draws × classes × classes."""
    cells = classes**2
    cell = owner * cells + found.before * classes + found.after
    each = np.bincount(cell, minlength=counts.shape[1] * cells).reshape(-1, cells)
    # Whole numbers below 2⁵³: exact in whatever order they are added.
    return np.asarray(counts @ each.astype(float)).reshape(-1, classes, classes)
