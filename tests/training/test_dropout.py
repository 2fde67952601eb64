"""Tables that are taken away: which indicators fall silent, for which shops, and that nothing else changes."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from sbwarn.indicators.build import month_features, named
from sbwarn.indicators.selection import default_set
from sbwarn.tables.history import History
from sbwarn.tables.month import as_month
from sbwarn.training.dropout import OPTIONAL, droppable, lacking, lots, without_tables
from sbwarn.training.rows import HazardRows
from tests import small_city

FACTS = named(
    ("sales_yoy", "rent_against_peers", "lease_renewal_soon", "footfall_yoy", "vacancy_gap_two_sources")
)
NAMES = tuple(fact.name for fact in FACTS)


def rows_of(values, shop) -> HazardRows:
    count = len(values)
    return HazardRows(
        values=values,
        interval=np.zeros(count, dtype=int),
        happened=np.zeros(count),
        month=np.arange(count),
        shop=np.asarray(shop),
        lags=np.zeros((count, 13)),
        helped=np.zeros(count, dtype=bool),
        weight=np.ones(count),
    )


def full(count=900, months=3) -> HazardRows:
    rng = np.random.default_rng(1)
    return rows_of(
        rng.normal(size=(count * months, len(FACTS))), np.tile([f"s{n}" for n in range(count)], months)
    )


@cache
def city_values(without: str | None = None) -> np.ndarray:
    dataset = small_city.dataset()
    left = {name: table for name, table in dataset.tables.items() if name != without}
    panel = History(replace(dataset, tables=left)).as_known(as_month(small_city.LAST))
    return month_features(panel, wanted=default_set())[0]


def test_the_tables_of_the_city_that_can_be_dropped_are_those_that_an_indicator_reads():
    found = droppable(default_set(), city_values())

    assert found == ["rent", "footfall", "districts", "customers", "costs", "market", "premises", "events"]


@pytest.mark.parametrize(
    "table", ["rent", "footfall", "districts", "customers", "costs", "market", "premises", "events"]
)
def test_values_lacking_a_table_are_those_of_a_city_that_never_had_it(table):
    np.testing.assert_array_equal(lacking(city_values(), default_set(), table), city_values(table))


def test_every_optional_table_can_be_named_and_the_two_required_ones_cannot():
    assert {"shops", "sales"}.isdisjoint(OPTIONAL)
    assert {"rent", "footfall"} <= set(OPTIONAL)


def test_a_table_that_nobody_knows_anything_of_is_not_droppable():
    values = np.ones((2, len(FACTS)))
    values[:, [1, 2]] = np.nan

    assert droppable(FACTS, values) == ["footfall", "market", "premises"]


def test_the_share_of_shops_lose_a_table_whole_and_in_every_month():
    rows = full()

    gone = np.isnan(without_tables(rows, FACTS, 0.25, seed=1))

    by_month = gone.reshape(3, 900, len(FACTS))
    assert (by_month == by_month[0]).all()
    assert not gone[:, 0].any()
    np.testing.assert_array_equal(gone[:, 1], gone[:, 2])
    assert gone[:, [1, 3]].mean(axis=0) == pytest.approx([0.25, 0.25], abs=0.05)
    # It needs two tables: it falls silent for whoever lost either.
    assert gone[:, 4].mean() == pytest.approx(1 - 0.75**2, abs=0.05)


def test_each_table_is_drawn_on_its_own():
    gone = np.isnan(without_tables(full(), FACTS, 0.5, seed=1))

    both = (gone[:, 1] & gone[:, 3]).mean()
    assert both == pytest.approx(0.25, abs=0.05)


def test_what_is_left_is_what_was_there():
    rows = full()

    found = without_tables(rows, FACTS, 0.5, seed=1)

    left = ~np.isnan(found)
    np.testing.assert_array_equal(found[left], rows.values[left])
    assert not np.isnan(rows.values).any()


def test_a_shop_has_the_same_lot_in_any_order_and_any_company():
    rows = full(months=1)
    order = np.random.default_rng(2).permutation(len(rows.shop))[:500]
    whole = without_tables(rows, FACTS, 0.3, seed=4)

    part = without_tables(rows.where(order), FACTS, 0.3, seed=4)

    np.testing.assert_array_equal(part, whole[order])


def test_another_seed_draws_other_shops():
    rows = full(months=1)

    one, other = (np.isnan(without_tables(rows, FACTS, 0.3, seed=seed)[:, 1]) for seed in (1, 2))

    assert (one != other).mean() == pytest.approx(2 * 0.3 * 0.7, abs=0.06)


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_where_no_table_is_known_nothing_changes(share):
    rows = full()
    rows.values[:, 1:] = np.nan

    assert without_tables(rows, FACTS, share, seed=1) is rows.values


def test_no_share_changes_nothing():
    rows = full()

    assert without_tables(rows, FACTS, 0.0, seed=1) is rows.values


def test_lots_are_even_and_differ_from_purpose_to_purpose():
    shops = np.array([f"s{n}" for n in range(4000)])

    one, other = lots(shops, "rent 1"), lots(shops, "rent 2")

    np.testing.assert_allclose(np.quantile(one, [0.25, 0.5, 0.75]), [0.25, 0.5, 0.75], atol=0.03)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.05
    assert 0 <= one.min() <= one.max() < 1
