"""Bundles of neighbouring leaves with one table each: what their columns contribute, by the conditions fulfilled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.reasons.leafgame import leaf_game

if TYPE_CHECKING:
    from sbwarn.reasons.paths import Paths

BITS = 6
"""Conditions up to which leaves share a table of 2^BITS patterns. Fewer make more tables to look into, more make
tables that take longer to fill (`benchmarks/reasons.py`)."""
WIDEST = 14
"""Columns on the way to one leaf beyond which its table would be too large."""

AT_ONCE = 1 << 14
"""Numbers of a column that are held at once while the tables are filled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundles:
    """Leaves of one tree that are looked up together. Bundles stand in the order of the trees."""

    bundle: np.ndarray
    """Bundle of each asked condition, ascending."""
    bit: np.ndarray
    """Which bit of the bundle's pattern it sets: 0, 1, 2 … within each bundle."""
    condition: np.ndarray
    """Its number among the conditions of the paths."""
    slot_bundle: np.ndarray
    """Bundle of each slot, ascending: a slot is one column of a bundle."""
    slot_column: np.ndarray
    slot_start: np.ndarray
    """Where the slot's contributions begin in the table, the one of pattern 0 first."""
    table: np.ndarray
    """Contributions in log-odds, a slot behind the other."""


def bundles_of(paths: Paths, *, columns: int) -> Bundles | None:
    """Bundles and their tables; None if a leaf lies behind too many columns.

    Args:
        paths: The ways to the leaves.
        columns: Columns of the model. The last one is asked for in all leaves of a bundle or in none.
    """
    first = np.searchsorted(paths.leaf, np.arange(len(paths.value) + 1))
    if (np.diff(first) > WIDEST).any():
        return None
    last = np.zeros(len(paths.value), dtype=bool)
    last[paths.leaf[paths.column == columns - 1]] = True
    of_leaf = _grouped(paths.condition.tolist(), first.tolist(), (2 * paths.tree + last).tolist())
    of_step = of_leaf[paths.leaf]
    asked, asking = np.unique(of_step * len(paths.conditions) + paths.condition, return_inverse=True)
    bundle, condition = np.divmod(asked, max(len(paths.conditions), 1))
    bit = np.arange(len(asked)) - np.searchsorted(bundle, bundle)
    slots, slot = np.unique(of_step * columns + paths.column, return_inverse=True)
    slot_bundle, slot_column = np.divmod(slots, columns)
    width = np.maximum(np.bincount(bundle), BITS)
    start, table = _filled(paths, first, bit[asking], slot, width[slot_bundle])
    return Bundles(
        bundle=bundle,
        bit=bit,
        condition=condition,
        slot_bundle=slot_bundle,
        slot_column=slot_column,
        slot_start=start,
        table=table,
    )


def _grouped(condition: list[int], first: list[int], kind: list[int]) -> np.ndarray:
    """Bundle of each leaf: neighbours of one kind, as long as their conditions are few; −1 if it asks for nothing."""
    found, number = [], -1
    asked: set[int] = set()
    last = None
    for leaf, own in enumerate(kind):
        steps = condition[first[leaf] : first[leaf + 1]]
        together = asked.union(steps)
        if own == last and len(together) <= BITS:
            asked = together
        elif steps:
            asked, number = set(steps), number + 1
        found.append(number if steps else -1)
        last = own
    return np.array(found, dtype=np.int64)


def _filled(
    paths: Paths, first: np.ndarray, bit: np.ndarray, slot: np.ndarray, width: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Where each slot begins, and the table.

    Args:
        paths: The ways to the leaves.
        first: First step of each leaf, and the number of steps behind the last.
        bit: Of each step: the bit of its condition in the pattern of its bundle.
        slot: Of each step: the slot that it adds to.
        width: Of each slot: bits of its bundle's pattern.
    """
    start = np.cumsum(1 << width) - (1 << width)
    table = np.zeros(int((1 << width).sum()))
    many = np.diff(first)
    wide = np.zeros(len(many), dtype=np.int64)
    wide[paths.leaf] = width[slot]
    for columns, bits in np.unique(np.stack([many, wide])[:, many > 0], axis=1).T:
        alike = np.flatnonzero((many == columns) & (wide == bits))
        size = max(1, AT_ONCE >> bits)
        for leaves in np.split(alike, range(size, len(alike), size)):
            step = first[leaves] + np.arange(columns)[:, None]
            fulfilled = _own_pattern(bit[step], paths.contrary[step], bits)
            for own, game in zip(slot[step], leaf_game(paths.share[step], paths.value[leaves]), strict=True):
                places = start[own][:, None] + np.arange(1 << bits)
                # Flat: NumPy has a short way for adding into one dimension.
                np.add.at(table, places.ravel(), game.take(fulfilled).ravel())
    return start, table


def _own_pattern(bit: np.ndarray, contrary: np.ndarray, bits: int) -> np.ndarray:
    """Where in a game of leaves × patterns each leaf's own pattern stands, for every pattern of its bundle.

    Bit j of a leaf's own pattern is set where its step j is fulfilled; `bit` and `contrary` are steps × leaves.
    """
    steps, leaves = bit.shape
    pattern = np.arange(1 << bits)
    found = np.repeat((np.arange(leaves) << steps)[:, None], len(pattern), axis=1)
    for step in range(steps):
        found |= (((pattern >> bit[step, :, None]) & 1) ^ contrary[step, :, None]) << step
    return found
