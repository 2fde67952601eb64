"""When sales have collapsed: by three tenths against the trade, three months in a row."""

import numpy as np
import pandas as pd
import pytest

from sbwarn.labels.collapse import levels
from sbwarn.labels.events import FAR, Events
from sbwarn.labels.rules import find_events, label_rule
from sbwarn.tables.month import as_month, from_ordinal
from tests.labels.tables import history, shop, sold

FIRST = as_month("2024-01")
PEERS = [f"P{number:02}" for number in range(12)]
STEADY = [100.0] * 24


def collapse(
    amounts: list[float | None], *, market: list[float] | None = None, late: dict[int, str] | None = None,
    as_of: str | None = None, industry: str = "cafe",
) -> Events:  # fmt: skip
    """Events of a shop A with these sales from January 2024 on, among twelve cafés that sell as the market does."""
    market = market or [50.0] * len(amounts)
    rows = [
        sold("A", str(FIRST + month), amount, (late or {}).get(month))
        for month, amount in enumerate(amounts)
        if amount is not None
    ]
    rows += [sold(peer, str(FIRST + month), amount) for peer in PEERS for month, amount in enumerate(market)]
    known = history([shop("A", industry_code=industry), *(shop(peer) for peer in PEERS)], rows)
    return find_events(
        label_rule("sales_collapse"), known, as_month(as_of) if as_of else FIRST + len(amounts)
    )


def told(events: Events) -> list[tuple[int, int | None]]:
    """Month of each collapse of A, counted from January 2024, and the month in which it was known to be over."""
    part = events.parts[0]
    assert set(part.owner) <= {0}
    return [
        (int(month) - FIRST.ordinal, None if until == FAR else int(until) - FIRST.ordinal)
        for month, until in zip(part.month, part.until, strict=True)
    ]


def test_three_months_at_seventy_per_cent_are_a_collapse_in_the_third_of_them():
    assert told(collapse([*STEADY, 70.0, 70.0, 70.0])) == [(26, None)]


@pytest.mark.parametrize("after", [[70.0, 70.0], [70.0, 70.0, 71.0], [70.0, 71.0, 70.0, 70.0]])
def test_two_months_or_a_smaller_fall_are_none(after):
    assert told(collapse([*STEADY, *after])) == []


def test_it_is_known_once_its_last_month_has_closed():
    assert collapse([*STEADY, 60.0, 60.0, 60.0]).parts[0].known.tolist() == [FIRST.ordinal + 27]


@pytest.mark.parametrize("month", [24, 25, 26])
def test_a_late_report_of_any_of_its_months_makes_it_known_later(month):
    events = collapse([*STEADY, 60.0, 60.0, 60.0, 60.0, 60.0], late={month: "2026-05-20"})

    assert [str(from_ordinal(each)) for each in events.parts[0].known] == ["2026-05"]


def test_a_report_before_its_month_has_closed_makes_it_known_no_sooner():
    events = collapse([*STEADY, 60.0, 60.0, 60.0], late={26: "2026-03-31"})

    assert [str(from_ordinal(each)) for each in events.parts[0].known] == ["2026-04"]


def test_nothing_that_becomes_public_later_counts():
    amounts = [*STEADY, 60.0, 60.0, 60.0, 60.0]

    assert told(collapse(amounts, as_of="2026-03")) == []
    assert told(collapse(amounts, as_of="2026-04")) == [(26, None)]


def test_a_reported_zero_has_fallen_and_an_unknown_month_breaks_the_run():
    assert told(collapse([*STEADY, 60.0, 0.0, 60.0])) == [(26, None)]
    assert told(collapse([*STEADY, 60.0, 60.0, None, 60.0, 60.0])) == []


def test_it_is_over_when_sales_are_above_the_line_again_and_may_come_again():
    year = [100.0] * 12

    assert told(collapse([*STEADY, 60.0, 60.0, 60.0, 65.0, 75.0])) == [(26, 29)]
    assert told(collapse([*STEADY, 60.0, 60.0, 60.0, *year, 60.0, 60.0, 60.0])) == [(26, 28), (41, None)]


def test_it_is_measured_by_its_first_line_alone_while_it_lasts():
    # The year before month 12 has a median of 31.6: 30 is above its line. That of month 14 has one of 44.7: the same
    # 30 is below the line, and would make three fallen months with the two before it, which belong to the old run.
    assert told(collapse([10.0] * 6 + [100.0] * 6 + [20.0] * 5 + [30.0])) == [(14, 18)]


def test_an_unknown_month_does_not_end_it():
    assert told(collapse([*STEADY, 60.0, 60.0, 60.0, None, 60.0])) == [(26, None)]


def test_the_line_is_that_of_the_year_before_the_first_fallen_month():
    # Two years later all the months of the year before are low, and the shop is as low as on the first day.
    assert told(collapse([*STEADY, *[60.0] * 24])) == [(26, None)]
    # A slow decline never falls by three tenths against the year before it.
    assert told(collapse([100.0 * 0.97**month for month in range(48)])) == []


