"""One shop's score from what a script has at hand."""

import json
import math
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from sbwarn.consult.business import score_business
from sbwarn.errors import InputError, ReleaseError, SettingError
from sbwarn.messages import speaking
from sbwarn.releases.load import load_release
from sbwarn.scoring.panel import score_panel
from sbwarn.tables.month import month_range
from tests import small_city

MONTHS = [str(month) for month in month_range("2025-01", "2026-08")]
SHOP = {"shop_id": "A17", "industry_code": "I56-coffee", "district_id": "SJ01", "opened_on": "2023-04-01"}
SALES = {month: 9e6 - 2e5 * place for place, month in enumerate(MONTHS)}


def score(shop=None, sales=None, rent=1_500_000, footfall=None, **more):
    return score_business(
        {**SHOP, **(shop or {})}, SALES if sales is None else sales, rent, footfall,
        release=small_city.release(), **more,
    )  # fmt: skip


def said(score):
    """Everything but what was understood of the input, which hangs on the form in which it came."""
    return {name: told for name, told in score.to_dict().items() if name != "notes"}


def test_three_risks_agree_with_each_other():
    found = score()

    assert found.status == "scored"
    assert 0 < found.risk[3] <= found.risk[6] <= found.risk[12] < 1


def test_the_interval_holds_the_risk():
    found = score()

    for horizon in (3, 6):
        low, high = found.interval[horizon]
        assert 0 <= low <= found.risk[horizon] <= high <= 1
    assert all(math.isnan(end) for end in found.interval[12]), "no twelve-month outcome was mature"


def test_the_day_one_stands_on_is_the_first_on_which_the_last_sales_were_closed():
    assert score().as_of == "2026-09"
    assert score(as_of="2026-08").as_of == "2026-08"


@pytest.mark.parametrize(
    "sales",
    [
        pd.Series(SALES),
        pd.Series(list(SALES.values()), index=pd.PeriodIndex(MONTHS, freq="M")),
        pd.Series(list(SALES.values()), index=pd.to_datetime(MONTHS)),
        pd.Series(list(SALES.values()), index=MONTHS, dtype="Float64"),
        pd.DataFrame({"month": MONTHS, "amount": list(SALES.values())}),
        pd.DataFrame({"amount": list(SALES.values()), "month": MONTHS}).sample(frac=1, random_state=1),
        {int(month.replace("-", "")): np.float32(amount) for month, amount in SALES.items()},
        {date(int(month[:4]), int(month[5:]), 15): amount for month, amount in SALES.items()},
    ],
    ids=["series", "period", "timestamp", "nullable", "frame", "shuffled", "number", "date"],
)
def test_every_way_to_write_the_months_gives_the_same_score(sales):
    assert said(score(sales=sales)) == said(score())


def test_a_shop_as_a_row_of_a_table_gives_the_same_score():
    row = pd.DataFrame([{**SHOP, "name": None, "floor_area_m2": np.nan, "closed_on": pd.NaT}]).iloc[0]

    found = score_business(row, SALES, 1_500_000, release=small_city.release())

    assert said(found) == said(score())


def unknown(found):
    return [each.name for each in found.unknown]


def test_an_unknown_input_costs_what_its_indicators_weigh_the_dearest_first():
    found = score(rent=None)

    costs = [each.cost for each in found.unknown]
    assert costs == sorted(costs, reverse=True)
    told = next(each for each in found.unknown if each.name == "rent")
    assert told.cost == pytest.approx(score().known_share - found.known_share, abs=0.02)
    assert 0 < told.cost < 1 - found.known_share


def test_one_number_is_the_rent_of_the_last_closed_month():
    assert said(score(rent=1_500_000)) == said(score(rent={"2026-09": 1_500_000}, as_of="2026-09"))
    assert "rent" in unknown(score(rent=None))
    assert "rent" not in unknown(score())


def test_receipts_may_stand_in_a_column_beside_the_sales():
    receipts = dict.fromkeys(MONTHS, 500.0)
    table = pd.DataFrame({"month": MONTHS, "amount": list(SALES.values()), "transactions": 500.0})

    assert said(score(sales=table)) == said(score(transactions=receipts))
    assert "transactions" in unknown(score())
    assert "transactions" not in unknown(score(sales=table))


