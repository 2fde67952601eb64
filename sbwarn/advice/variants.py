"""Shops as they would look had an action been in force, and what the model reads of them: many variants in one panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sbwarn.advice.actions import CHANGEABLE_FACTS, READ_AS, Action, Actions, Change, Step, shipped_actions
from sbwarn.errors import SettingError
from sbwarn.indicators.build import build, named
from sbwarn.messages import say
from sbwarn.releases.predict import risks
from sbwarn.tables.panel import Panel, Shops

if TYPE_CHECKING:
    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.releases.record import Release

Move: TypeAlias = "tuple[Action, float]"
"""An action and its size."""
Variant: TypeAlias = "tuple[int, tuple[int, ...]]"
"""Place of the shop in the panel, and the places of its moves, the first applied first; none: the shop as it is."""
PARTS = (("delivery", "sales"), ("cancelled", "sales"))
"""A part and its whole: the part may not become larger."""
OF_ONE = ("returning_share", "new_share")
"""Shares of the same customers: together not more than all."""


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
    varied, possible = vary(panel, [(shop, tuple(range(len(moves))))], moves, months=known.months)
    if not possible[0]:
        names = ", ".join(known.title(step) for step in steps)
        raise SettingError(say("advice.errors.out_of_range", actions=names))
    return varied


def vary(
    panel: Panel,
    variants: Sequence[Variant],
    moves: Sequence[Move],
    *,
    months: int,
    keep: frozenset[str] | None = None,
) -> tuple[Panel, np.ndarray]:
    """A panel with one column a variant, and True for each variant that stays in the range of its inputs.

    Args:
        panel: What was known on the day; it stays as it is.
        variants: Shops and the places of their moves.
        moves: What these places stand for.
        months: Closed months in which a move is in force: the last rows of each quantity.
        keep: Quantities that the panel needs besides the changed ones; None for all.
    """
    shop = np.array([place for place, _ in variants], dtype=np.int64)
    touched = {name for action, _ in moves for name in _touched(action)} & panel.quantities.keys()
    wanted = panel.quantities.keys() if keep is None else (keep & panel.quantities.keys()) | touched
    quantities = {name: panel.quantities[name].take(shop, axis=1) for name in wanted}
    facts = {name: getattr(panel.shops, name).take(shop) for name in Shops.__slots__}
    in_force = {name: quantities[name][-months:] for name in touched}
    # What was odd before is no reason against an action.
    was_broken = _broken(in_force, len(shop))
    for turn in range(max((len(each) for _, each in variants), default=0)):
        columns: dict[int, list[int]] = {}
        for column, (_, each) in enumerate(variants):
            if turn < len(each):
                columns.setdefault(each[turn], []).append(column)
        for place, chosen in columns.items():
            action, size = moves[place]
            _move(in_force, facts, np.array(chosen), action.changes, size)
    possible = was_broken | ~_broken(in_force, len(shop))
    for rows in quantities.values():
        rows.flags.writeable = False
    return replace(panel, shops=Shops(**facts), quantities=quantities), possible


def _touched(action: Action) -> set[str]:
    """The inputs that an action changes, and those that have to be looked at beside them."""
    named_ones = {name for change in action.changes for name in (change.input, change.plus_of)}
    return named_ones.union(*(pair for pair in (*PARTS, OF_ONE) if named_ones & set(pair)))


def _move(
    in_force: Mapping[str, np.ndarray],
    facts: Mapping[str, np.ndarray],
    columns: np.ndarray,
    changes: Sequence[Change],
    size: float,
) -> None:
    """One action of one size, on its variants: every change is made of what stood before the action."""
    before = {
        name: in_force[name][:, columns]
        for change in changes
        for name in (change.input, change.plus_of)
        if name in in_force
    }
    for change in changes:
        name, factor = change.input, change.times * size
        if name in CHANGEABLE_FACTS:
            facts[name][columns] += change.plus * size
        elif change.plus_of:
            in_force[name][:, columns] = before[name] + factor * before[change.plus_of]
        else:
            in_force[name][:, columns] = before[name] * (1.0 + factor) + change.plus * size


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the model reads of one variant."""

    values: np.ndarray
    """Of each indicator of the release."""
    risk: np.ndarray
    """By horizon; NaN if the variant would leave the range of its inputs."""


class Reader:
    """A release, a month and the registered actions, to be asked about variants."""

    def __init__(self, panel: Panel, peers: PeerTable, release: Release, actions: Actions) -> None:
        self.panel, self.peers, self.release, self.actions = panel, peers, release, actions
        self.moves = [(action, size) for action in actions.tried for size in action.steps]
        self._indicators = named(release.indicators)
        self.inputs = frozenset(name for fact in self._indicators for name in fact.reads)
        """What the release's indicators read."""
        moved = {READ_AS.get(name, name) for action in actions.tried for name in action.inputs}
        self._moved = [place for place, fact in enumerate(self._indicators) if moved & set(fact.reads)]

    def reads(self, action: Action) -> bool:
        """True if an indicator reads something that the action changes."""
        return bool(self.inputs & {READ_AS.get(name, name) for name in action.inputs})

    def knows(self, action: Action, shop: int) -> bool:
        """True if the input without which an action says nothing is known of a shop."""
        name = action.inputs[0]
        if name in CHANGEABLE_FACTS:
            return not np.isnan(getattr(self.panel.shops, name)[shop])
        return not np.isnan(self.panel.quantities[name][-self.actions.months :, shop]).all()

    def read(
        self, variants: Sequence[Variant], *, base: Mapping[Variant, Reading] | None = None
    ) -> dict[Variant, Reading]:
        """What the model says of each variant, by the very functions that score a shop.

        Args:
            variants: Shops and moves.
            base: Readings that hold each shop as it is: what no move can touch is taken from there.
        """
        if not variants:
            return {}
        panel, possible = vary(self.panel, variants, self.moves, months=self.actions.months, keep=self.inputs)
        values = self._values(panel, variants, base)
        _, risk = risks(self.release.booster, self.release.calibration, values)
        risk[~possible] = np.nan
        return {variant: Reading(values=values[row], risk=risk[row]) for row, variant in enumerate(variants)}

    def _values(
        self, panel: Panel, variants: Sequence[Variant], base: Mapping[Variant, Reading] | None
    ) -> np.ndarray:
        if base is None:
            return build(panel, self.peers, wanted=self._indicators)
        values = np.stack([base[shop, ()].values for shop, _ in variants])
        if self._moved:
            wanted = [self._indicators[place] for place in self._moved]
            values[:, self._moved] = build(panel, self.peers, wanted=wanted)
        return values
