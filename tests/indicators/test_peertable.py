"""Groups of shops and their figures, by hand."""

from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from sbwarn.errors import ReleaseError
from sbwarn.indicators.peerfile import read_peers, write_peers
from sbwarn.indicators.peertable import PeerTable, peer_table, with_typical
from sbwarn.tables.month import as_month
from sbwarn.tables.panel import DEPTH, QUANTITIES, Panel
from tests.few_shops import few_shops


def panel(sales: np.ndarray, industry: list[str], district: list[str], *, rent: float = np.nan) -> Panel:
    """A panel of these sales (months × shops), the last row the last closed month."""
    count = len(industry)
    unknown = {name: np.full((DEPTH, count), np.nan) for name in QUANTITIES}
    months = np.full((DEPTH, count), np.nan)
    months[-len(sales) :] = sales
    return Panel(
        as_of=as_month("2025-06"),
        shops=few_shops(
            count,
            industry=np.array(industry, dtype=object),
            district=np.array(district, dtype=object),
            floor_area=np.full(count, 10.0),
        ),
        quantities={**unknown, "sales": months, "rent": np.full((DEPTH, count), rent)},
        lags=dict.fromkeys(QUANTITIES, 1),
    )


def steady(industry: list[str], district: list[str]) -> Panel:
    """Shops that sell 100 a month."""
    return panel(np.full((DEPTH, len(industry)), 100.0), industry, district)


def group(peers: PeerTable, industry: str, district: str) -> int:
    """Number of a group."""
    return int(np.flatnonzero((peers.industry == industry) & (peers.district == district))[0])


def key_of_peers(peers: PeerTable, industry: str, district: str) -> tuple[str, str]:
    """The group that speaks for a shop."""
    number = peers.peers_of(np.array([industry], dtype=object), np.array([district], dtype=object))[0]
    return str(peers.industry[number]), str(peers.district[number])


def key_of_district(peers: PeerTable, district: str) -> tuple[str, str]:
    """The group that speaks for a district."""
    number = peers.district_of(np.array([district], dtype=object))[0]
    return str(peers.industry[number]), str(peers.district[number])


def test_ten_shops_of_a_trade_in_a_district_speak_for_themselves():
    peers = peer_table(steady(["cafe"] * 20, ["D0"] * 10 + ["D1"] * 10))

    assert key_of_peers(peers, "cafe", "D0") == ("cafe", "D0")


def test_nine_shops_of_a_trade_in_a_district_speak_through_their_trade():
    peers = peer_table(steady(["cafe"] * 20, ["D0"] * 9 + ["D1"] * 11))

    assert key_of_peers(peers, "cafe", "D0") == ("cafe", "*")


def test_nine_shops_of_a_trade_speak_through_everyone():
    peers = peer_table(steady(["bar"] * 9 + ["cafe"] * 11, ["D0"] * 20))

    assert key_of_peers(peers, "bar", "D0") == ("*", "*")


def test_a_shop_that_no_longer_trades_does_not_count_towards_the_ten():
    whole = steady(["cafe"] * 10, ["D0"] * 10)
    whole.quantities["sales"][-3:, 0] = 0.0

    assert key_of_peers(peer_table(whole), "cafe", "D0") == ("*", "*")


def test_an_unknown_trade_is_compared_with_everyone():
    peers = peer_table(steady(["cafe"] * 20, ["D0"] * 20))

    assert key_of_peers(peers, "zoo", "D0") == ("*", "*")


def test_a_known_trade_in_an_unknown_district_is_compared_with_its_trade():
    peers = peer_table(steady(["cafe"] * 20, ["D0"] * 20))

    assert key_of_peers(peers, "cafe", "D9") == ("cafe", "*")


@pytest.mark.parametrize(("shops", "speaks"), [(10, ("*", "D0")), (9, ("*", "*"))])
def test_a_district_needs_ten_shops_of_any_trade(shops, speaks):
    trades = ["cafe", "bar"] * 10
    peers = peer_table(steady(trades, ["D0"] * shops + ["D1"] * (20 - shops)))

    assert key_of_district(peers, "D0") == speaks


def test_an_unknown_district_is_everyone():
    peers = peer_table(steady(["cafe"] * 10, ["D0"] * 10))

    assert key_of_district(peers, "D9") == ("*", "*")


def test_the_median_leaves_out_zero_and_unknown_months():
    sales = np.array([[0.0, np.nan, 10.0, 30.0, 80.0]] * DEPTH)
    peers = peer_table(panel(sales, ["cafe"] * 5, ["D0"] * 5))

    everyone = peers.everyone
    assert peers.series["sales_median"][-1, everyone] == 30.0
    assert peers.series["trading"][-1, everyone] == 3.0
    assert peers.n[everyone] == 3


