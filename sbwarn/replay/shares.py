"""Shares of a change in each of several switches: Shapley values in whole steps, so that they add up without a rest."""

from __future__ import annotations

from fractions import Fraction
from math import factorial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STEP = 2.0**-44
"""What one step is worth (6·10⁻¹⁴): a number below 256 in whole steps is exact in binary, and so is every sum."""


def in_steps(value: float) -> int:
    """The nearest whole number of steps.

    >>> in_steps(0.5) * STEP
    0.5
    """
    return round(value / STEP)


def shapley(worth: Mapping[frozenset[str], int]) -> dict[str, int]:
    """What each switch brought, averaged over every order in which the switches can be turned; by name.

    Args:
        worth: For each set of switches that are turned, what comes out, in whole steps. Every subset is there.

    Returns:
        Whole steps that add up to what all switches together brought (see `apportioned`).

    Source: Shapley (1953), A value for n-person games.

    >>> shapley({frozenset(): 0, frozenset("a"): 6, frozenset("b"): 0, frozenset("ab"): 10})
    {'a': 8, 'b': 2}
    """
    every = max(worth, key=len)
    names = sorted(every)
    orders = factorial(len(names))
    weight = [factorial(size) * factorial(len(names) - 1 - size) for size in range(len(names))]
    exact = [
        Fraction(
            sum(
                weight[len(turned)] * (worth[turned | {name}] - worth[turned])
                for turned in worth
                if name not in turned
            ),
            orders,
        )
        for name in names
    ]
    return dict(zip(names, apportioned(exact, worth[every] - worth[frozenset()]), strict=True))


def apportioned(exact: Sequence[Fraction], whole: int) -> list[int]:
    """Whole numbers next to the exact shares that add up to `whole`; the rest goes where rounding took most.

    Args:
        exact: Shares that add up to `whole`, but for less than half a step each.
        whole: Their sum.

    The same shares with the other sign give the same numbers with the other sign.

    >>> apportioned([Fraction(4, 3), Fraction(4, 3), Fraction(4, 3)], 4)
    [2, 1, 1]
    """
    shares = [round(each) for each in exact]
    rest = whole - sum(shares)
    sign = 1 if rest > 0 else -1
    most_lost = sorted(range(len(exact)), key=lambda place: sign * (shares[place] - exact[place]))
    for place in most_lost[: abs(rest)]:
        shares[place] += sign
    return shares
