"""A booster's text becomes arrays: the same trees to the last bit, or nothing."""

import lightgbm
import numpy as np
import pytest

from sbwarn.releases.trees import trees_of

HEAD = """tree
version=v4
num_class=1
num_tree_per_iteration=1
max_feature_idx=2
objective=binary sigmoid:1
"""
# Column 0 up to 1.5 and below 0.25, unknown to the left; then column 2 up to −1, never unknown in training.
TREE = """
Tree=0
num_leaves=3
num_cat=0
split_feature=0 2
threshold=1.5 -1
decision_type=10 0
left_child=1 -1
right_child=-2 -3
leaf_value=0.5 -0.25 2
leaf_count=10 30 60
internal_count=100 70
is_linear=0
shrinkage=1
"""
# A tree that found nothing to split.
STUMP = """
Tree=1
num_leaves=1
num_cat=0
split_feature=
threshold=
decision_type=
left_child=
right_child=
leaf_value=0.125
leaf_count=100
internal_count=
is_linear=0
shrinkage=1
"""
END = "\n\nend of trees\n\nfeature_importances:\nColumn_0=1\n\nparameters:\n[boosting: gbdt]\n"
TEXT = HEAD + TREE + STUMP + END


def test_splits_and_leaves_of_all_trees_are_numbered_through():
    trees = trees_of(TEXT + "end of parameters\n")

    assert trees.columns == 3
    assert trees.column.tolist() == [0, 2]
    assert trees.left.tolist() == [1, 2]
    assert trees.right.tolist() == [3, 4]
    assert trees.value.tolist() == [0.5, -0.25, 2.0, 0.125]
    assert trees.cover.tolist() == [100, 70, 10, 30, 60, 100]
    assert trees.tree.tolist() == [0, 0, 0, 1]


def test_the_mean_of_the_leaves_is_weighted_with_their_rows():
    assert trees_of(TEXT).expected == pytest.approx(0.1 * 0.5 - 0.3 * 0.25 + 0.6 * 2 + 0.125)


def test_unknown_goes_where_the_split_says_or_where_zero_goes():
    assert trees_of(TEXT).unknown_left.tolist() == [True, False]
    assert trees_of(TEXT.replace("threshold=1.5 -1", "threshold=1.5 0")).unknown_left.tolist() == [True, True]
    assert trees_of(TEXT.replace("decision_type=10 0", "decision_type=8 0")).unknown_left.tolist() == [
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("num_tree_per_iteration=1", "num_tree_per_iteration=3"),
        ("objective=binary sigmoid:1", "objective=binary sigmoid:1\naverage_output"),
        ("num_cat=0", "num_cat=1"),
        ("is_linear=0", "is_linear=1"),
        ("decision_type=10 0", "decision_type=10 1"),
        ("decision_type=10 0", "decision_type=6 0"),
        (TREE, ""),
    ],
    ids=["several outputs", "mean", "categories", "lines", "one category", "zero is missing", "no split"],
)
def test_trees_of_another_kind_are_not_read(was, becomes):
    assert was in TEXT

    assert trees_of(TEXT.replace(was, becomes)) is None


def test_every_number_survives_the_text_to_the_last_bit():
    rng = np.random.default_rng(3)
    table = rng.lognormal(size=(900, 4))
    table[rng.random(table.shape) < 0.1] = np.nan
    happened = (np.nan_to_num(table[:, 0]) * rng.random(900) > 0.7).astype(float)
    booster = lightgbm.train(
        {"objective": "binary", "verbose": -1, "num_threads": 1, "num_leaves": 9},
        lightgbm.Dataset(table, happened),
        20,
    )
    nodes = booster.trees_to_dataframe()

    trees = trees_of(booster.model_to_string())

    splits = nodes.dropna(subset=["threshold"])
    assert sorted(trees.threshold) == sorted(splits["threshold"])
    assert sorted(trees.value) == sorted(nodes.loc[nodes["split_feature"].isna(), "value"])
    assert (
        trees.unknown_left.sum()
        == (
            ((splits["missing_type"] == "NaN") & (splits["missing_direction"] == "left"))
            | ((splits["missing_type"] == "None") & (splits["threshold"] >= 0))
        ).sum()
    )