def test_a_run_that_breaks_off_may_begin_again_one_month_later():
    # 71 is above the line of the first fallen month's year; the year before the second holds the same 100.
    assert told(collapse([*STEADY, 60.0, 71.0, 60.0, 60.0, 60.0])) == [(28, None)]


def test_a_fall_of_the_whole_market_is_none():
    fallen = [*STEADY, 60.0, 60.0, 60.0]

    assert told(collapse(fallen, market=[each / 2 for each in fallen])) == []


def test_a_shop_that_stands_still_while_the_market_rises_by_half_has_collapsed():
    assert told(collapse([100.0] * 27, market=[50.0] * 24 + [75.0] * 3)) == [(26, None)]


def test_a_season_that_all_shops_share_is_no_collapse():
    season = [50.0 if month % 12 in (0, 1, 2) else 100.0 for month in range(39)]

    assert told(collapse(season, market=season)) == []
    assert told(collapse(season, market=[100.0] * 39)) != []


def test_an_industry_with_few_shops_is_measured_against_all():
    fallen = [*STEADY, 60.0, 60.0, 60.0]

    assert told(collapse(fallen, industry="rare")) == [(26, None)]
    assert told(collapse(fallen, market=fallen, industry="rare")) == []


def test_six_months_of_the_year_before_have_to_be_known():
    assert told(collapse([None] * 18 + [100.0] * 6 + [60.0] * 3)) == [(26, None)]
    assert told(collapse([None] * 19 + [100.0] * 5 + [60.0] * 3)) == []


def test_zeros_of_the_year_before_are_no_level():
    assert told(collapse([100.0] * 12 + [0.0] * 6 + [100.0] * 6 + [60.0] * 3))[-1] == (26, None)
    assert told(collapse([None] * 18 + [0.0] * 3 + [100.0] * 3 + [60.0] * 3)) == []


def test_a_shop_is_asked_once_six_months_are_known():
    events = collapse([None] * 12 + [100.0] * 12)

    asked = [bool(events.ahead(np.array(["A"]), FIRST.ordinal + month).at_risk[0]) for month in range(16, 21)]
    # As of month 18 the last closed one is 17, the sixth that is known.
    assert asked == [False, False, True, True, True]


def test_a_shop_without_reports_has_not_collapsed():
    assert told(collapse([*STEADY, None, None, None, None])) == []


def test_collapses_are_sure_three_months_after_their_month_closed():
    assert collapse(STEADY, as_of="2025-12").mature == as_month("2025-08").ordinal


def test_the_level_of_a_shop_that_moves_with_its_trade_stays():
    rng = np.random.default_rng(3)
    market = 100.0 * np.exp(np.cumsum(rng.normal(0, 0.2, 30)))
    sales = market[:, None] * rng.uniform(0.5, 2.0, 11)

    found = levels(sales, np.full(11, "cafe"))

    np.testing.assert_allclose(found, np.broadcast_to(found[0], found.shape), atol=1e-9)


def brute_force(sales: np.ndarray) -> set[tuple[int, int]]:
    """Collapses by the words of the rule, one shop at a time; the market stands still."""
    found = set()
    for shop_number, amounts in enumerate(sales.T):
        month = 0
        while month + 2 < len(amounts):
            year = [each for each in amounts[max(month - 12, 0) : month] if each > 0]
            line = np.exp(np.median(np.log(year))) * 0.7 * (1 + 1e-9) if len(year) >= 6 else -1.0
            if not all(each <= line for each in amounts[month : month + 3]):
                month += 1
                continue
            found.add((shop_number, month + 2))
            month += 3
            while month < len(amounts) and not amounts[month] > line:
                month += 1
    return found


def test_it_finds_what_a_slow_reading_of_the_rule_finds():
    rng = np.random.default_rng(5)
    sales = np.where(rng.random((60, 40)) < 0.1, np.nan, np.round(rng.lognormal(0, 0.55, (60, 40)), 3))
    sales[rng.random(sales.shape) < 0.02] = 0.0
    still = [f"S{number:03}" for number in range(100)]
    rows = [
        sold(f"A{number:02}", str(FIRST + month), amount)
        for (month, number), amount in np.ndenumerate(sales)
        if not np.isnan(amount)
    ]
    rows += [sold(each, str(FIRST + month), 50.0) for each in still for month in range(60)]
    known = history([shop(each) for each in [*(f"A{number:02}" for number in range(40)), *still]], rows)

    events = find_events(label_rule("sales_collapse"), known, pd.Period(FIRST + 60))

    part = events.parts[0]
    expected = brute_force(sales)
    assert set(zip(part.owner.tolist(), (part.month - FIRST.ordinal).tolist(), strict=True)) == expected
    assert len(expected) > 20
