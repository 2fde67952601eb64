"""Shops as they would look had an action been in force: many variants as the columns of one panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.advice.actions import CHANGEABLE_FACTS, Action, Actions, Change, Step, shipped_actions
from sbwarn.errors import SettingError
from sbwarn.messages import say
from sbwarn.tables.panel import Shops

if TYPE_CHECKING:
    from sbwarn.tables.panel import Panel

NOTHING = -1
"""In the place of a move: none."""
PARTS = (("delivery", "sales"), ("cancelled", "sales"))
"""A part and its whole: the part may not become larger."""
OF_ONE = ("returning_share", "new_share")
"""Shares of the same customers: together not more than all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which variants there are: for each, the shop and up to two moves."""

    shop: np.ndarray
    """Place in the panel."""
    moves: tuple[np.ndarray, ...]
    """For each turn, the place of the move among `Moves`, `NOTHING` for none; the first turn is applied first."""

    def __len__(self) -> int:
        return len(self.shop)


Moves = Sequence[tuple[Action, float]]
"""Actions with a size."""


def applied(panel: Panel, steps: Sequence[Step], *, shop: int = 0, actions: Actions | None = None) -> Panel:
    """The panel of one shop as if these actions had been in force over the last closed months.

    Score it like any other: it is what a counterfactual says, to the last bit.

    Args:
        panel: What was known on the day; it stays as it is.
        steps: In the order of the catalogue.
        shop: Place of the shop in the panel.
        actions: From `read_actions`; None for the ones that are shipped.

    Raises:
        SettingError: an action is not in the catalogue, or the step would leave the range that its inputs can have.
    """
    known = actions or shipped_actions()
    moves = [(known.named(step.action), step.size) for step in steps]
    plan = Plan(shop=np.array([shop]), moves=tuple(np.array([place]) for place in range(len(moves))))
    varied, possible = vary(panel, plan, moves, months=known.months)
    if not possible[0]:
        names = ", ".join(known.title(step) for step in steps)
        raise SettingError(say("advice.errors.out_of_range", actions=names))
    return varied


def vary(
    panel: Panel, plan: Plan, moves: Moves, *, months: int, keep: frozenset[str] | None = None
) -> tuple[Panel, np.ndarray]:
    """A panel with one column a variant, and True for each variant that stays in the range of its inputs.

    Args:
        panel: What was known on the day; it stays as it is.
        plan: The variants.
        moves: What the plan's numbers stand for.
        months: Closed months in which a move is in force: the last rows of each quantity.
        keep: Quantities that the panel needs besides the changed ones; None for all.
    """
    touched = {name for action, _ in moves for name in _touched(action)} & panel.quantities.keys()
    wanted = panel.quantities if keep is None else (keep & panel.quantities.keys()) | touched
    quantities = {name: panel.quantities[name].take(plan.shop, axis=1) for name in wanted}
    facts = {name: getattr(panel.shops, name).take(plan.shop) for name in Shops.__slots__}
    in_force = {name: quantities[name][-months:] for name in touched}
    was_broken = _broken(in_force, len(plan))
    for turn in plan.moves:
        for place in np.unique(turn[turn != NOTHING]):
            action, size = moves[place]
            _move(quantities, facts, np.flatnonzero(turn == place), action.changes, size, months)
    possible = was_broken | ~_broken(in_force, len(plan))
    for rows in quantities.values():
        rows.flags.writeable = False
    return replace(panel, shops=Shops(**facts), quantities=quantities), possible


def _touched(action: Action) -> tuple[str, ...]:
    """The inputs that an action changes, and those that have to be looked at beside them."""
    return (
        *action.inputs,
        *(name for pair in (*PARTS, OF_ONE) for name in pair if set(pair) & set(action.inputs)),
        *(change.plus_of for change in action.changes if change.plus_of),
    )


def _move(
    quantities: Mapping[str, np.ndarray],
    facts: dict[str, np.ndarray],
    variants: np.ndarray,
    changes: Sequence[Change],
    size: float,
    months: int,
) -> None:
    """One action of one size, on its variants: every change is made of what stood before the action."""
    cell = np.ix_(np.arange(-months, 0), variants)
    before = {
        name: quantities[name][cell] for change in changes for name in _named(change) if name in quantities
    }
    for change in changes:
        if change.input in CHANGEABLE_FACTS:
            facts[change.input][variants] += change.plus * size
            continue
        now = before[change.input]
        if change.plus_of:
            quantities[change.input][cell] = now + change.times * size * before[change.plus_of]
        else:
            quantities[change.input][cell] = now * (1.0 + change.times * size) + change.plus * size


def _named(change: Change) -> tuple[str, ...]:
    return (change.input, change.plus_of) if change.plus_of else (change.input,)


def _broken(months: Mapping[str, np.ndarray], count: int) -> np.ndarray:
    """True for each variant with a month that cannot be: below zero, a part above its whole, shares above all."""
    found = np.zeros(count, dtype=bool)
    for rows in months.values():
        found |= (rows < 0).any(axis=0)
    for part, whole in PARTS:
        if part in months and whole in months:
            found |= (months[part] > months[whole]).any(axis=0)
    if OF_ONE[0] in months:
        together = months[OF_ONE[0]] + np.nan_to_num(months[OF_ONE[1]])
        found |= (together > 1).any(axis=0)
    return found
