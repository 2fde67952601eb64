"""The facts of a diagnosis sheet: by the calendar, beside the peers, and nothing where nothing is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sbwarn.advice.advise import advise
from sbwarn.reports.sheetcharts import nice_top, of_hundred, sales_chart
from sbwarn.reports.sheetfacts import SHOWN, SalesFacts, over_year, sheet_facts
from sbwarn.scoring.panel import score_panel
from sbwarn.tables.month import as_month
from tests.reports.sheetcases import ON, facts, panel, place, release

NAN = float("nan")


def sales_of(one, peers):
    score = score_panel(one, release().peers, release())[0]
    advice = advise(one, release().peers, release(), on=ON)[0]
    return sheet_facts(score, one, peers, release(), advice).sales


def with_sales(amounts):
    one = panel().only([place("scored")])
    sales = np.full((37, 1), NAN)
    sales[-len(amounts) :, 0] = amounts
    return replace(one, quantities={**one.quantities, "sales": sales})


def with_medians(medians, *, as_of="2026-09"):
    peers = release().peers
    series = np.full(peers.series["sales_median"].shape, NAN)
    series[-len(medians) :] = np.array(medians)[:, None]
    return replace(peers, as_of=as_of, series={**peers.series, "sales_median": series})


def test_the_peers_line_is_their_median_on_the_shops_own_level():
    sales = sales_of(
        with_sales([10.0] * 12 + [5.0] * 12), with_medians([40.0] * 12 + [20.0] * 6 + [60.0] * 6)
    )

    assert sales.base == 12
    assert sales.pace == (10.0,) * 12 + (5.0,) * 6 + (15.0,) * 6


def test_peers_of_an_earlier_month_are_laid_by_the_calendar():
    sales = sales_of(with_sales([10.0] * 24), with_medians([20.0] * 23 + [40.0], as_of="2026-06"))

    assert sales.pace[-4] == pytest.approx(20.0)
    assert np.isnan(sales.pace[-3:]).all()


def test_peers_of_a_later_month_tell_nothing_of_the_future():
    sales = sales_of(with_sales([10.0] * 24), with_medians([20.0] * 22 + [999.0] * 3, as_of="2026-12"))

    assert np.nanmax(sales.pace) == pytest.approx(10.0)


def test_two_months_are_too_few_for_a_line_of_the_peers():
    sales = sales_of(with_sales([10.0, 10.0]), with_medians([20.0] * 24))

    assert sales.base == 0
    assert np.isnan(sales.pace).all()


def test_a_change_over_a_year_takes_the_months_known_in_both_years():
    assert over_year([100.0, 100.0, 50.0] + [0.0] * 9 + [80.0, 80.0, NAN]) == pytest.approx(-0.2)
    assert np.isnan(over_year([NAN] * 3 + [0.0] * 9 + [80.0] * 3))


def test_the_months_end_with_the_last_closed_one():
    sales = facts().sales

    assert sales.months[-1] == str(as_month("2026-09") - panel().lags["sales"])
    assert len(sales.months) == SHOWN


def test_an_unknown_month_is_a_question_mark_and_never_a_column_of_nought():
    months = tuple(f"2025-{month:02d}" for month in range(1, 13)) * 2
    sales = SalesFacts(
        months=months, own=(NAN,) * 23 + (5.0,), year_before=(NAN,) * 24, pace=(NAN,) * 24, over_year=NAN,
        peers_over_year=NAN, peers="own", peers_n=12, base=0,
    )  # fmt: skip

    drawn = sales_chart(sales, into="en", currency="KRW")

    assert drawn.count(">?</text>") == 23
    assert drawn.count("<rect") == 1


def test_an_axis_ends_at_a_round_number_that_holds_the_highest():
    assert [nice_top(value) for value in (17.3e6, 20e6, 0.9, 0.0)] == [20e6, 20e6, 1.0, 1.0]


def test_a_rate_below_a_half_of_a_hundredth_is_fewer_than_one_shop():
    assert of_hundred(0.004, "en") == "under 1 of 100"
    assert of_hundred(0.389, "ko") == "100곳 중 39곳"
    assert of_hundred(NAN, "ko") == "–"
