"""How many crises to expect among many shops, with an interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.tables.wilson import Z95

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The number of crises that the risks of some shops add up to."""

    n: int
    """Shops with a known risk."""
    crises: float
    """Sum of the risks; NaN if n is 0."""
    low: float
    high: float
    """95 % interval of the number, between 0 and n; NaN if n is 0."""

    @property
    def share(self) -> float:
        """Mean risk of the shops."""
        return self.crises / self.n if self.n else float("nan")

    @property
    def share_low(self) -> float:
        """Low end of the share of shops that have a crisis."""
        return self.low / self.n if self.n else float("nan")

    @property
    def share_high(self) -> float:
        """High end of the share of shops that have a crisis."""
        return self.high / self.n if self.n else float("nan")


def expected_crises(risk: ArrayLike) -> Expected:
    """Sum of the risks and its 95 % interval, by the normal approximation of the Poisson binomial.

    The interval takes the risks as right and the shops as independent: a shock that hits a whole street makes the
    truth wider.

    Args:
        risk: Probabilities in [0, 1], shape (n,); NaN is left out.

    Source: Hong (2013), Computational Statistics & Data Analysis 59:41-51.

    >>> expected = expected_crises([0.5] * 100)
    >>> round(expected.crises), round(expected.low, 1), round(expected.high, 1)
    (50, 40.2, 59.8)
    """
    probability = np.asarray(risk, dtype=float)
    probability = probability[np.isfinite(probability)]
    n = len(probability)
    if not n:
        return Expected(n=0, crises=float("nan"), low=float("nan"), high=float("nan"))
    # The order of a sum changes its last bit; the report must not depend on it.
    crises = round(float(probability.sum()), 9)
    half = Z95 * float(np.sqrt((probability * (1 - probability)).sum()))
    return Expected(n=n, crises=crises, low=max(0.0, crises - half), high=min(float(n), crises + half))
