"""What may be tried on one shop: whether it can be scored at all, and which actions are out of the question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.advice.actions import CHANGEABLE_FACTS, READ_AS
from sbwarn.advice.counterfactual import PassedOver
from sbwarn.indicators.peertable import is_trading
from sbwarn.tables.month import ordinal
from sbwarn.tables.panel import NEVER, Panel

if TYPE_CHECKING:
    from sbwarn.advice.actions import Action, Actions
    from sbwarn.advice.counterfactual import Nothing
    from sbwarn.advice.facts import Facts
    from sbwarn.advice.readings import Reader, Variant

FEWEST_MONTHS = 2
"""Months of known sales below which a shop is not scored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One shop and the actions that may be tried on it."""

    shop: int
    """Place in the panel."""
    facts: Facts
    silent: Nothing
    """Why it cannot be scored; empty if it can."""
    passed: Mapping[str, PassedOver]
    """Actions that are out of the question, by id."""
    tried: Mapping[str, tuple[int, ...]]
    """The others by id: the places of their moves, by step."""

    def singles(self) -> list[Variant]:
        """The shop as it is, and each step of each action alone."""
        moves = [(move,) for each in self.tried.values() for move in each]
        return [] if self.silent else [(self.shop, each) for each in [(), *moves]]


def case_of(reader: Reader, catalogue: Actions, shop: int, facts: Facts) -> Case:
    """The case of one shop of the reader's panel."""
    passed: dict[str, PassedOver] = {}
    tried: dict[str, tuple[int, ...]] = {}
    place = 0
    for action in catalogue.tried:
        against = _against(reader, action, shop, facts)
        if against:
            passed[action.id] = against
        else:
            tried[action.id] = tuple(range(place, place + len(action.steps)))
        place += len(action.steps)
    return Case(shop=shop, facts=facts, silent=_silent(reader.panel, shop), passed=passed, tried=tried)


def _silent(panel: Panel, shop: int) -> Nothing:
    """The reasons for which a shop is not scored, in the order in which a score gives them."""
    sales = panel.quantities["sales"][:, [shop]]
    closed = int(panel.shops.closed[shop])
    if closed != NEVER and closed <= ordinal(panel.as_of):
        return "closed"
    if not is_trading(sales)[0]:
        return "stopped"
    return "too_short" if (~np.isnan(sales)).sum() < FEWEST_MONTHS else ""


def _against(reader: Reader, action: Action, shop: int, facts: Facts) -> PassedOver | None:
    """Why an action is out of the question before anything is scored; None if it is not."""
    if not reader.inputs & {READ_AS.get(name, name) for name in action.inputs}:
        return PassedOver(action=action.id, reason="not_read")
    if not _is_known(reader, action.inputs[0], shop):
        return PassedOver(action=action.id, reason="unknown_input")
    for need in action.needs:
        if need.answer(facts) == "no":
            return PassedOver(action=action.id, reason="not_needed", need=need)
    return None


def _is_known(reader: Reader, name: str, shop: int) -> bool:
    if name in CHANGEABLE_FACTS:
        return not np.isnan(getattr(reader.panel.shops, name)[shop])
    return not np.isnan(reader.panel.quantities[name][-reader.months :, shop]).all()
