"""What a row must fulfil to reach each leaf of a booster: one condition a column, in the order of the leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from sbwarn.releases.trees import Trees


Asked: TypeAlias = tuple[int, float, float, bool]
"""One condition: its column, low, high and whether unknown fulfils it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Statements about one column each: `low` < value ≤ `high`, or unknown."""

    column: np.ndarray
    low: np.ndarray
    """NaN: no lower bound."""
    high: np.ndarray
    """Infinite: no upper bound."""
    unknown: np.ndarray
    """True where an unknown value fulfils it."""

    def listed(self) -> list[Asked]:
        """The same one by one."""
        return list(
            zip(
                self.column.tolist(),
                self.low.tolist(),
                self.high.tolist(),
                self.unknown.tolist(),
                strict=True,
            )
        )

    def __len__(self) -> int:
        return len(self.column)

    def __getitem__(self, chosen: np.ndarray) -> Conditions:
        return Conditions(
            column=self.column[chosen],
            low=self.low[chosen],
            high=self.high[chosen],
            unknown=self.unknown[chosen],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Steps to the leaves: one for each leaf and each different column on the way to it, sorted by both."""

    leaf: np.ndarray
    column: np.ndarray
    condition: np.ndarray
    """Number of the condition that the step asks for, among `conditions`."""
    contrary: np.ndarray
    """True where it asks that the condition is not fulfilled."""
    share: np.ndarray
    """Share of the training rows that went on towards the leaf where the way asks for this column."""
    conditions: Conditions
    """Every different one of a tree once; no two are each other's contrary."""
    value: np.ndarray
    """Log-odds of each leaf. Leaves stand in their tree from left to right, so that neighbours share their way."""
    tree: np.ndarray
    """Tree of each leaf."""


def paths_of(trees: Trees) -> Paths:
    """The steps to every leaf."""
    leaf, node, split, order = _climbed(trees)
    left = trees.left[split] == node
    leaf, column = np.argsort(order)[leaf], trees.column[split]
    by = np.lexsort((column, leaf))
    leaf, column, split, left, node = (each[by] for each in (leaf, column, split, left, node))
    first = np.flatnonzero(np.r_[True, (np.diff(leaf) != 0) | (np.diff(column) != 0)])
    threshold = trees.threshold[split]
    low = np.maximum.reduceat(np.where(left, -np.inf, threshold), first)
    stated = Conditions(
        column=column[first],
        low=np.where(np.logical_and.reduceat(left, first), np.nan, low),
        high=np.minimum.reduceat(np.where(left, threshold, np.inf), first),
        unknown=np.logical_and.reduceat(trees.unknown_left[split] == left, first),
    )
    tree = trees.tree[order]
    plain, contrary = _plain(stated)
    each, condition = _different(plain, tree[leaf[first]])
    return Paths(
        leaf=leaf[first],
        column=column[first],
        condition=condition,
        contrary=contrary,
        share=np.multiply.reduceat(trees.cover[node] / trees.cover[split], first),
        conditions=plain[each],
        value=trees.value[order],
        tree=tree,
    )


def _climbed(trees: Trees) -> tuple[np.ndarray, ...]:
    """Leaf, node and split above it of every step from the leaves up to the roots; the leaves from left to right."""
    splits, leaves = len(trees.column), len(trees.value)
    above = np.full(splits + leaves, -1)
    above[trees.left] = above[trees.right] = np.arange(splits)
    on_right = np.zeros(splits + leaves, dtype=bool)
    on_right[trees.right] = True
    leaf = np.arange(leaves)
    node = splits + leaf
    # The turns from the root, read as a binary fraction, rise from left to right.
    place = np.zeros(leaves)
    steps = [(leaf[:0], leaf[:0], leaf[:0])]
    while len(node := node[below := above[node] >= 0]):
        leaf = leaf[below]
        steps.append((leaf, node, above[node]))
        place[leaf] = (place[leaf] + on_right[node]) / 2
        node = above[node]
    return *(np.concatenate(each) for each in zip(*steps, strict=True)), np.lexsort((place, trees.tree))


def _plain(stated: Conditions) -> tuple[Conditions, np.ndarray]:
    """The same with fewer that differ: a one-sided one that the unknown fulfils becomes its contrary."""
    below, above = np.isnan(stated.low), np.isinf(stated.high)
    turned = (below | above) & stated.unknown
    return Conditions(
        column=stated.column,
        low=np.where(turned, np.where(above, np.nan, stated.high), stated.low),
        high=np.where(turned, np.where(above, stated.low, np.inf), stated.high),
        unknown=stated.unknown & ~turned,
    ), turned


def _different(stated: Conditions, tree: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each different condition of a tree stands, and the number of each."""
    low = np.where(np.isnan(stated.low), -np.inf, stated.low)
    facts = (stated.unknown, stated.high, low, stated.column, tree)
    order = np.lexsort(facts)
    new = np.zeros(len(order), dtype=bool)
    new[:1] = True
    for fact in facts:
        new[1:] |= fact[order][1:] != fact[order][:-1]
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.cumsum(new) - 1
    return order[new], number
