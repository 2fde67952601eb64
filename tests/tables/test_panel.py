"""The panel: what was public on the last day of a month, and nothing that became public later."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sbwarn.errors import InputError
from sbwarn.tables.check import check_table
from sbwarn.tables.dataset import dataset_of
from sbwarn.tables.history import History
from sbwarn.tables.month import as_month, ordinal
from sbwarn.tables.panel import DEPTH, NEVER, Panel
from sbwarn.tables.schema import table_schema

COLUMNS = {
    "shops": "shop_id industry_code district_id name closed_on known_on",
    "sales": "shop_id month amount known_on",
    "rent": "shop_id month monthly_rent lease_ends_on known_on",
    "footfall": "district_id month weekday known_on",
}
ONE_SHOP = [("A", "CAFE", "D1", "Moon", None, "2020-01-31")]
ONE_SALE = [("A", "2026-01", 5, "2026-02-28")]
Rows = list[tuple[object, ...]]


def history(
    shops: Rows = ONE_SHOP, sales: Rows = ONE_SALE, lags: dict[str, int] | None = None, **more: Rows
) -> History:
    """A history of these rows, each table in the columns above; sales count as closed after one month."""
    checked = {
        name: check_table(
            pd.DataFrame(rows, columns=COLUMNS[name].split(), dtype=object), table_schema(name), where=name
        )
        for name, rows in {"shops": shops, "sales": sales, **more}.items()
    }
    return History(dataset_of(checked, name="small", currency="KRW", lags=lags))


def last(panel: Panel, quantity: str = "sales") -> list[float]:
    """The last row of a quantity, unknown as −1."""
    return np.nan_to_num(panel.quantities[quantity][-1], nan=-1.0).tolist()


CORRECTED: Rows = [("A", "2026-01", 5, "2026-02-28"), ("A", "2026-01", 9, "2026-03-01")]


def test_a_correction_counts_not_before_it_is_public():
    assert last(history(sales=CORRECTED).as_known("2026-02")) == [5.0]


def test_a_correction_counts_once_it_is_public():
    panel = history(sales=CORRECTED).as_known("2026-03")

    assert panel.quantities["sales"][-2].tolist() == [9.0]


def test_a_correction_counts_wherever_its_row_stands_in_the_table():
    panel = history(sales=CORRECTED[::-1]).as_known("2026-03")

    assert panel.quantities["sales"][-2].tolist() == [9.0]


def test_a_late_row_is_unknown_before_its_day():
    late = history(sales=[*ONE_SALE, ("A", "2026-02", 6, "2026-04-30")])

    assert last(late.as_known("2026-03")) == [-1.0]


def test_a_late_row_is_known_from_its_day_on():
    late = history(sales=[*ONE_SALE, ("A", "2026-02", 6, "2026-04-30")])

    assert late.as_known("2026-04").quantities["sales"][-2].tolist() == [6.0]


def test_a_row_public_on_the_last_day_of_the_month_is_known():
    assert last(history().as_known("2026-02")) == [5.0]


def test_a_reported_zero_stays_a_zero():
    panel = history(sales=[("A", "2026-01", 0, "2026-02-28")]).as_known("2026-02")

    assert panel.quantities["sales"][-1].tolist() == [0.0]


def test_a_missing_report_is_unknown_and_no_zero():
    shops = [*ONE_SHOP, ("B", "CAFE", "D1", None, None, "2020-01-31")]

    panel = history(shops=shops).as_known("2026-02")

    assert np.isnan(panel.quantities["sales"][-1]).tolist() == [False, True]


def test_a_quantity_of_a_table_that_is_not_there_is_unknown():
    panel = history().as_known("2026-02")

    assert np.isnan(panel.quantities["rent"]).all()


def test_a_panel_is_as_deep_as_declared_and_as_wide_as_its_shops():
    panel = history().as_known("2026-02")

    assert {values.shape for values in panel.quantities.values()} == {(DEPTH, 1)}


@pytest.mark.parametrize(("lag", "as_of"), [(0, "2026-02"), (1, "2026-02"), (2, "2026-03")])
def test_the_last_row_is_the_as_of_month_less_the_lag(lag: int, as_of: str):
    panel = history(lags={"sales": lag}).as_known(as_of)

    assert panel.month_of_row("sales", -1) == as_month(as_of) - lag


def test_a_lag_of_two_months_moves_january_to_the_last_row_of_march():
    assert last(history(lags={"sales": 2}).as_known("2026-03")) == [5.0]


def test_rows_are_counted_from_either_end():
    panel = history().as_known("2026-02")

    assert panel.month_of_row("sales", 0) == panel.month_of_row("sales", -DEPTH) == as_month("2023-01")


def test_an_early_report_of_an_unclosed_month_waits():
    early = history(sales=[*ONE_SALE, ("A", "2026-02", 7, "2026-02-15")])

    assert 7.0 not in early.as_known("2026-02").quantities["sales"]


def test_an_early_report_counts_when_its_month_is_closed():
    early = history(sales=[*ONE_SALE, ("A", "2026-02", 7, "2026-02-15")])

    assert last(early.as_known("2026-03")) == [7.0]


def test_a_row_without_known_on_is_known_when_its_month_closes():
    undated = history(sales=[("A", "2026-01", 5, None), ("A", "2026-02", 6, None)])

    assert last(undated.as_known("2026-02")) == [5.0]


def test_a_month_before_anything_was_known_is_refused():
    with pytest.raises(InputError, match="as_of 2019-12: nothing was public"):
        history().as_known("2019-12")


def test_a_month_before_the_first_sale_was_known_is_refused():
    with pytest.raises(InputError, match="as_of 2026-01: nothing was public"):
        history().as_known("2026-01")


def test_a_shop_is_not_in_the_panel_before_it_is_known():
    shops = [*ONE_SHOP, ("B", "CAFE", "D1", None, None, "2026-03-01")]

    assert history(shops=shops).as_known("2026-02").shops.ids.tolist() == ["A"]


MOVED: Rows = [
    ("A", "CAFE", "D1", "Moon", None, "2020-01-31"),
    ("A", "CAFE", "D2", "Sun", None, "2026-03-31"),
]


@pytest.mark.parametrize(("as_of", "state"), [("2026-02", ["Moon", "D1"]), ("2026-03", ["Sun", "D2"])])
def test_a_shop_is_what_it_was_known_to_be(as_of: str, state: list[str]):
    shops = history(shops=MOVED).as_known(as_of).shops

    assert [shops.name[0], shops.district[0]] == state


def test_asking_for_a_later_month_first_changes_no_earlier_answer():
    moved = history(shops=MOVED)

    moved.as_known("2026-03")

    assert moved.as_known("2026-02").shops.name.tolist() == ["Moon"]


def test_a_closing_is_hidden_before_its_known_on():
    shops = [*ONE_SHOP, ("A", "CAFE", "D1", "Moon", "2026-01-15", "2026-03-31")]

    assert history(shops=shops).as_known("2026-02").shops.closed.tolist() == [NEVER]


def test_a_closing_is_told_from_its_known_on():
    shops = [*ONE_SHOP, ("A", "CAFE", "D1", "Moon", "2026-01-15", "2026-03-31")]

    closed = history(shops=shops).as_known("2026-03").shops.closed

    assert closed.tolist() == [ordinal(as_month("2026-01"))]


UNDATED_CLOSING: Rows = [("A", "CAFE", "D1", "Moon", "2026-03-15", None)]


def test_a_closing_without_known_on_is_hidden_before_its_month_ends():
    assert history(shops=UNDATED_CLOSING).as_known("2026-02").shops.closed.tolist() == [NEVER]


def test_a_closing_without_known_on_is_told_when_its_month_ends():
    closed = history(shops=UNDATED_CLOSING).as_known("2026-03").shops.closed

    assert closed.tolist() == [ordinal(as_month("2026-03"))]


def test_footfall_reaches_each_shop_from_its_district():
    shops: Rows = [
        ("A", "CAFE", "D2", None, None, "2020-01-31"),
        ("B", "CAFE", "D1", None, None, "2020-01-31"),
        ("C", "CAFE", "D2", None, None, "2020-01-31"),
    ]
    footfall: Rows = [("D1", "2026-01", 100, "2026-02-28"), ("D2", "2026-01", 200, "2026-02-28")]

    panel = history(shops=shops, footfall=footfall).as_known("2026-02")

    assert last(panel, "footfall_weekday") == [200.0, 100.0, 200.0]


def test_footfall_follows_a_shop_that_moves():
    footfall: Rows = [("D1", "2026-02", 100, "2026-03-31"), ("D2", "2026-02", 200, "2026-03-31")]

    panel = history(shops=MOVED, footfall=footfall).as_known("2026-03")

    assert last(panel, "footfall_weekday") == [200.0]


def test_footfall_of_a_district_without_shops_is_passed_over():
    footfall: Rows = [("D1", "2026-01", 100, "2026-02-28"), ("D9", "2026-01", 900, "2026-02-28")]

    panel = history(footfall=footfall).as_known("2026-02")

    assert last(panel, "footfall_weekday") == [100.0]


def test_rent_closes_with_its_own_month():
    panel = history(rent=[("A", "2026-02", 80, None, None)]).as_known("2026-02")

    assert last(panel, "rent") == [80.0]


LEASES: Rows = [
    ("A", "2025-12", 80, "2026-06-30", "2025-12-31"),
    ("A", "2026-01", 80, None, "2026-01-31"),
    ("A", "2026-03", 80, "2028-06-30", "2026-03-31"),
]


@pytest.mark.parametrize(("as_of", "end"), [("2026-02", "2026-06"), ("2026-03", "2028-06")])
def test_a_lease_ends_when_it_was_last_said_to_end(as_of: str, end: str):
    shops = history(rent=LEASES).as_known(as_of).shops

    assert shops.lease_ends.tolist() == [float(ordinal(as_month(end)))]


def test_a_lease_that_nobody_stated_ends_at_no_known_month():
    sold_before: Rows = [("A", "2025-10", 5, "2025-11-30"), *ONE_SALE]

    shops = history(sales=sold_before, rent=LEASES).as_known("2025-11").shops

    assert np.isnan(shops.lease_ends).tolist() == [True]


def span(of: History, as_of: str) -> list[list[int]]:
    first, final = of.sales_span(as_of)
    return [first.tolist(), final.tolist()]


def test_the_sales_span_runs_from_the_first_to_the_last_positive_sale():
    sales: Rows = [
        ("A", "2025-01", 0, "2025-02-28"),
        ("A", "2025-02", 5, "2025-03-31"),
        ("A", "2025-05", 5, "2025-06-30"),
        ("A", "2025-06", 0, "2025-07-31"),
    ]

    assert span(history(sales=sales), "2026-01") == [
        [ordinal(as_month("2025-02"))],
        [ordinal(as_month("2025-05"))],
    ]


def test_the_sales_span_looks_back_beyond_the_panel():
    sales: Rows = [("A", "2010-01", 5, "2010-02-28"), *ONE_SALE]
    shops: Rows = [("A", "CAFE", "D1", None, None, "2010-01-31")]

    first, _ = history(shops=shops, sales=sales).sales_span("2026-02")

    assert first.tolist() == [480]


def test_the_sales_span_sees_a_month_reported_before_it_closed():
    _, final = history(sales=[*ONE_SALE, ("A", "2026-02", 7, "2026-02-15")]).sales_span("2026-02")

    assert final.tolist() == [ordinal(as_month("2026-02"))]


def test_the_sales_span_does_not_see_what_became_public_later():
    _, final = history(sales=[*ONE_SALE, ("A", "2026-02", 7, "2026-03-31")]).sales_span("2026-02")

    assert final.tolist() == [ordinal(as_month("2026-01"))]


def test_a_shop_without_a_sale_has_no_sales_span():
    shops = [*ONE_SHOP, ("B", "CAFE", "D1", None, None, "2020-01-31")]

    assert [ends[1] for ends in span(history(shops=shops), "2026-02")] == [NEVER, NEVER]


def test_a_sales_span_before_the_first_sale_is_empty():
    assert span(history(), "2025-06") == [[NEVER], [NEVER]]


def test_the_first_month_is_the_one_in_which_the_first_sale_became_known():
    assert history().first_month == as_month("2026-02")


def test_a_panel_cannot_be_written_to():
    panel = history().as_known("2026-02")

    with pytest.raises(ValueError, match="read-only"):
        panel.quantities["sales"][-1] = 0.0


EARLIER: dict[str, Rows] = {
    "shops": [
        ("A", "CAFE", "D1", "Moon", None, "2020-01-31"),
        ("B", "BAR", "D2", "Star", None, "2025-12-31"),
    ],
    "sales": [
        ("A", "2025-12", 4, "2026-01-31"),
        ("A", "2026-01", 5, "2026-02-28"),
        ("B", "2025-12", 8, "2026-02-10"),
        ("B", "2026-02", 3, "2026-02-20"),
    ],
    "rent": [("A", "2026-01", 80, "2026-06-30", "2026-01-31")],
    "footfall": [("D1", "2026-01", 100, "2026-02-28"), ("D2", "2026-01", 200, "2026-02-28")],
}
LATER: dict[str, Rows] = {
    "shops": [
        ("A", "CAFE", "D3", "Sun", "2026-01-20", "2026-03-01"),
        ("C", "CAFE", "D0", "New", None, "2026-03-01"),
    ],
    "sales": [
        ("A", "2026-01", 9, "2026-03-01"),
        ("B", "2026-01", 1, "2026-03-31"),
        ("A", "2024-01", 2, "2026-03-01"),
        ("C", "2026-02", 7, "2026-03-31"),
    ],
    "rent": [("A", "2026-01", 99, "2030-06-30", "2026-03-01"), ("B", "2026-02", 50, None, "2026-03-15")],
    "footfall": [("D1", "2026-01", 111, "2026-03-01"), ("D0", "2026-01", 1, "2026-03-01")],
}


def frozen(of: History) -> dict[str, bytes]:
    """Everything that can be asked as of February, as bytes."""
    panel = of.as_known("2026-02")
    first, final = of.sales_span("2026-02")
    found = {name: np.ascontiguousarray(values).tobytes() for name, values in panel.quantities.items()}
    shops = {
        name: repr(getattr(panel.shops, name).tolist()).encode()
        for name in (
            "ids",
            "industry",
            "district",
            "name",
            "site",
            "opened",
            "closed",
            "floor_area",
            "lease_ends",
        )
    }
    return {**found, **shops, "first": first.tobytes(), "final": final.tobytes()}


@pytest.mark.parametrize("table", ["shops", "sales", "rent", "footfall"])
def test_removing_what_became_public_later_changes_no_bit(table: str):
    whole = {name: [*EARLIER[name], *LATER[name]] for name in EARLIER}
    whole["sales"] = [row for row in whole["sales"] if table != "shops" or row[0] != "C"]

    cut = {**whole, table: EARLIER[table]}

    assert frozen(history(**cut)) == frozen(history(**whole))


def test_removing_all_that_became_public_later_changes_no_bit():
    whole = {name: [*LATER[name], *EARLIER[name]] for name in EARLIER}

    assert frozen(history(**EARLIER)) == frozen(history(**whole))
