"""The bootstrap over shops, for measures that are sums over rows: one shop's months are no independent evidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sbwarn.figures.evaluate import DRAWS
from sbwarn.releases.record import Figure
from sbwarn.tables.wilson import wilson


@dataclass(frozen=True, slots=True)
class Resample:
    """Draws of shops with replacement; the first row of every result is the data as they are."""

    owner: np.ndarray
    """Number of each row's shop."""
    counts: np.ndarray
    """(1 + draws) × shops: how often each shop was drawn."""

    def sums(self, column: np.ndarray) -> np.ndarray:
        """The sum over the rows in each draw, shape (1 + draws,).

        Args:
            column: A number (or truth value) for each row; unknown ones have to be 0.
        """
        each = np.bincount(self.owner, weights=column.astype(float), minlength=self.counts.shape[1])
        # Not a matrix product: that would add in another order with another number of threads.
        return np.asarray((self.counts * each).sum(axis=1))

    def share(self, part: np.ndarray, whole: np.ndarray) -> Figure:
        """Rows of `part` for each row of `whole`, both truth values; n is the whole, events the part.

        The interval is never narrower than Wilson's: where nothing happened, no draw of shops would show doubt.
        """
        drawn = ratio(self.sums(part & whole), self.sums(whole))
        events, n = int((part & whole).sum()), int(whole.sum())
        found = figure_of(drawn, n=n, events=events)
        low, high = wilson(events, n)
        return Figure(
            value=found.value,
            low=float(np.fmin(found.low, low)),
            high=float(np.fmax(found.high, high)),
            n=n,
            events=events,
        )


def resample(shop: np.ndarray, *, seed: int, draws: int = DRAWS) -> Resample:
    """The draws for rows that belong to these shops.

    Args:
        shop: Whose row it is.
        seed: Same shops and seed, same draws.
        draws: How many.

    >>> resample(np.array(["a", "b", "a"]), seed=1, draws=0).sums(np.array([1.0, 2.0, 4.0]))
    array([7.])
    """
    ids, owner = np.unique(shop, return_inverse=True)
    rng = np.random.default_rng(seed)
    drawn = [np.bincount(rng.integers(len(ids), size=len(ids)), minlength=len(ids)) for _ in range(draws)]
    return Resample(owner, np.array([np.ones(len(ids)), *drawn], dtype=float))


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """`part / whole`, NaN where the whole is 0.

    >>> ratio(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
    array([0.5, nan])
    """
    return np.asarray(
        np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=np.asarray(whole) > 0)
    )


def figure_of(drawn: np.ndarray, *, n: int, events: int) -> Figure:
    """The first value with the 95 % interval of the others; NaN ends where no draw tells anything.

    >>> figure_of(np.array([2.0, 1.0, 3.0]), n=9, events=4)
    Figure(value=2.0, low=1.05, high=2.95, n=9, events=4)
    """
    known = drawn[1:][~np.isnan(drawn[1:])]
    low, high = np.quantile(known, (0.025, 0.975)) if len(known) else (np.nan, np.nan)
    return Figure(value=float(drawn[0]), low=float(low), high=float(high), n=n, events=events)
