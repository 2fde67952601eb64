"""From readings to what is told of one shop: single actions that help, and pairs that help more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.advice.choice import chosen_pair, chosen_step
from sbwarn.advice.counterfactual import PassedOver

if TYPE_CHECKING:
    from sbwarn.advice.actions import Actions
    from sbwarn.advice.cases import Case
    from sbwarn.advice.readings import Readings, Variant


@dataclass(frozen=True, slots=True, kw_only=True)
class Singles:
    """What each action alone came to."""

    fall: Mapping[str, np.ndarray]
    """By action of which any step helps: by how much each step lowers the risk."""
    told: tuple[Variant, ...]
    passed: Mapping[str, PassedOver]


def weigh_singles(catalogue: Actions, case: Case, readings: Readings, column: int) -> Singles:
    """The step to tell of each action, or why none is.

    Args:
        catalogue: The actions and how much a fall has to be.
        case: The shop.
        readings: Of `case.singles()`.
        column: Place of the horizon.
    """
    before = readings.risk_of((case.shop, ()))[column]
    fall: dict[str, np.ndarray] = {}
    told: list[Variant] = []
    passed: dict[str, PassedOver] = {}
    for action, moves in case.tried.items():
        falls = np.array([before - readings.risk_of((case.shop, (move,)))[column] for move in moves])
        step = chosen_step(falls, least=catalogue.least_fall, enough=catalogue.enough)
        if isinstance(step, str):
            passed[action] = PassedOver(action=action, reason=step)
        else:
            told.append((case.shop, (moves[step],)))
        if (falls > 0).any() and step != "unsteady":
            fall[action] = falls
    return Singles(fall=fall, told=tuple(told), passed=passed)


def pairs_to_read(catalogue: Actions, case: Case, singles: Singles) -> list[Variant]:
    """Every pair of steps of two helpful actions that work through different levers."""
    return [
        (case.shop, moves)
        for first, second in _couples(catalogue, singles)
        for moves in product(case.tried[first], case.tried[second])
    ]


def weigh_pairs(
    catalogue: Actions, case: Case, singles: Singles, before: float, readings: Readings, column: int
) -> list[Variant]:
    """The pairs to tell: each adds to the better of its two what a single action has to bring.

    Args:
        catalogue: The actions and how much a fall has to be.
        case: The shop.
        singles: What its single actions came to.
        before: The risk as it is.
        readings: Of `pairs_to_read`.
        column: Place of the horizon.
    """
    told: list[Variant] = []
    for first, second in _couples(catalogue, singles):
        one, other = case.tried[first], case.tried[second]
        fall = np.array(
            [[before - readings.risk_of((case.shop, (a, b)))[column] for b in other] for a in one]
        )
        steps = chosen_pair(
            fall, singles.fall[first], singles.fall[second],
            least=catalogue.least_fall, enough=catalogue.enough,
        )  # fmt: skip
        if steps:
            told.append((case.shop, (one[steps[0]], other[steps[1]])))
    return told


def _couples(catalogue: Actions, singles: Singles) -> list[tuple[str, str]]:
    lever = {action.id: action.lever for action in catalogue.tried}
    return [(one, other) for one, other in combinations(singles.fall, 2) if lever[one] != lever[other]]
