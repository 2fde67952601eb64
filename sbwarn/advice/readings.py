"""What the model reads of variants of shops: one panel, one call of the indicators, one call of the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sbwarn.advice.actions import READ_AS
from sbwarn.advice.variants import NOTHING, Moves, Plan, vary
from sbwarn.indicators.build import build, named
from sbwarn.releases.predict import HORIZONS, risks

if TYPE_CHECKING:
    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.releases.record import Release
    from sbwarn.tables.panel import Panel

Variant: TypeAlias = "tuple[int, tuple[int, ...]]"
"""Place of the shop in the panel, and the places of its moves; none: the shop as it is."""
TURNS = 2
"""Actions that a counterfactual may join."""
SAME = 1e-9
"""Difference below which two values of an indicator are one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Indicators and risks of variants."""

    row: Mapping[Variant, int]
    values: np.ndarray
    """Variants × indicators of the release."""
    risk: np.ndarray
    """Variants × horizons."""
    possible: np.ndarray
    """False for a variant that would leave the range of its inputs."""

    def risk_of(self, variant: Variant) -> np.ndarray:
        """Its risks by horizon; NaN if it is not possible."""
        row = self.row[variant]
        return self.risk[row] if self.possible[row] else np.full(self.risk.shape[1], np.nan)

    def changed(
        self, variant: Variant, other: Readings, names: Sequence[str]
    ) -> dict[str, tuple[float, float]]:
        """By indicator, the shop's value as it is and in a variant of the other readings, where they differ."""
        before = self.values[self.row[variant[0], ()]]
        after = other.values[other.row[variant]]
        # A ratio of two months that grew alike may differ in its last bits: that is no other value.
        differs = ~np.isclose(before, after, rtol=SAME, atol=SAME, equal_nan=True)
        pairs = zip(names, before.tolist(), after.tolist(), differs.tolist(), strict=True)
        return {name: (was, now) for name, was, now, differ in pairs if differ}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A release and a month, to be asked about variants."""

    panel: Panel
    peers: PeerTable
    release: Release
    moves: Moves
    months: int
    """Closed months in which a move is in force."""

    @property
    def inputs(self) -> frozenset[str]:
        """The inputs that the release's indicators read."""
        return frozenset(name for fact in named(self.release.indicators) for name in fact.reads)

    def read(self, variants: Sequence[Variant], *, base: Readings | None = None) -> Readings:
        """What the model says of each variant, by the very functions that score a shop.

        Args:
            variants: Shops and moves.
            base: Readings that hold each shop as it is: what no move can touch is taken from there.
        """
        if not variants:
            nothing = np.empty((0, len(HORIZONS)))
            return Readings(row={}, values=nothing, risk=nothing, possible=np.empty(0, dtype=bool))
        panel, possible = vary(self.panel, _plan(variants), self.moves, months=self.months, keep=self.inputs)
        values = self._values(panel, variants, base)
        _, risk = risks(self.release.booster, self.release.calibration, values)
        row = {variant: place for place, variant in enumerate(variants)}
        return Readings(row=row, values=values, risk=risk, possible=possible)

    def _values(self, panel: Panel, variants: Sequence[Variant], base: Readings | None) -> np.ndarray:
        every = named(self.release.indicators)
        if base is None:
            return build(panel, self.peers, wanted=every)
        moved = {READ_AS.get(name, name) for action, _ in self.moves for name in action.inputs}
        places = [place for place, fact in enumerate(every) if moved & set(fact.reads)]
        values = base.values[[base.row[shop, ()] for shop, _ in variants]]
        if places:
            values[:, places] = build(panel, self.peers, wanted=[every[place] for place in places])
        return values


def _plan(variants: Sequence[Variant]) -> Plan:
    turns = np.full((TURNS, len(variants)), NOTHING)
    for place, (_, moves) in enumerate(variants):
        turns[: len(moves), place] = moves
    return Plan(shop=np.array([shop for shop, _ in variants], dtype=np.int64), moves=tuple(turns))
