"""Contributions are Shapley values of the trees, add up to the score, and have the same bits for one row and many."""

import gc
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from math import comb, nan

import lightgbm
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sbwarn.reasons import bundles, treeshap
from sbwarn.reasons.leafgame import leaf_game
from sbwarn.releases.load import find_release, load_release
from sbwarn.releases.predict import INTERVALS, log_odds

COLUMNS = 5
LAST = (0.0, 1.0, 2.0)


def rows(count, *, seed=1, columns=COLUMNS):
    """Random rows; the second column is always known, the last one is 0, 1 or 2."""
    rng = np.random.default_rng(seed)
    found = rng.normal(size=(count, columns)).round(2)
    found[rng.random(found.shape) < 0.2] = nan
    found[:, 1] = rng.normal(size=count)
    found[:, -1] = rng.integers(0, 3, count)
    return found


def trained(table, *, trees=12, categories="auto", **settings):
    known = np.where(np.isnan(table), 0.7, table)
    odds = known[:, 0] * known[:, 2] + known[:, 1] + np.abs(known[:, 3]) - known[:, -1]
    happened = (np.random.default_rng(9).random(len(table)) < 1 / (1 + np.exp(-odds))).astype(float)
    data = lightgbm.Dataset(table, happened, categorical_feature=categories)
    return lightgbm.train(
        {
            "objective": "binary",
            "num_leaves": 8,
            "min_data_in_leaf": 5,
            "verbose": -1,
            "num_threads": 1,
            **settings,
        },
        data,
        trees,
    )


@pytest.fixture(scope="module")
def booster():
    return trained(rows(1500))


@pytest.fixture(scope="module")
def shipped():
    return load_release()


def told(booster, table):
    """Contributions where every row has its own last column, and where they start."""
    found, start = treeshap.treeshap(booster, table[:, :-1], LAST)
    return found[np.arange(len(table)), table[:, -1].astype(int)], start


def by_lightgbm(booster, table):
    return booster.predict(table, pred_contrib=True, num_threads=1)


def expected(node, row, known):
    """Mean of a tree over the training rows where only the known columns are fixed."""
    if "leaf_value" in node:
        return node["leaf_value"]
    left, right = node["left_child"], node["right_child"]
    column = node["split_feature"]
    if column in known:
        value = row[column]
        if np.isnan(value) and node["missing_type"] == "NaN":
            goes_left = node["default_left"]
        else:
            goes_left = np.nan_to_num(value, posinf=np.inf, neginf=-np.inf) <= node["threshold"]
        return expected(left if goes_left else right, row, known)
    covers = [each.get("internal_count", each.get("leaf_count")) for each in (left, right)]
    means = [expected(each, row, known) for each in (left, right)]
    return (covers[0] * means[0] + covers[1] * means[1]) / sum(covers)


def brute_force(booster, row):
    """Shapley's definition: the mean of what a column brings to each coalition of the others."""
    trees = [each["tree_structure"] for each in booster.dump_model()["tree_info"]]
    columns = range(len(row))
    worth = {
        coalition: sum(expected(tree, row, coalition) for tree in trees)
        for size in range(len(row) + 1)
        for coalition in combinations(columns, size)
    }
    found = np.zeros(len(row))
    for column in columns:
        for coalition, value in worth.items():
            if column not in coalition:
                joined = tuple(sorted((*coalition, column)))
                weight = 1 / (len(row) * comb(len(row) - 1, len(coalition)))
                found[column] += weight * (worth[joined] - value)
    return found


def test_contributions_are_shapleys_by_definition(booster):
    table = rows(25, seed=2)

    found, start = told(booster, table)

    np.testing.assert_allclose(found, [brute_force(booster, row) for row in table], rtol=0, atol=1e-12)
    trees = [each["tree_structure"] for each in booster.dump_model()["tree_info"]]
    assert start == pytest.approx(sum(expected(tree, table[0], ()) for tree in trees), abs=1e-12)


@pytest.mark.parametrize("few", [0, 320], ids=["the way of many", "of few"])
def test_unknown_and_infinite_values_go_where_lightgbm_sends_them(booster, monkeypatch, few):
    monkeypatch.setattr(treeshap, "FEW", few)
    table = np.array(
        [
            [nan, nan, nan, nan, 0.0],
            [nan, 0.0, nan, nan, 1.0],
            [np.inf, np.inf, np.inf, np.inf, 2.0],
            [-np.inf, -np.inf, -np.inf, -np.inf, 0.0],
            [0.0, nan, -0.0, 1e-36, 1.0],
        ]
    )

    found, _ = told(booster, table)

    np.testing.assert_allclose(found, [brute_force(booster, row) for row in table], rtol=0, atol=1e-12)
    np.testing.assert_allclose(found, by_lightgbm(booster, table)[:, :-1], rtol=0, atol=1e-12)