@pytest.mark.parametrize("unknown", [None, float("nan"), np.nan, pd.NA, np.float32("nan")])
def test_an_unknown_amount_is_a_month_that_is_left_out(unknown):
    without = {month: amount for month, amount in SALES.items() if month != "2025-11"}

    assert said(score(sales={**SALES, "2025-11": unknown})) == said(score(sales=without))


def test_zero_sales_are_not_unknown_sales():
    without = {month: amount for month, amount in SALES.items() if month != "2026-08"}

    assert score(sales={**SALES, "2026-08": 0}).risk[6] != score(sales=without, as_of="2026-09").risk[6]


def test_months_after_the_day_one_stands_on_change_nothing():
    early = {month: amount for month, amount in SALES.items() if month <= "2026-04"}

    found = score(sales={**SALES, "2026-05": 0.0, "2026-06": 1e12}, as_of="2026-05")

    assert said(found) == said(score(sales=early, as_of="2026-05"))


@pytest.mark.parametrize(
    ("shop", "sales", "status"),
    [
        ({"closed_on": "2026-07-31"}, SALES, "closed"),
        ({}, {"2025-01": 1e6, "2025-02": 1e6}, "no_recent_sales"),
        ({}, dict.fromkeys(MONTHS, 0.0), "no_recent_sales"),
        ({}, {"2026-08": 1e6}, "too_short"),
    ],
    ids=["closed", "silent", "zeros", "young"],
)
def test_a_shop_that_cannot_be_scored_says_why_and_gives_no_number(shop, sales, status):
    found = score(shop, sales, as_of="2026-09")

    assert (found.status, found.level, found.reasons, found.depth) == (status, "not_scored", (), "E")
    assert all(math.isnan(risk) for risk in found.risk.values())
    assert found.to_dict()["risk"] == {"3": None, "6": None, "12": None}
    assert "not scored" in str(found)
    with speaking("ko"):
        assert "점" in str(found)


def test_a_closing_that_lies_ahead_is_not_known_yet():
    assert said(score({"closed_on": "2026-10-01"})) == said(score())


def test_a_shop_of_which_too_little_is_known_gets_no_risk_and_keeps_what_is_known():
    found = score(sales={"2026-07": 5e6, "2026-08": 4e6}, rent=None)

    assert (found.status, found.depth, found.level) == ("too_little", "E", "not_scored")
    assert math.isnan(found.risk[6])
    assert 0 < found.known_share < 0.25


def test_a_missing_value_is_never_a_reason():
    for found in (score(sales={"2026-07": 5e6, "2026-08": 1e6}, rent=None), score(rent=None), score()):
        for reason in (*found.reasons, *found.strengths):
            assert not math.isnan(reason.value), reason.indicator
            if "rent" in unknown(found):
                assert "rent" not in reason.indicator


def test_reasons_raise_the_risk_and_strengths_lower_it_strongest_first():
    for found in (score(), score(sales=dict.fromkeys(MONTHS, 9e6))):
        up = [reason.push for reason in found.reasons]
        down = [-strength.push for strength in found.strengths]
        assert up == sorted(up, reverse=True)
        assert down == sorted(down, reverse=True)
        assert all(push > 0 for push in (*up, *down))
        assert max(len(up), len(down)) <= 4


def test_a_shop_that_loses_its_sales_is_riskier_than_one_that_keeps_them():
    assert score().risk[6] > score(sales=dict.fromkeys(MONTHS, 9e6)).risk[6]


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"sales": {"2026-08": -1}}, InputError, "sales: -1 for 2026-08"),
        ({"sales": {"2026-13": 1}}, InputError, "sales: '2026-13' is no month"),
        ({"sales": {}}, InputError, "sales: "),
        ({"sales": [1.0, 2.0]}, InputError, "sales: 2 amount"),
        ({"rent": "high"}, InputError, "rent: "),
        ({"footfall": {"2026-08": -5}}, InputError, "footfall: -5 for 2026-08"),
        ({"as_of": "2026-00"}, SettingError, "as_of: '2026-00' is no month"),
        ({"horizon": 4}, SettingError, "horizon: got 4; wanted 3, 6 or 12"),
        ({"language": "fr"}, SettingError, "'fr'"),
        ({"unit": "평"}, SettingError, "unit: "),
        ({"shop": {"industry_code": None}}, InputError, "industry_code"),
        ({"shop": {"floor_area_m2": -3}}, InputError, "floor_area_m2 = -3"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else "",
)
def test_an_argument_that_cannot_be_used_is_named(arguments, error, text):
    with pytest.raises(error, match=text):
        score(**arguments)


