"""The feature table: the same bits however many shops share the call, however the work is cut."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sbwarn.errors import CatalogueError
from sbwarn.indicators import build as building
from sbwarn.indicators.build import (
    build,
    build_months,
    catalogue,
    month_features,
    named,
    trading,
    typical_values,
)
from sbwarn.indicators.peertable import PeerTable, peer_table
from sbwarn.tables.month import as_month
from sbwarn.tables.panel import DEPTH, QUANTITIES, Panel, Shops
from tests.few_shops import few_shops

SHOPS = 23
NAN = np.nan


@cache
def panel() -> Panel:
    """Cafes 0 to 11 in one district, hairdressers 12 to 22 in another; gaps, zeros, one shop that sold nothing."""
    rng = np.random.default_rng(3)
    quantities = {name: rng.lognormal(14.0, 0.6, (DEPTH, SHOPS)) for name in QUANTITIES}
    for values in quantities.values():
        values[rng.random(values.shape) < 0.15] = NAN
    quantities["sales"][:, 4] = 0.0
    return of(quantities, shops=SHOPS, as_of="2026-03")


def of(quantities: dict[str, np.ndarray], *, shops: int, as_of: str) -> Panel:
    rng = np.random.default_rng(5)
    number = np.arange(shops)
    return Panel(
        as_of=as_month(as_of),
        shops=few_shops(
            shops,
            industry=np.where(number < 12, "cafe", "hair").astype(object),
            district=np.where(number < 12, "east", "west").astype(object),
            opened=as_month(as_of).ordinal - rng.integers(0, 150, shops),
            floor_area=rng.uniform(20, 90, shops),
            lease_ends=as_month(as_of).ordinal + rng.integers(0, 24, shops).astype(float),
        ),
        quantities=quantities,
        lags=dict.fromkeys(QUANTITIES, 1),
    )


def only(*chosen: int) -> Panel:
    """These shops in this order."""
    rows = list(chosen)
    shops = Shops(**{name: getattr(panel().shops, name)[rows] for name in Shops.__slots__})
    quantities = {name: np.ascontiguousarray(values[:, rows]) for name, values in panel().quantities.items()}
    return Panel(as_of=panel().as_of, shops=shops, quantities=quantities, lags=panel().lags)


@cache
def peers() -> PeerTable:
    return peer_table(panel())


@cache
def table() -> np.ndarray:
    return build(panel(), peers())


def test_there_is_a_row_a_shop_and_a_column_an_indicator():
    assert table().shape == (SHOPS, len(catalogue()))
    assert not np.isinf(table()).any()


@pytest.mark.parametrize("block", [1, 2, 3, 7, 11, 22, 23, 24])
@pytest.mark.parametrize("threads", [1, 2])
def test_no_bit_hangs_on_how_the_shops_are_cut_into_blocks(monkeypatch, block, threads):
    monkeypatch.setattr(building, "BLOCK", block)

    np.testing.assert_array_equal(build(panel(), peers(), threads=threads), table())


@pytest.mark.parametrize("chosen", [(0,), (11,), (22,), (22, 0), (5, 6, 7), (9, 9), tuple(range(22, -1, -1))])
def test_no_bit_hangs_on_which_shops_share_the_call(chosen):
    np.testing.assert_array_equal(build(only(*chosen), peers()), table()[list(chosen)])


def test_what_one_shop_does_changes_no_other_shop_beside_the_same_peers():
    other = only(*range(SHOPS))
    other.quantities["sales"][:, 7] *= 3.0

    changed = build(other, peers()) != table()

    unknown = np.isnan(table())
    assert sorted(set(np.nonzero(changed & ~unknown)[0])) == [7]


def test_no_shops_give_a_table_without_rows():
    assert build(only(), peers()).shape == (0, len(catalogue()))


def test_months_built_together_are_those_built_one_by_one():
    earlier = of(
        {name: np.vstack([values[:1], values[:-1]]) for name, values in panel().quantities.items()},
        shops=SHOPS,
        as_of="2026-02",
    )
    panels, groups = [earlier, panel()], [peer_table(earlier), peers()]

    together = build_months(panels, groups)

    for whole, group, built in zip(panels, groups, together, strict=True):
        np.testing.assert_array_equal(built, build(whole, group))


def test_the_columns_that_are_wanted_are_those_of_the_whole_table():
    names = [fact.name for fact in catalogue()]
    wanted = ["peer_trend_3m", "sales_yoy"]

    few = build(panel(), peers(), wanted=named(wanted))

    np.testing.assert_array_equal(few, table()[:, [names.index(name) for name in wanted]])


@pytest.mark.parametrize(
    ("sales", "trades"),
    [((5, 0, 0), True), ((0, 0, 5), True), ((0, 0, 0), False), ((NAN, NAN, NAN), False), ((NAN, 1, NAN), True)],
)  # fmt: skip
def test_a_shop_trades_that_sold_within_three_closed_months(sales, trades):
    last = np.full((DEPTH, 1), 9.0)
    last[-3:, 0] = sales
    quantities = {name: np.full((DEPTH, 1), NAN) for name in QUANTITIES} | {"sales": last}

    assert trading(of(quantities, shops=1, as_of="2026-03")).tolist() == [trades]


def test_beside_a_value_stands_the_median_of_the_trading_peers_or_of_all():
    values, groups = month_features(panel())
    names = [fact.name for fact in catalogue()]
    own, shared = names.index("sales_level"), names.index("footfall_level")
    sells = trading(panel())

    told = typical_values(groups, panel(), ["sales_level", "footfall_level"])

    cafes = sells & (np.arange(SHOPS) < 12)
    assert cafes.sum() == 11
    np.testing.assert_allclose(told[:12, 0], np.nanmedian(values[cafes, own]), rtol=1e-15)
    np.testing.assert_allclose(told[:, 1], np.nanmedian(values[sells, shared]), rtol=1e-15)


def test_what_is_typical_is_unknown_where_the_peers_were_never_measured():
    assert np.isnan(typical_values(peers(), panel(), ["sales_level"])).all()


def test_what_is_typical_of_an_indicator_that_there_is_not_is_refused():
    with pytest.raises(CatalogueError, match="'sales_mood'"):
        typical_values(peers(), panel(), ["sales_mood"])
