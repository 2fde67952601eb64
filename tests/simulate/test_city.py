"""The simulated city: the rates it promises, the order in which things become known, and no leak."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from sbwarn.errors import SettingError
from sbwarn.messages import speaking
from sbwarn.simulate.city import City, simulate_city
from sbwarn.simulate.districts import DISTRICTS
from sbwarn.simulate.feasts import korean_calendar
from sbwarn.simulate.industries import INDUSTRIES
from sbwarn.simulate.takings import stress_path
from sbwarn.tables.check import check_table
from sbwarn.tables.schema import TABLES, table_schema
from tests.simulate.cities import large_city

MONTHS = 48
FIRST, LAST = pd.Period("2022-10", "M"), pd.Period("2026-09", "M")


@pytest.fixture(scope="module")
def city() -> City:
    return large_city()


def test_the_same_seed_gives_the_same_city_to_the_last_bit():
    one, two = (simulate_city(shops=80, months=24, seed=5) for _ in range(2))

    assert tuple(one.tables) == TABLES
    for table in TABLES:
        pd.testing.assert_frame_equal(one.tables[table], two.tables[table], check_exact=True)
    pd.testing.assert_frame_equal(one.truth, two.truth, check_exact=True)


def test_another_seed_gives_another_city():
    one, two = (simulate_city(shops=80, months=24, seed=seed) for seed in (5, 6))

    assert not one.tables["sales"]["amount"].head(100).equals(two.tables["sales"]["amount"].head(100))


def test_the_global_seed_is_neither_read_nor_moved():
    np.random.seed(3)  # noqa: NPY002 - the global generator is what is watched
    before = np.random.get_state()[1].copy()  # noqa: NPY002

    simulate_city(shops=60, months=24)

    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_exactly_the_columns_of_its_schema(city, table):
    assert tuple(city.tables[table].columns) == table_schema(table).names


@pytest.mark.parametrize("table", TABLES)
def test_no_key_stands_twice(city, table):
    assert not city.tables[table].duplicated(list(table_schema(table).key)).any()


@pytest.mark.parametrize("table", TABLES)
def test_values_keep_the_limits_and_types_of_the_schema(city, table):
    rows = city.tables[table]

    for field in table_schema(table).fields:
        column = rows[field.name]
        assert not (field.required and column.isna().any()), field.name
        if field.type in ("date", "yearmonth"):
            assert column.dtype == "datetime64[s]", field.name
        if field.type == "number":
            assert column.dtype == "float64", field.name
        if field.minimum is not None:
            assert not (column < field.minimum).any(), field.name
        if field.exclusive_minimum is not None:
            assert not (column <= field.exclusive_minimum).any(), field.name


@pytest.mark.parametrize("table", TABLES)
def test_the_door_of_the_library_lets_every_row_in(city, table):
    checked = check_table(city.tables[table], table_schema(table), where=table)

    assert len(checked.rejects) == 0
    assert len(checked.rows) == len(city.tables[table])


@pytest.mark.parametrize("table", [table for table in TABLES if table != "industries"])
def test_nothing_is_known_after_the_last_day(city, table):
    assert city.tables[table]["known_on"].notna().all()
    assert city.tables[table]["known_on"].max() <= pd.Timestamp("2026-09-30")


@pytest.mark.parametrize(
    "table",
    [table for table in TABLES if table not in ("shops", "rent") and "month" in table_schema(table).names],
)
def test_a_month_is_known_only_after_it(city, table):
    rows = city.tables[table]

    assert (rows["known_on"].dt.to_period("M") > rows["month"].dt.to_period("M")).all()


@pytest.mark.parametrize("table", ["sales", "rent", "customers", "costs", "profile"])
def test_every_row_names_a_shop_of_the_register(city, table):
    assert set(city.tables[table]["shop_id"]) <= set(city.tables["shops"]["shop_id"])


def test_months_are_first_days_inside_the_window(city):
    for table in ("sales", "rent", "footfall", "customers", "costs", "profile"):
        month = city.tables[table]["month"]
        assert (month.dt.day == 1).all()
        assert month.min() == FIRST.start_time
        assert month.max() <= LAST.start_time


def test_as_many_shops_trade_in_the_middle_as_were_asked_for(city):
    middle = pd.Timestamp("2024-10-01")

    trading = _trading(city.truth, middle).sum()

    assert trading == pytest.approx(4000, rel=0.06)


def test_about_three_of_twenty_shops_close_in_a_year(city):
    closed = city.truth["closed_on"].notna().sum() / (MONTHS / 12)

    assert 0.125 < closed / _trading(city.truth, pd.Timestamp("2024-10-01")).sum() < 0.165


def test_a_few_more_shops_open_than_close(city):
    opened = (city.truth["opened_on"] >= FIRST.start_time).sum()

    assert 1.0 < opened / city.truth["closed_on"].notna().sum() < 1.3


def test_about_one_closure_in_twelve_comes_without_warning(city):
    closed = city.truth[city.truth["closed_on"].notna()]

    assert 0.055 < closed["without_warning"].mean() < 0.11


def test_about_one_stress_in_five_heals_by_itself(city):
    saved = city.truth["saved_by_help"].sum()
    healed = city.truth["episodes_healed"].sum()
    ended_in_closing = (city.truth["closed_on"].notna() & ~city.truth["without_warning"]).sum()

    assert 0.17 < (healed - saved) / (healed + ended_in_closing) < 0.23


def test_a_warned_closure_follows_four_to_fourteen_months_of_stress(city):
    warned = city.truth[city.truth["closed_on"].notna() & ~city.truth["without_warning"]]

    months = _ordinals(warned["closed_on"]) - _ordinals(warned["stressed_from"])

    assert (months.min(), months.max()) == (4, 14)


def test_stress_that_heals_looks_the_same_until_it_heals():
    episode = {"shop": np.array([0]), "onset": np.array([2]), "ends": np.array([8])}

    closes, heals = (
        stress_path(episode | {"heals": np.array([healing])}, (1, 20), np.random.default_rng(4))[0]
        for healing in (False, True)
    )

    np.testing.assert_array_equal(closes[:9], heals[:9])
    assert (np.diff(closes[2:9]) < 0).all()
    assert heals[8] < heals[9] < heals[-1] == 0
    assert closes[9] == closes[8]


def test_sales_of_warned_closures_fall_and_those_of_others_do_not(city):
    recent, early = _mean_sales_before_closing(city, 1, 3), _mean_sales_before_closing(city, 10, 12)
    is_sudden = city.truth.set_index("shop_id")["without_warning"].reindex(recent.index)

    change = (recent / early).dropna()

    assert change[~is_sudden[change.index]].median() < 0.75
    assert 0.88 < change[is_sudden[change.index]].median() < 1.12


def test_no_sales_follow_the_closing_month(city):
    closed_on = city.truth.set_index("shop_id")["closed_on"]
    sales = city.tables["sales"]

    late = sales["month"] > sales["shop_id"].map(closed_on)

    assert not late.any()


def test_no_sales_come_before_the_opening_month(city):
    opened_on = city.truth.set_index("shop_id")["opened_on"]
    sales = city.tables["sales"]

    early = sales["month"].dt.to_period("M") < sales["shop_id"].map(opened_on).dt.to_period("M")

    assert not early.any()


def test_nine_of_ten_sales_become_public_in_the_next_month(city):
    first_prints = city.tables["sales"].drop_duplicates(["shop_id", "month"])
    # Late rows of the last months are still missing, so only months with every row out count.
    settled = first_prints[first_prints["month"] <= "2026-03-01"]

    lag = pd.Series(_ordinals(settled["known_on"]) - _ordinals(settled["month"]))

    assert lag.min() == 1
    assert (lag == 1).mean() == pytest.approx(0.90, abs=0.01)
    assert (lag == 2).mean() == pytest.approx(0.08, abs=0.01)


def test_about_one_sale_in_a_hundred_is_revised_later_by_a_few_percent(city):
    sales = city.tables["sales"]
    prints = sales[sales.duplicated(["shop_id", "month"], keep=False)].groupby(["shop_id", "month"])
    first, second = prints.first(), prints.last()

    assert 0.007 < len(first) / len(sales) < 0.013
    assert (second["known_on"] > first["known_on"]).all()
    assert (second["amount"] != first["amount"]).mean() > 0.99
    assert (second["amount"] / first["amount"] - 1).abs().median() < 0.06


def test_a_few_months_have_zero_sales(city):
    assert 0.002 < (city.tables["sales"]["amount"] == 0).mean() < 0.01


def test_some_shops_do_not_report_receipts(city):
    silent = city.tables["sales"].groupby("shop_id")["transactions"].count() == 0

    assert 0.12 < silent.mean() < 0.18


def test_a_quarter_of_the_shops_has_no_rent_at_all(city):
    without = ~city.truth["shop_id"].isin(city.tables["rent"]["shop_id"])

    assert 0.21 < without.mean() < 0.29


def test_the_rent_of_a_lease_is_steady_and_its_next_step_is_lawful(city):
    rent = city.tables["rent"].dropna(subset="lease_ends_on")
    leases = rent.groupby(["shop_id", "lease_ends_on"])["monthly_rent"].agg(["first", "nunique"])

    step = leases["first"].groupby("shop_id").pct_change().dropna()

    assert (leases["nunique"] == 1).all()
    # The law allows 5 %; rents are written in units of ten thousand won, which moves small ones a little.
    assert step.quantile(0.99) < 0.07
    assert (step > 0).mean() > 0.5


def test_rent_weighs_more_on_shops_that_come_under_stress(city):
    share = (
        city.tables["rent"].groupby("shop_id")["monthly_rent"].first()
        / city.tables["sales"].groupby("shop_id")["amount"].first()
    )
    is_stressed = city.truth.set_index("shop_id")["episodes"].reindex(share.index) > 0

    assert share[is_stressed].median() > share[~is_stressed].median()


def test_a_shop_has_one_version_when_it_opens_and_one_for_each_day_on_which_more_is_known(city):
    shops = city.tables["shops"]
    versions = shops.groupby("shop_id")

    first, count = versions.nth(0), versions.size()

    assert first["closed_on"].isna().all()
    assert count.between(1, 5).all()
    assert (first["known_on"] > first["opened_on"]).all()
    assert (shops["known_on"] > shops["closed_on"])[shops["closed_on"].notna()].all()


def test_a_closing_that_is_public_is_the_last_word_on_a_shop(city):
    shops = city.tables["shops"]
    closings = shops.dropna(subset="closed_on")

    assert not closings["shop_id"].duplicated().any()
    assert shops.drop_duplicates("shop_id", keep="last")["closed_on"].notna().sum() == len(closings)


def test_the_register_learns_of_most_closures_within_forty_five_days(city):
    closed = city.tables["shops"].dropna(subset="closed_on")

    delay = (closed["known_on"] - closed["closed_on"]).dt.days

    assert delay.min() >= 5
    assert 0.9 < (delay <= 45).mean() < 1.0


def test_premises_are_let_again_after_a_closure(city):
    shops = city.tables["shops"].drop_duplicates("shop_id", keep="last").sort_values("opened_on")
    before = shops.groupby("site_id")["closed_on"].shift()
    is_later = shops.duplicated("site_id")

    assert is_later.mean() > 0.1
    assert (shops["opened_on"] > before)[is_later & before.notna()].all()


def test_a_handed_over_shop_goes_on_under_the_same_name_in_the_same_place(city):
    names = city.tables["shops"].drop_duplicates("shop_id").set_index("shop_id")
    handed = city.truth.dropna(subset="transferred_to")
    known = handed[handed["transferred_to"].isin(names.index)]

    old, new = names.loc[known["shop_id"]], names.loc[known["transferred_to"]]

    share = len(handed) / city.truth["closed_on"].notna().sum()
    assert 0.03 < share < 0.07
    for column in ("name", "site_id", "industry_code"):
        assert (old[column].to_numpy() == new[column].to_numpy()).all(), column


def test_a_stranger_in_the_same_place_has_another_name(city):
    shops = city.tables["shops"].drop_duplicates("shop_id").sort_values(["opened_on", "shop_id"])
    same_name = shops["name"] == shops.groupby("site_id")["name"].shift()

    assert set(shops["shop_id"][same_name]) <= set(city.truth["transferred_to"].dropna())


def test_seollal_and_chuseok_wander_between_months():
    calendar = korean_calendar(pd.Period("2024-01", "M"), 24)

    # Chuseok: 17 September 2024, 6 October 2025. Seollal: 10 February 2024, 29 January 2025.
    months = pd.period_range("2024-01", periods=24, freq="M").astype(str)
    held = dict(zip(months, calendar.feast.round(2).tolist(), strict=True))
    assert {month: share for month, share in held.items() if share} == {
        "2024-02": 1.0,
        "2024-09": 1.0,
        "2025-01": 1.0,
        "2025-10": 1.0,
    }


def test_the_grocers_peak_moves_with_chuseok(city):
    grocers = _monthly_median(city, "G47-grocery")

    # Chuseok 2024 lies in mid-September: the whole run-up falls there. In 2025 it reaches into October.
    in_2024 = grocers["2024-09"] / grocers["2024-10"]
    in_2025 = grocers["2025-09"] / grocers["2025-10"]
    assert in_2024 > 1.15
    assert in_2025 < in_2024 - 0.08


def test_government_streets_are_thin_at_weekends(city):
    footfall = city.tables["footfall"].groupby("district_id")[["weekday", "weekend"]].mean()
    ratio = footfall["weekend"] / footfall["weekday"]

    assert ratio["SJ05"] < 0.6
    assert ratio["SJ02"] > 0.9


def test_empty_premises_follow_the_census():
    vacancy = {place.name: place.vacancy for place in DISTRICTS}

    assert vacancy["대평동"] == 0.60
    assert vacancy["새롬동"] == 0.08
    assert sum(kind.share for kind in INDUSTRIES) == pytest.approx(1.0)


@pytest.mark.parametrize(("option", "least"), [({"shops": 49}, "50"), ({"months": 23}, "24")])
def test_a_city_that_is_too_small_is_refused_in_both_languages(option, least):
    for tongue in ("ko", "en"):
        with speaking(tongue), pytest.raises(SettingError, match=least):
            simulate_city(**option)


def test_progress_is_told_in_the_language_in_force():
    told: list[str] = []

    with speaking("ko"):
        simulate_city(shops=60, months=24, progress=told.append)

    assert len(told) >= 3
    assert all("모의 도시" in sentence for sentence in told)


def test_plain_lags_foretell_closing_well_but_not_too_well(city):
    learn = [_lags(city, month) for month in pd.period_range("2023-11", "2025-01", freq="M")[::2]]
    # Outcomes of the last lesson are settled in July 2025; the examination starts afterwards.
    examine = [_lags(city, month) for month in pd.period_range("2025-08", "2026-03", freq="M")[::2]]
    model = HistGradientBoostingClassifier(
        max_iter=80, max_leaf_nodes=12, min_samples_leaf=60, random_state=0
    )
    model.fit(np.vstack([columns for columns, _ in learn]), np.concatenate([closes for _, closes in learn]))

    closes = np.concatenate([closes for _, closes in examine])
    probability = model.predict_proba(np.vstack([columns for columns, _ in examine]))[:, 1]

    assert 0.70 < roc_auc_score(closes, probability) < 0.92


def test_neither_a_missing_row_nor_a_late_one_gives_a_closing_away(city):
    columns, closes = _lags(city, pd.Period("2025-09", "M"))

    is_missing = np.isnan(columns[:, 11])

    assert 0.45 < roc_auc_score(closes, is_missing) < 0.55


def _lags(city: City, as_of: pd.Period) -> tuple[np.ndarray, np.ndarray]:
    """Sales of twelve months, and what follows from them, known by the end of `as_of`; closing within six months."""
    shops = pd.Index(city.truth["shop_id"][_trading(city.truth, (as_of + 1).start_time)])
    amount = _known(city.tables["sales"], "amount", shops, as_of)
    rent = _known(city.tables["rent"], "monthly_rent", shops, as_of)[:, -1]
    closed_on = city.truth.set_index("shop_id")["closed_on"].reindex(shops)
    closes = (closed_on < (as_of + 7).start_time).to_numpy()
    scored = (np.isfinite(amount).sum(axis=1) >= 9) & np.isfinite(amount[:, -3:]).any(axis=1)
    amount, rent, closes = amount[scored], rent[scored], closes[scored]
    year, quarter, half = (np.nanmean(amount[:, -months:], axis=1) for months in (12, 3, 6))
    relative = np.log1p(amount) - np.log1p(year)[:, None]
    extra = np.column_stack([quarter / year, quarter / half, rent / year, np.nanstd(relative, axis=1)])
    return np.hstack([relative, extra]), closes


def _known(table: pd.DataFrame, column: str, shops: pd.Index, as_of: pd.Period) -> np.ndarray:
    """The twelve months before `as_of`, newest prints public by its last day; shape (shops, 12)."""
    known = table[table["known_on"] <= as_of.end_time]
    newest = known.drop_duplicates(["shop_id", "month"], keep="last")
    months = pd.period_range(as_of - 12, as_of - 1, freq="M").to_timestamp()
    wide = newest.pivot_table(index="shop_id", columns="month", values=column)
    return wide.reindex(index=shops, columns=months).to_numpy()


def _trading(truth: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    return (truth["opened_on"] < day) & ~(truth["closed_on"] < day)


def _ordinals(days: pd.Series) -> np.ndarray:
    return days.to_numpy().astype("datetime64[M]").astype(np.int64)


def _mean_sales_before_closing(city: City, nearest: int, farthest: int) -> pd.Series:
    closed = city.truth.dropna(subset="closed_on")
    sales = city.tables["sales"].merge(closed[["shop_id", "closed_on"]], on="shop_id")
    before = _ordinals(sales["closed_on"]) - _ordinals(sales["month"])
    return sales[(before >= nearest) & (before <= farthest)].groupby("shop_id")["amount"].mean()


def _monthly_median(city: City, industry_code: str) -> pd.Series:
    shops = city.tables["shops"]
    chosen = shops.loc[shops["industry_code"] == industry_code, "shop_id"]
    sales = city.tables["sales"]
    of_industry = sales[sales["shop_id"].isin(chosen)]
    return of_industry.groupby(of_industry["month"].dt.strftime("%Y-%m"))["amount"].median()
