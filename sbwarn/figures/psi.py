"""The population stability index of two sets of scores, with how large it may be by chance alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sbwarn.releases.record import Figure

BINS = 10
"""Tenths of the shops by the scores that are the standard."""
EMPTY = 0.5
"""Shops added to every bin on both sides, so that an empty one does not make the index infinite."""
SURE = 0.95
REACH = 50.0
"""Times the index itself beyond which its upper end is not looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """How far scores have moved."""

    psi: Figure
    """n is the shops that were scored; of an index there are no events."""
    critical: float
    """What the index stays below in 95 of 100 cases if nothing moved: it falls as shops are more."""


def score_shift(before: np.ndarray, after: np.ndarray) -> Shift:
    """The index Σ (a − e) ln (a / e) over tenths of the scores before, with its critical value and 95 % interval.

    Of n and m shops drawn from one city and B bins, the index is about (1/n + 1/m) χ² with B − 1 degrees of freedom;
    where the scores have moved, the χ² is a non-central one, and the ends of the interval are the shifts under which
    the index seen would be as far out as 2.5 in 100. Both take the two sets as separate draws. Two models on the same
    shops differ by less than that when nothing moved, so the test is slow to cry wolf, not quick.

    Args:
        before: Scores that are the standard, shape (n,).
        after: Scores to compare, shape (m,).

    Returns:
        The figures; NaN where one side is empty.

    Source: Yurdakul, Naranjo (2020), Journal of Risk Model Validation 14(4): 89-100.

    >>> scores = np.arange(1000) / 1000
    >>> same = score_shift(scores, scores)
    >>> round(same.psi.value, 6), round(same.psi.low, 6), round(same.critical, 4)
    (0.0, 0.0, 0.0338)
    >>> round(score_shift(scores, scores**2).psi.value, 2)
    0.38
    """
    from scipy.stats import chi2

    if not len(before) or not len(after):
        nothing = Figure(value=np.nan, low=np.nan, high=np.nan, n=len(after), events=0)
        return Shift(psi=nothing, critical=float("nan"))
    cuts = np.unique(np.quantile(before, np.arange(1, BINS) / BINS))
    expected, actual = (_shares(scores, cuts) for scores in (before, after))
    value = float(((actual - expected) * np.log(actual / expected)).sum())
    scale, freedom = 1.0 / len(before) + 1.0 / len(after), max(len(cuts), 1)
    low, high = (
        scale * _off_centre(value / scale, freedom, share) for share in ((1 + SURE) / 2, (1 - SURE) / 2)
    )
    return Shift(
        psi=Figure(value=value, low=min(low, value), high=max(high, value), n=len(after), events=0),
        critical=float(scale * chi2.ppf(SURE, freedom)),
    )


def _shares(scores: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    count = np.bincount(np.searchsorted(cuts, scores, side="right"), minlength=len(cuts) + 1) + EMPTY
    return np.asarray(count / count.sum())


def _off_centre(seen: float, freedom: int, share: float) -> float:
    """How far off centre a χ² must be for `share` of it to lie below what was seen; 0 if even the centred one does."""
    from scipy.optimize import brentq
    from scipy.stats import chi2, ncx2

    if chi2.cdf(seen, freedom) <= share:
        return 0.0
    beyond = REACH * (seen + freedom)
    return float(brentq(lambda away: float(ncx2.cdf(seen, freedom, away)) - share, 0.0, beyond))