@pytest.mark.parametrize("shop", [None, "A17", ["A17"], 3], ids=str)
def test_a_shop_that_is_no_record_is_refused(shop):
    with pytest.raises(InputError, match="shop: "):
        score_business(shop, SALES, release=small_city.release())


def test_a_release_or_peers_that_are_not_there_are_refused(tmp_path):
    with pytest.raises(ReleaseError, match="'nowhere'"):
        score_business(SHOP, SALES, release="nowhere")
    with pytest.raises(ReleaseError, match=r"peers\.parquet is no peer table"):
        score(peers=tmp_path / "peers.parquet")


def test_months_that_close_later_than_the_release_learnt_are_refused():
    panel = small_city.history().as_known("2026-09")
    later = replace(panel, lags={**panel.lags, "sales": 3})

    with pytest.raises(SettingError, match=r"after 1 month\(s\), this data set says 3"):
        score_panel(later, small_city.release().peers, small_city.release())


def test_a_demonstration_says_so_in_both_languages():
    found = score()

    assert found.demonstration
    assert found.to_dict()["demonstration"] is True
    with speaking("en"):
        assert "DEMONSTRATION" in str(found)
    with speaking("ko"):
        assert "시연" in str(found)
        assert "DEMONSTRATION" not in str(found)


def test_a_release_for_real_shops_says_nothing_of_a_demonstration():
    trained = replace(small_city.release(), demonstration=False)

    found = score_business(SHOP, SALES, release=trained)

    assert "DEMONSTRATION" not in str(found)
    assert found.to_dict()["demonstration"] is False


def test_the_json_is_strict_and_says_the_same_in_both_languages():
    def refuse(word):
        raise AssertionError(word)

    found = score(rent=None)
    korean = json.loads(found.to_json("ko"), parse_constant=refuse)
    english = json.loads(found.to_json("en"), parse_constant=refuse)

    assert english["risk"]["6"] == found.risk[6]
    assert korean["level_label"] != english["level_label"]
    for page in (korean, english):
        del page["level_label"]
        for reason in (*page["reasons"], *page["strengths"]):
            del reason["text"]
    assert korean == english


def test_a_risk_on_the_border_belongs_to_the_higher_class():
    found, levels = score(), small_city.release().levels

    def with_border(lower: float) -> str:
        moved = [replace(level, lower=0.0 if level.level == "normal" else 2.0) for level in levels]
        moved[1] = replace(moved[1], lower=lower)
        release = replace(small_city.release(), levels=tuple(moved))
        return score_business(SHOP, SALES, 1_500_000, release=release).level

    assert with_border(found.risk[6]) == "watch"
    assert with_border(np.nextafter(found.risk[6], 1)) == "normal"


def test_eight_threads_say_what_one_says():
    shops = [{**SHOP, "floor_area_m2": 20.0 + size} for size in range(6)]
    alone = [score(shop).to_dict() for shop in shops]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda call: score(shops[call % 6]).to_dict(), range(96)))

    assert together == [alone[call % 6] for call in range(96)]


def _in_child(work, pipe):
    try:
        work()
        pipe.send("no error")
    except Exception as failure:  # noqa: BLE001 - the parent judges it
        pipe.send(f"{type(failure).__name__}: {failure}")


@pytest.mark.parametrize(
    "work", [score, lambda: load_release(small_city.release_folder())], ids=["score", "load"]
)
def test_a_forked_child_is_told_so_instead_of_hanging(work):
    score()
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_in_child, args=(work, there))

    child.start()
    try:
        answered = here.poll(30)
        answer = here.recv() if answered else "nothing"
    finally:
        child.kill()
        child.join()

    assert answer.startswith("StoreError: this process was forked")
