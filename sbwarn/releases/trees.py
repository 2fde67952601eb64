"""The trees of a booster as arrays, read from its own text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FIELDS = (
    "split_feature", "threshold", "decision_type", "left_child", "right_child",
    "leaf_value", "leaf_count", "internal_count",
)  # fmt: skip
DECIMAL = frozenset({"threshold", "leaf_value"})
CATEGORY, UNKNOWN_LEFT = 1, 2
"""Bits of LightGBM's `decision_type`: the split asks for a category; unknown goes left."""
MISSING, NO_MISSING, MISSING_IS_NAN = 12, 0, 8
"""Its two bits for what counts as missing, and the two kinds that are read here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """Splits and leaves of every tree, one tree behind the other.

    A node is the number of a split, or the number of all splits plus the number of a leaf.
    """

    columns: int
    column: np.ndarray
    """Of each split: what it asks for."""
    threshold: np.ndarray
    """A value up to this one goes left."""
    unknown_left: np.ndarray
    """True where an unknown value goes left, too."""
    left: np.ndarray
    right: np.ndarray
    """Nodes below each split."""
    cover: np.ndarray
    """Training rows that passed each node: splits, then leaves."""
    value: np.ndarray
    """Log-odds that each leaf adds."""
    tree: np.ndarray
    """Which tree each leaf belongs to."""

    @property
    def expected(self) -> float:
        """Mean log-odds over the training rows: where every contribution starts."""
        cover = self.cover[len(self.column) :]
        return float((np.bincount(self.tree, cover * self.value) / np.bincount(self.tree, cover)).sum())


def trees_of(text: str) -> Trees | None:
    """The trees behind a booster's text (`Booster.model_to_string`), to the last bit of every threshold and leaf.

    None if a tree asks for categories, takes zero as missing, has a line instead of a value in its leaves, if there are
    several outputs or their mean, or no split at all: no training of ours makes these.

    Source: LightGBM, `src/io/tree.cpp` and `src/boosting/gbdt_model_text.cpp`, format v4.
    """
    head, _, rest = text.partition("\nTree=")
    facts = _facts(head)
    if facts["num_tree_per_iteration"] != "1" or "\naverage_output\n" in head:
        return None
    blocks = [_facts(block) for block in rest.partition("\nend of trees")[0].split("\nTree=")]
    if any(block["num_cat"] != "0" or block["is_linear"] != "0" for block in blocks):
        return None
    found = {
        # Of a text, `fromstring` reads each number to its last bit, without a string for each.
        field: np.fromstring(
            " ".join(block[field] for block in blocks), dtype=float if field in DECIMAL else np.int64, sep=" "
        )
        for field in FIELDS
    }
    kind = found["decision_type"]
    readable = ((kind & CATEGORY) == 0) & np.isin(kind & MISSING, (NO_MISSING, MISSING_IS_NAN))
    if not len(kind) or not readable.all():
        return None
    return _placed(found, np.array([int(block["num_leaves"]) for block in blocks]), facts)


def _facts(lines: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in lines.split("\n") if "=" in line)


def _placed(found: dict[str, np.ndarray], leaves: np.ndarray, facts: dict[str, str]) -> Trees:
    """Numbers that count within a tree become numbers that count through all trees."""
    splits = leaves - 1
    first_split, first_leaf = (np.repeat(np.cumsum(many) - many, splits) for many in (splits, leaves))

    def node(child: np.ndarray) -> np.ndarray:
        # LightGBM writes leaf k as −1 − k.
        return np.asarray(np.where(child >= 0, first_split + child, splits.sum() + first_leaf + ~child))

    kind, threshold = found["decision_type"], found["threshold"]
    return Trees(
        columns=int(facts["max_feature_idx"]) + 1,
        column=found["split_feature"],
        threshold=threshold,
        # A column that was never unknown in training: LightGBM then reads unknown as 0.
        unknown_left=np.where(
            (kind & MISSING) == MISSING_IS_NAN, (kind & UNKNOWN_LEFT) > 0, threshold >= 0.0
        ),
        left=node(found["left_child"]),
        right=node(found["right_child"]),
        cover=np.concatenate([found["internal_count"], found["leaf_count"]]).astype(float),
        value=found["leaf_value"],
        tree=np.repeat(np.arange(len(leaves)), leaves),
    )
