"""Base rates, maturity and agreement of label rules."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from sbwarn.labels.agreement import Answers, answers, base_rates, kappa, kappa_of, maturity, overview
from sbwarn.labels.events import FAR, Events
from sbwarn.labels.page import page
from sbwarn.labels.rules import label_rule
from sbwarn.messages import speaking

NOW = 600  # 2020-01
SHOPS = np.array(["dies_in_2", "dies_in_9", "lives", "moves_in_4"])
EVENTS = Events.once(
    shop_ids=SHOPS,
    month=np.array([NOW + 2, NOW + 9, FAR, FAR]),
    left=np.array([FAR, FAR, FAR, NOW + 4]),
    mature=NOW + 7,
    excluded={"same_name_successor": 1},
)
ASKED = {NOW: SHOPS, NOW + 1: SHOPS, NOW + 2: SHOPS[1:]}


def test_base_rates_count_the_shops_whose_answer_is_known():
    found = base_rates(answers(EVENTS, ASKED, 6))

    assert found["as_of"].tolist() == ["2020-01", "2020-02"]
    assert found["n"].tolist() == [3, 3]
    assert found["crises"].tolist() == [1, 1]
    np.testing.assert_allclose(found["rate"], [1 / 3, 1 / 3])


def test_rates_have_wilson_intervals():
    found = base_rates(
        Answers(
            month=np.full(100, NOW),
            shop=np.arange(100),
            told=np.ones(100, bool),
            waits=np.zeros(100, bool),
            happened=np.arange(100) < 10,
        )
    )

    assert (round(found["low"][0], 4), round(found["high"][0], 4)) == (0.0552, 0.1744)


def test_rows_wait_whose_horizon_ends_after_the_last_mature_month():
    # As of March six months end in September, a month after the last mature one; who moves by then waits for nothing.
    assert maturity(answers(EVENTS, ASKED, 6), 6).waiting == 2
    assert maturity(answers(EVENTS, ASKED, 6), 6).last == "2020-02"
    assert maturity(answers(EVENTS, ASKED, 12), 12).last is None


def said(happened: list[bool], shop: list[int] | None = None, told: list[bool] | None = None) -> Answers:
    count = len(happened)
    return Answers(
        month=np.full(count, NOW), shop=np.array(shop if shop is not None else range(count)),
        told=np.array(told if told is not None else [True] * count), waits=np.zeros(count, bool),
        happened=np.array(happened),
    )  # fmt: skip


def test_kappa_is_that_of_scikit_learn():
    rng = np.random.default_rng(7)
    one = rng.random(500) < 0.3
    other = np.where(rng.random(500) < 0.7, one, rng.random(500) < 0.2)

    found = kappa(said(one), said(other), one="one", other="other")

    assert found.value == pytest.approx(cohen_kappa_score(one, other))
    assert (found.n, found.both) == (500, int((one & other).sum()))
    assert (found.one_alone, found.other_alone) == (int((one & ~other).sum()), int((other & ~one).sum()))


def test_kappa_reads_only_rows_that_both_answer():
    found = kappa(
        said([True, False, True, False], told=[True, True, True, False]),
        said([True, False, False, True], told=[True, True, False, True]), one="one", other="other",
    )  # fmt: skip

    assert (found.n, found.value) == (2, 1.0)


def test_the_interval_draws_whole_shops():
    rng = np.random.default_rng(8)
    one, other = rng.random(60) < 0.4, rng.random(60) < 0.4
    other = np.where(rng.random(60) < 0.6, one, other)
    alone = kappa(said(one), said(other), one="one", other="other")
    twelve = kappa(
        said(np.repeat(one, 12), np.repeat(np.arange(60), 12)),
        said(np.repeat(other, 12), np.repeat(np.arange(60), 12)), one="one", other="other",
    )  # fmt: skip

    # Twelve times the same word of a shop teach no more than one.
    assert (twelve.low, twelve.high) == pytest.approx((alone.low, alone.high), abs=1e-12)


def test_the_interval_is_that_of_a_bootstrap_shop_by_shop():
    rng = np.random.default_rng(9)
    shop = rng.integers(0, 80, 600)
    one = rng.random(600) < 0.3
    other = np.where(rng.random(600) < 0.6, one, rng.random(600) < 0.3)
    by_shop = np.zeros((80, 4))
    np.add.at(by_shop, (shop, 2 * one + other), 1)
    drawn = kappa_of(by_shop[rng.integers(0, 80, (4000, 80))].sum(axis=1))

    found = kappa(said(one, shop), said(other, shop), one="one", other="other", draws=4000)

    assert (found.low, found.high) == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.01)


@pytest.mark.parametrize(
    ("one", "other"), [([False] * 4, [False] * 4), ([False] * 4, [True, False, False, False])]
)
def test_a_rule_that_gives_one_answer_alone_has_no_kappa(one, other):
    found = kappa(said(one), said(other), one="one", other="other")

    assert np.isnan([found.value, found.low, found.high]).all()


def test_no_common_row_gives_no_kappa():
    found = kappa(said([True], told=[False]), said([True]), one="one", other="other")

    assert found.n == 0
    assert np.isnan(found.value)


def told(*, synthetic: bool):
    rules = (label_rule("closed"), label_rule("silent_3"))
    return overview(
        {"closed": EVENTS, "silent_3": EVENTS}, rules, ASKED, dataset="few", synthetic=synthetic,
        as_of=pd.Period("2020-09", "M"), horizon=6,
    )  # fmt: skip


def test_an_overview_holds_every_horizon_of_every_rule():
    found = told(synthetic=False)

    assert set(zip(found.rates["rule"], found.rates["horizon"], strict=True)) == {
        (rule, horizon) for rule in ("closed", "silent_3") for horizon in (3, 6)
    }
    assert [each.horizon for each in found.maturities["closed"]] == [3, 6, 12]
    assert found.kappas[0].value == 1.0
    assert (found.shops, found.rows) == (4, 11)


def test_the_page_tells_what_each_rule_found():
    lines = page(told(synthetic=False)).splitlines()

    assert any(line.startswith(f"closed v1  {label_rule('closed').digest[:12]}") for line in lines)
    assert "  2 crises; no crisis, because the business goes on: successor of the same name 1" in lines
    assert "  within 6 months: answered up to as-of 2020-02, 2 shop-months wait" in lines
    assert "  within 12 months: nothing answered yet, 8 shop-months wait" in lines
    assert "  2020-01  3       1  33.3%  6.1%–79.2%" in lines
    assert not any("synthetic" in line for line in lines)


@pytest.mark.parametrize(("tongue", "mark"), [("en", "[synthetic]"), ("ko", "[합성]")])
def test_each_line_with_a_figure_of_a_simulated_city_says_so(tongue, mark):
    with speaking(tongue):
        lines = page(told(synthetic=True)).splitlines()

    figures = [
        line for line in lines if line.startswith(("  2020", "  closed  silent_3", "  within", "  2 "))
    ]
    assert len(figures) >= 5
    assert all(line.endswith(mark) for line in figures)


def test_columns_are_flush_in_korean_too():
    with speaking("ko"):
        lines = page(told(synthetic=False)).splitlines()

    head = next(line for line in lines if line.startswith("  기준월  "))
    row = lines[lines.index(head) + 1]
    assert len(head) + sum(ord(letter) > 0x1100 for letter in head) == len(row)