@pytest.mark.parametrize("few", [0, 320], ids=["the way of many", "of few"])
def test_a_value_on_a_threshold_goes_left(booster, monkeypatch, few):
    monkeypatch.setattr(treeshap, "FEW", few)
    splits = booster.trees_to_dataframe().dropna(subset=["threshold"])
    table = rows(len(splits), seed=3)
    for row, (column, threshold) in enumerate(zip(splits["split_feature"], splits["threshold"], strict=True)):
        table[row, int(column.removeprefix("Column_"))] = threshold
    table[:, -1] = table[:, -1].clip(0, 2).round()

    found, _ = told(booster, table)

    np.testing.assert_allclose(found, by_lightgbm(booster, table)[:, :-1], rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    "settings",
    [
        {"num_leaves": 31, "min_data_in_leaf": 2},
        {"monotone_constraints": [1, 1, 0, 0, -1], "monotone_constraints_method": "intermediate"},
        {"num_leaves": 2},
        {"bagging_fraction": 0.5, "bagging_freq": 1, "feature_fraction": 0.5},
        {"trees": 1, "min_data_in_leaf": 1400},
    ],
    ids=["deep", "monotone", "stumps", "sampled", "no split at all"],
)
def test_start_and_contributions_add_up_to_the_raw_score(settings):
    table = rows(1500)
    model = trained(table, **settings)

    found, start = told(model, table[:400])

    raw = model.predict(table[:400], raw_score=True, num_threads=1)
    np.testing.assert_allclose(found.sum(axis=1) + start, raw, rtol=0, atol=1e-9)
    np.testing.assert_allclose(found, by_lightgbm(model, table[:400])[:, :-1], rtol=0, atol=1e-9)


def test_a_column_that_no_tree_asks_for_contributes_nothing():
    table = rows(800)
    table[:, -1] = 1.0
    table[:, 3] = nan
    model = trained(table)

    found, _ = treeshap.treeshap(model, rows(30)[:, :-1], LAST)

    assert (found[:, :, [3, -1]] == 0.0).all()
    np.testing.assert_array_equal(found[:, 0], found[:, 2])


def test_the_shipped_release_is_explained_like_lightgbm_does(shipped):
    values = like_golden(shipped, 300)
    last = tuple(float(each) for each in range(len(INTERVALS)))

    found, start = treeshap.treeshap(shipped.booster, values, last)

    table = np.column_stack([np.repeat(values, 3, axis=0), np.tile(last, len(values))])
    beside = by_lightgbm(shipped.booster, table).reshape(len(values), 3, -1)
    np.testing.assert_allclose(found, beside[:, :, :-1], rtol=0, atol=1e-9)
    assert start == pytest.approx(beside[0, 0, -1], abs=1e-9)
    np.testing.assert_allclose(
        found.sum(axis=2) + start, log_odds(shipped.booster, values), rtol=0, atol=1e-9
    )


def like_golden(release, count):
    """Rows whose every value some golden row has."""
    import pyarrow.parquet as pq

    table = pq.read_table(find_release(release.id) / "golden.parquet", columns=list(release.indicators))
    golden = np.column_stack([column.to_numpy() for column in table.columns])
    rng = np.random.default_rng(4)
    found = golden[rng.integers(len(golden), size=count)]
    other = golden[rng.integers(len(golden), size=count)]
    return np.where(rng.random(found.shape) < 0.3, other, found)


def test_one_shop_gets_the_bits_of_many_permuted_and_in_part(shipped, monkeypatch):
    monkeypatch.setattr(treeshap, "BLOCK", 150)
    values = like_golden(shipped, treeshap.FEW + 37)
    order = np.random.default_rng(5).permutation(len(values))

    many, _ = treeshap.treeshap(shipped.booster, values, LAST)
    alone = [treeshap.treeshap(shipped.booster, values[shop : shop + 1], LAST)[0] for shop in range(60)]
    permuted, _ = treeshap.treeshap(shipped.booster, values[order], LAST)
    part, _ = treeshap.treeshap(shipped.booster, values[order[:99]], LAST)

    assert np.concatenate(alone).tobytes() == many[:60].tobytes()
    assert permuted.tobytes() == many[order].tobytes()
    assert part.tobytes() == many[order[:99]].tobytes()


