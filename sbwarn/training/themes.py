"""Themes: indicators of one family that rise and fall together, so that a reason is told once."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sbwarn.indicators.mechanism import Indicator

ALIKE = 0.6
"""Mean rank correlation, whatever its sign, from which indicators are one theme."""
FEWEST = 50
"""Rows that know both indicators, below which nothing is known of how they go together."""
MOST = 5_000
"""Rows that are looked at, evenly spaced."""


def themes_of(values: np.ndarray, facts: Sequence[Indicator]) -> tuple[int, ...]:
    """Number of the theme of each indicator, counted from 0 in the order in which themes appear.

    Args:
        values: Training rows × indicators, NaN = unknown.
        facts: The indicators; only those of one family can share a theme.

    Source: average linkage on 1 − |Spearman's ρ|, over the rows that know both indicators.
    """
    shown = values[np.unique(np.linspace(0, len(values) - 1, MOST).astype(int))] if len(values) else values
    found: list[tuple[str, int]] = [("", 0)] * len(facts)
    for family in dict.fromkeys(fact.family for fact in facts):
        own = [place for place, fact in enumerate(facts) if fact.family == family]
        for place, cluster in zip(own, _clusters(shown[:, own]), strict=True):
            found[place] = (family, cluster)
    numbers = {theme: number for number, theme in enumerate(dict.fromkeys(found))}
    return tuple(numbers[theme] for theme in found)


def _clusters(values: np.ndarray) -> list[int]:
    """Number of each column's cluster."""
    if values.shape[1] == 1:
        return [0]
    from scipy.cluster.hierarchy import fcluster, linkage

    apart = [1.0 - abs(rank_correlation(*pair)) for pair in combinations(values.T, 2)]
    # Rounded: the last bits must not decide.
    tree = linkage(np.round(apart, 9), method="average")
    return [int(cluster) for cluster in fcluster(tree, round(1.0 - ALIKE, 9), criterion="distance")]


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's ρ over the rows that know both; 0 where too few do, or one does not vary.

    >>> rising = np.arange(60.0)
    >>> round(rank_correlation(rising, -(rising**3)), 6), rank_correlation(rising[:9], rising[:9])
    (-1.0, 0.0)
    """
    from scipy.stats import rankdata

    both = ~(np.isnan(one) | np.isnan(other))
    if both.sum() < FEWEST:
        return 0.0
    ranks = [rankdata(each[both]) for each in (one, other)]
    spread = [rank - rank.mean() for rank in ranks]
    length = float(np.sqrt((spread[0] ** 2).sum() * (spread[1] ** 2).sum()))
    return float((spread[0] * spread[1]).sum()) / length if length else 0.0
