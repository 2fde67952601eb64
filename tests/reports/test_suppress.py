"""Small cells: nobody's figures can be read, or worked out from the total."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbwarn.reports.areas import area_table
from sbwarn.reports.suppress import hidden_cells
from tests.reports.city import city, vacancy_of


def hidden_of(*n: int, already: list[bool] | None = None) -> list[int]:
    """Sizes of the cells that are hidden."""
    hidden = hidden_cells(n, already=already)
    return [size for size, is_hidden in zip(n, hidden, strict=True) if is_hidden]


@pytest.mark.parametrize(
    ("n", "hidden"),
    [
        ((40, 5, 12), []),
        ((40, 3, 4, 12), [3, 4]),
        ((40, 4, 12, 9), [4, 9]),
        ((40, 1, 1, 12), [1, 1, 12]),
        ((40, 2, 3), [2, 3]),
        ((40, 0, 12), []),
        ((40, 0, 3), [40, 3]),
        ((3,), [3]),
        ((1, 2), [1, 2]),
        ((), []),
    ],
)
def test_small_cells_are_hidden_and_one_that_would_stand_alone_takes_the_next_smallest(n, hidden):
    assert hidden_of(*n) == hidden


def test_a_cell_hidden_for_another_reason_does_not_stand_alone():
    assert hidden_of(40, 20, 12, already=[True, False, False]) == [40, 12]


def test_an_empty_cell_is_shown_even_where_another_figure_of_it_is_hidden():
    assert hidden_of(40, 0, 12, already=[False, True, False]) == []


@given(st.lists(st.integers(0, 30), max_size=12))
def test_what_is_hidden_together_is_at_least_two_cells_and_five_shops_or_everything(n):
    size = np.array(n, dtype=int)

    hidden = hidden_cells(size)

    everything = hidden[size > 0].all()
    assert not hidden.any() or everything or (hidden.sum() >= 2 and size[hidden].sum() >= 5)


@given(st.lists(st.integers(0, 30), max_size=12))
def test_no_cell_of_one_to_four_shops_is_shown(n):
    size = np.array(n, dtype=int)

    hidden = hidden_cells(size)

    assert not ((size[~hidden] > 0) & (size[~hidden] < 5)).any()


def table(districts: dict[str, int], sites: dict[str, tuple[int, int]] | None = None):
    month = city(districts)
    return area_table(month, "district_id", vacancy=vacancy_of(sites or {}), language="ko")


def test_the_risk_of_a_small_district_and_of_the_next_smallest_is_hidden():
    areas = table({"D1": 20, "D2": 3, "D3": 9})

    assert {area.code: area.risk is None for area in areas.rows} == {"D1": False, "D2": True, "D3": True}


def test_what_the_total_leaves_for_the_hidden_districts_is_more_than_one_small_district():
    areas = table({"D1": 20, "D2": 3, "D3": 9})

    shown = sum(area.risk.n for area in areas.rows if area.risk is not None)
    assert areas.total.risk.n - shown == 12


def test_the_urgent_share_is_hidden_with_the_risk():
    areas = table({"D1": 20, "D2": 3, "D3": 9})

    assert [area.code for area in areas.rows if area.urgent_share is None] == ["D2", "D3"]


def test_the_total_is_never_hidden():
    areas = table({"D1": 20, "D2": 3, "D3": 9})

    assert areas.total.risk.n == 32


def test_no_district_shows_a_sales_trend_of_fewer_than_five_shops():
    areas = table({"D1": 20, "D2": 3, "D3": 6, "D4": 8})

    shown = [area.trend.n for area in areas.rows if area.trend is not None]
    assert all(n == 0 or n >= 5 for n in shown)


def test_the_vacancy_of_few_premises_is_hidden_with_the_next_smallest():
    areas = table({"D1": 20, "D2": 20, "D3": 20}, {"D1": (40, 4), "D2": (2, 1), "D3": (8, 2)})

    assert [area.code for area in sorted(areas.rows, key=lambda one: one.code) if area.premises is None] == [
        "D2",
        "D3",
    ]


def test_every_row_with_something_hidden_is_counted():
    areas = table({"D1": 40, "D2": 3, "D3": 9})

    assert areas.hidden == sum(None in (area.risk, area.trend, area.premises) for area in areas.rows) >= 2