def test_which_other_intervals_are_asked_for_changes_no_bit(shipped):
    values = like_golden(shipped, 20)

    every, _ = treeshap.treeshap(shipped.booster, values, LAST)
    last_first, _ = treeshap.treeshap(shipped.booster, values, (2.0, 0.0))

    assert last_first.tobytes() == every[:, [2, 0]].tobytes()


def test_another_layout_in_memory_changes_no_bit(booster):
    values = rows(700)[:, :-1]

    plain, _ = treeshap.treeshap(booster, values, LAST)

    for way in (np.asfortranarray(values), np.repeat(values, 2, axis=0)[::2]):
        assert treeshap.treeshap(booster, way, LAST)[0].tobytes() == plain.tobytes()


def test_sixteen_threads_make_the_tables_together_and_agree():
    model = trained(rows(1500), trees=30)
    values = rows(64, seed=6)[:, :-1]

    def explained(shop):
        return treeshap.treeshap(model, values[shop % 64 : shop % 64 + 1], LAST)[0]

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(explained, range(320)))

    want, _ = treeshap.treeshap(model, values, LAST)
    assert all(each.tobytes() == want[shop % 64].tobytes() for shop, each in enumerate(found))


def test_no_rows_give_no_contributions(booster):
    found, _ = treeshap.treeshap(booster, np.empty((0, COLUMNS - 1)), LAST)

    assert found.shape == (0, len(LAST), COLUMNS)


def test_tables_go_with_their_booster():
    gc.collect()
    before = len(treeshap._KEPT)
    model = trained(rows(300), trees=2)
    treeshap.treeshap(model, rows(3)[:, :-1], LAST)
    assert len(treeshap._KEPT) == before + 1

    del model
    gc.collect()

    assert len(treeshap._KEPT) == before


@pytest.mark.parametrize(
    "settings",
    [
        {"categories": [COLUMNS - 1], "min_data_per_group": 5, "cat_smooth": 1.0},
        {"zero_as_missing": True},
        {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5},
    ],
    ids=["categories", "zero is missing", "mean of trees"],
)
def test_what_tables_do_not_cover_is_left_to_lightgbm(settings):
    table = rows(1500)
    model = trained(table, **settings)

    found, start = told(model, table[:50])

    assert treeshap.tables_of(model.model_to_string()) is None
    beside = by_lightgbm(model, table[:50])
    np.testing.assert_array_equal(found, beside[:, :-1])
    assert start == beside[0, -1]


def test_a_leaf_behind_too_many_columns_is_left_to_lightgbm(booster, monkeypatch):
    monkeypatch.setattr(bundles, "WIDEST", 3)
    assert treeshap.tables_of(booster.model_to_string()) is None

    monkeypatch.setattr(bundles, "WIDEST", 5)
    assert treeshap.tables_of(booster.model_to_string()) is not None


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10_000),
    leaves=st.integers(2, 15),
    unknown=st.floats(0.0, 0.9),
    grid=st.integers(0, 2),
    least=st.integers(1, 200),
)
def test_any_booster_is_explained_like_lightgbm_does(seed, leaves, unknown, grid, least):
    """Coarse grids put values on thresholds and on 0; few rows a leaf make trees without a split."""
    rng = np.random.default_rng(seed)
    table = rows(300, seed=seed).round(grid)
    table[:, :-1][rng.random((300, COLUMNS - 1)) < unknown] = nan
    model = trained(table, trees=4, num_leaves=leaves, min_data_in_leaf=least)

    found, start = told(model, table)

    beside = by_lightgbm(model, table)
    np.testing.assert_allclose(found, beside[:, :-1], rtol=0, atol=1e-12)
    assert start == pytest.approx(beside[0, -1], abs=1e-12)
    assert told(model, table[7:8])[0].tobytes() == found[7:8].tobytes()


@pytest.mark.parametrize("bits", [0, 3, 12])
def test_how_leaves_are_bundled_changes_contributions_by_rounding_only(booster, monkeypatch, bits):
    table = rows(60)
    want, _ = told(booster, table)
    again = lightgbm.Booster(model_str=booster.model_to_string())
    monkeypatch.setattr(bundles, "BITS", bits)

    found, _ = told(again, table)

    np.testing.assert_allclose(found, want, rtol=0, atol=1e-12)


def test_two_columns_of_a_leaf_share_what_they_bring_together():
    """A leaf of 1, reached by half the rows on each of two columns: .25 is expected, each brings half of .75."""
    game = leaf_game(np.array([[0.5], [0.5]]), np.array([1.0]))

    assert game[:, 0].tolist() == [[-0.125, 0.125, -0.375, 0.375], [-0.125, -0.375, 0.125, 0.375]]