def test_an_even_group_has_the_middle_of_its_two_middle_shops():
    sales = np.array([[10.0, 20.0, 40.0, 90.0]] * DEPTH)

    peers = peer_table(panel(sales, ["cafe"] * 4, ["D0"] * 4))

    assert peers.series["sales_median"][-1, peers.everyone] == 30.0


def test_the_exit_share_counts_who_traded_before_and_is_silent_for_three_months():
    sales = np.full((DEPTH, 4), 100.0)
    sales[-3:, 0] = np.nan
    sales[-2:, 1] = 0.0
    sales[:, 3] = np.nan

    peers = peer_table(panel(sales, ["cafe"] * 4, ["D0"] * 4))

    # Three traded, one of them is silent; silent for two months is not silent yet, and the fourth never traded.
    assert peers.columns["exit"][peers.everyone] == pytest.approx(1 / 3)


def test_the_entry_share_counts_first_sales_within_a_year_among_those_that_trade():
    sales = np.full((DEPTH, 4), 100.0)
    sales[:-13, 0] = np.nan
    sales[:-14, 1] = 0.0

    peers = peer_table(panel(sales, ["cafe"] * 4, ["D0"] * 4))

    assert peers.columns["entry"][peers.everyone] == 0.25


def test_sales_against_a_year_earlier_add_up_the_shops_known_in_both():
    sales = np.full((DEPTH, 3), 100.0)
    sales[-3:, 0] = 150.0
    sales[-15:-12, 2] = np.nan
    sales[-3:, 2] = 9000.0

    peers = peer_table(panel(sales, ["cafe"] * 3, ["D0"] * 3))

    assert peers.columns["yoy"][peers.everyone] == pytest.approx(0.25)


def test_the_trend_is_the_median_of_the_shops_own_trends():
    sales = np.full((DEPTH, 3), 100.0)
    sales[-3:] = [50.0, 90.0, 300.0]

    peers = peer_table(panel(sales, ["cafe"] * 3, ["D0"] * 3))

    assert peers.columns["trend"][peers.everyone] == pytest.approx(-0.1)


def test_rents_are_medians_too():
    peers = peer_table(panel(np.full((DEPTH, 3), 400.0), ["cafe"] * 3, ["D0"] * 3, rent=100.0))

    assert peers.columns["rent_per_m2"][peers.everyone] == 10.0
    assert peers.columns["rent_share"][peers.everyone] == 0.25


def test_the_grid_runs_from_the_smallest_to_the_largest_shop_that_trades():
    sales = np.array([[10.0, 30.0, 20.0, 0.0]] * DEPTH)

    grid = peer_table(panel(sales, ["cafe"] * 4, ["D0"] * 4)).grids["level"][:, 0]

    assert (grid[0], grid[10], grid[20]) == (10.0, 20.0, 30.0)


def test_the_typical_value_is_the_median_over_the_shops_that_trade():
    whole = steady(["cafe"] * 4, ["D0"] * 4)
    whole.quantities["sales"][:, 3] = 0.0

    peers = with_typical(peer_table(whole), whole, {"odd": np.array([1.0, 2.0, 9.0, 700.0])})

    assert peers.typical["odd"][peers.everyone] == 2.0


@pytest.fixture
def written(tmp_path):
    """A table with typical values, and its file."""
    whole = steady(["cafe"] * 11 + ["술집"] * 11, ["D0", "D1"] * 11)
    whole.quantities["sales"][:, ::3] *= 1 / 3
    peers = with_typical(peer_table(whole), whole, {"odd": np.arange(22) / 7})
    write_peers(peers, tmp_path / "peers.parquet")
    return peers, tmp_path / "peers.parquet"


def test_a_table_that_was_written_is_read_to_the_last_bit(written):
    peers, path = written

    found = read_peers(path)

    assert_same(found, peers)


def assert_same(now, was):
    """The same record to the last bit."""
    for each in fields(was):
        one, other = getattr(now, each.name), getattr(was, each.name)
        if is_dataclass(other):
            assert_same(one, other)
        elif isinstance(other, dict):
            assert set(one) == set(other)
            for name in other:
                np.testing.assert_array_equal(one[name], other[name], strict=True)
        else:
            np.testing.assert_array_equal(one, other)


def test_the_same_table_is_written_with_the_same_bytes(written, tmp_path):
    peers, path = written

    write_peers(peers, tmp_path / "again.parquet")

    assert (tmp_path / "again.parquet").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("keeps", [0, 10, -40])
def test_a_damaged_file_is_refused(written, keeps):
    _, path = written
    path.write_bytes(path.read_bytes()[:keeps])

    with pytest.raises(ReleaseError, match=r"peers\.parquet"):
        read_peers(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ReleaseError, match=r"none\.parquet"):
        read_peers(tmp_path / "none.parquet")


def test_a_table_of_something_else_is_refused(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"a": [1]}), tmp_path / "other.parquet")

    with pytest.raises(ReleaseError, match=r"other\.parquet"):
        read_peers(tmp_path / "other.parquet")
