"""How sure a risk is: for every risk the Venn–ABERS pair and a 95 % interval, as steps that are looked up."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

GRADES = ("A", "B", "C", "D")
"""Depth grades of shops that get a risk, by their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Venn:
    """Steps over the risk within one horizon; each begins after the number before and ends with its own.

    The pair (`p0`, `p1`) is what isotonic regression gives a shop of this risk if it is added to the shops that were
    seen, once as one without a crisis and once as one with. One of the two is right whichever shop comes, but it
    speaks of the shops that were seen. `low` and `high` speak of the next ones: see `sbwarn.training.venn`.

    Source: Vovk, Petej and Fedorova (2015), Large-scale probabilistic predictors with and without guarantees of
    validity, NIPS 28.
    """

    at: tuple[float, ...]
    """Risk at which each step but the last ends, rising; the last has no end."""
    p0: tuple[float, ...]
    p1: tuple[float, ...]
    """Never falling; empty where a release of protocol 2 or 1 did not tell them."""
    low: tuple[tuple[float, ...], ...]
    high: tuple[tuple[float, ...], ...]
    """Ends of the 95 % interval by depth grade and step, never falling."""
    n: int
    """Shops and as-of months behind it; 0: nothing was observed, and there is no interval."""
    _at: np.ndarray = field(init=False, repr=False, compare=False)
    _low: np.ndarray = field(init=False, repr=False, compare=False)
    _high: np.ndarray = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_at", np.array(self.at, dtype=float))
        # All grades behind each other: to look up a flat place is three times as fast as a row and a column.
        object.__setattr__(self, "_low", np.array(self.low, dtype=float).ravel())
        object.__setattr__(self, "_high", np.array(self.high, dtype=float).ravel())

    def interval(self, risk: np.ndarray, grade: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Low and high end for each risk, widened to hold the risk itself; NaN where nothing was observed.

        Args:
            risk: Within this horizon, one a shop.
            grade: Number of each shop's depth grade in `GRADES`, same shape.

        >>> steps = Venn(at=(0.1,), p0=(), p1=(), low=((0.01, 0.2),) * 4, high=((0.05, 0.4),) * 4, n=60)
        >>> low, high = steps.interval(np.array([0.02, 0.1, 0.9]), np.array([0, 3, 1]))
        >>> low.tolist(), high.tolist()
        ([0.01, 0.01, 0.2], [0.05, 0.1, 0.9])
        """
        if not self.n:
            nothing = np.full(len(risk), np.nan)
            return nothing, nothing
        place = grade * (len(self.at) + 1) + self._at.searchsorted(risk)
        return np.minimum(self._low.take(place), risk), np.maximum(self._high.take(place), risk)

    def check(self) -> None:
        """Refuse steps that are out of order, or ends that fall, cross or leave 0..1.

        Raises:
            ValueError: they do.
        """
        steps = len(self.at) + 1 if self.n else 0
        pair = np.array([self.p0, self.p1], dtype=float)
        low, high = np.array([self.low, self.high], dtype=float).reshape(2, len(GRADES), steps)
        fine = [
            pair.shape in {(2, 0), (2, steps)} and (pair[0] <= pair[1]).all(),
            (np.diff(self._at) > 0).all(),
            (low <= high).all() and (low >= 0).all() and (high <= 1).all(),
            all((np.diff(each, axis=-1) >= 0).all() for each in (pair, low, high)),
        ]
        if not all(fine):
            raise ValueError("calibration: the steps of an interval must rise with the risk")

    def page(self) -> dict[str, Any]:
        """The steps as plain values, ready for JSON."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.init}


NOTHING = Venn(at=(), p0=(), p1=(), low=((),) * len(GRADES), high=((),) * len(GRADES), n=0)
"""No shops were seen: no interval."""


def venn_of(page: Mapping[str, Any]) -> Venn:
    """The steps that `Venn.page` told.

    Raises:
        KeyError, TypeError, ValueError: it is something else.

    >>> venn_of(NOTHING.page()) == NOTHING
    True
    """
    low, high = (tuple(tuple(map(float, each)) for each in page[name]) for name in ("low", "high"))
    at, p0, p1 = (tuple(map(float, page[name])) for name in ("at", "p0", "p1"))
    read = Venn(at=at, p0=p0, p1=p1, low=low, high=high, n=int(page["n"]))
    read.check()
    return read


def venn_of_bands(band: Mapping[str, Any]) -> Venn:
    """What a release of protocol 2 or 1 told instead: the rates observed in ten bands of risk, whatever the depth.

    Raises:
        KeyError, TypeError, ValueError: it is something else.

    >>> old = {"upper": [0.1, 0.9], "low": [0.01, 0.2], "high": [0.05, 0.4], "n": [40, 20]}
    >>> [end.tolist() for end in venn_of_bands(old).interval(np.array([0.3]), np.array([2]))]
    [[0.2], [0.4]]
    """
    low, high = (tuple(map(float, band[name])) for name in ("low", "high"))
    read = Venn(
        at=tuple(map(float, band["upper"][:-1])),
        p0=(),
        p1=(),
        low=(low,) * len(GRADES),
        high=(high,) * len(GRADES),
        n=int(sum(band["n"])),
    )
    if len(low) != len(band["n"]) or len(high) != len(low):
        raise ValueError("calibration: bands of different lengths")
    return read
