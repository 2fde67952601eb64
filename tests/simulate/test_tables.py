"""The tables that only the simulated city has in full: what they hold, how they hang together, what they tell early."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from sbwarn.simulate.anchors import LOSS, Anchors, missed_anchors
from sbwarn.simulate.city import City
from sbwarn.simulate.customers import CELLS
from sbwarn.simulate.districts import DISTRICTS, HOUSEHOLDS
from sbwarn.simulate.industries import INDUSTRIES, WIDER
from sbwarn.simulate.lives import NEVER, Lives, up_to
from sbwarn.simulate.premises import KM_A_DEGREE_LON, Premises
from sbwarn.tables.check import check_table
from sbwarn.tables.schema import TABLES, table_schema
from tests.simulate.cities import large_city, small_city
from tests.simulate.test_city import _known, _lags, _trading

ORIGINS = ["resident_share", "worker_share", "walk_in_share"]
EARLIEST_ONSET = "2023-10-01"  # a year of months comes before


@pytest.fixture(scope="module")
def city() -> City:
    return large_city()


@pytest.mark.parametrize("table", TABLES)
def test_the_smallest_city_has_every_table_without_a_reject(table):
    rows = small_city().tables[table]

    checked = check_table(rows, table_schema(table), where=table)

    assert len(checked.rejects) == 0
    assert len(checked.rows) == len(rows) > 0


def test_every_column_of_every_table_is_known_somewhere(city):
    for table in TABLES:
        assert city.tables[table].notna().any().all(), table


@pytest.mark.parametrize(("table", "share"), [("customers", 0.70), ("costs", 0.50), ("profile", 0.50)])
def test_only_a_share_of_the_shops_reports(city, table, share):
    reporting = city.tables["sales"]["shop_id"].drop_duplicates().isin(city.tables[table]["shop_id"])

    assert reporting.mean() == pytest.approx(share, abs=0.03)


@pytest.mark.parametrize("columns", [ORIGINS, list(CELLS)])
def test_shares_of_all_customers_sum_to_one(city, columns):
    shares = city.tables["customers"][columns].dropna()

    np.testing.assert_allclose(shares.sum(axis=1), 1.0, atol=1e-9)
    assert len(shares) > 0.95 * len(city.tables["customers"])


def test_first_visits_and_returns_are_not_more_than_everybody(city):
    customers = city.tables["customers"]

    assert (customers["returning_share"] + customers["new_share"]).max() <= 1.001


def test_a_number_of_customers_follows_the_receipts(city):
    both = _first_prints(city, "customers").merge(_first_prints(city, "sales"), on=["shop_id", "month"])
    both = both[(both["transactions"] > 100) & (both["customers"] > 0)]

    assert np.corrcoef(np.log(both["customers"]), np.log(both["transactions"]))[0, 1] > 0.95
    assert (both["customers"] <= both["transactions"]).mean() > 0.999


def test_regulars_stay_away_before_sales_fall(city):
    returning = _against_before_stress(city, "customers", "returning_share")
    sales = _against_before_stress(city, "sales", "amount")

    # In the month of the onset the till tells of nothing yet.
    assert returning.loc[0] < returning.loc[[-9, -8, -7, -6]].mean() - 0.02
    assert sales.loc[0] > -0.02
    assert sales.loc[4] < -0.15


def test_regulars_of_unstressed_shops_stay(city):
    customers = _first_prints(city, "customers")
    calm = city.truth.loc[(city.truth["episodes"] == 0) & (city.truth["opened_on"] < "2022-01-01"), "shop_id"]
    share = customers[customers["shop_id"].isin(calm)].groupby("month")["returning_share"].mean()

    assert abs(share.iloc[-6:].mean() - share.iloc[:6].mean()) < 0.01


def test_stress_that_begins_after_the_last_month_shows_already():
    lives = _lives(onset=[7, 9], opened=[0, 9])

    shown = up_to(lives, 8)

    assert shown.shops["closed"].tolist() == [NEVER]
    assert shown.episodes["onset"].tolist() == [7]
    assert shown.shops["is_sudden"].tolist() == [False]
    assert shown.helps["month"].tolist() == [7]


def test_only_trades_that_deliver_tell_of_delivery(city):
    code = city.tables["shops"].drop_duplicates("shop_id").set_index("shop_id")["industry_code"]
    sales = city.tables["sales"]
    known = sales["delivery"].notna().groupby(sales["shop_id"].map(code)).mean()

    for kind in INDUSTRIES:
        assert (known[kind.code] > 0.6) if kind.delivered else (known[kind.code] == 0)
    # Unknown, never zero: a shop either delivers in all its months or in none.
    assert set(sales.groupby("shop_id")["delivery"].agg(lambda values: values.notna().mean())) == {0.0, 1.0}


def test_parts_of_sales_are_less_than_the_whole(city):
    sales = city.tables["sales"]
    traded = sales[sales["amount"] > 1e6]

    assert (traded["delivery"].dropna() < traded["amount"].loc[traded["delivery"].notna()]).all()
    assert 0.005 < (traded["cancelled"] / traded["amount"]).median() < 0.02


def test_offices_lunch_and_homes_dine(city):
    hours = city.tables["footfall"].groupby("district_id")[["lunch_share", "dinner_share"]].mean()

    assert hours["lunch_share"]["SJ05"] > hours["lunch_share"]["SJ02"] + 0.04
    assert hours["dinner_share"]["SJ05"] < hours["dinner_share"]["SJ02"] - 0.03
    assert (hours.sum(axis=1) < 1).all()


def test_energy_follows_activity_and_rent_is_paid_late_under_stress(city):
    energy = _against_before_stress(city, "costs", "energy_kwh")
    late = _against_before_stress(city, "costs", "rent_days_late", relative=False)

    assert energy.loc[8] < energy.loc[-2] - 0.1
    assert abs(late.loc[0] - late.loc[-5]) < 0.3
    assert late.loc[8] > late.loc[-5] + 2


def test_loans_and_arrears_rise_under_stress(city):
    loans = _against_before_stress(city, "profile", "loans")
    due = _against_before_stress(city, "profile", "days_past_due", relative=False)
    arrears = _against_before_stress(city, "profile", "public_arrears", relative=False)

    assert loans.loc[8] > loans.loc[0]
    assert due.loc[9] > due.loc[0] + 1
    assert arrears.loc[8] > arrears.loc[0] + 0.05


def test_new_tables_help_a_little_and_do_not_decide(city):
    plain, with_new = _skill(city, ()), _skill(city, ("returning_share", "energy_kwh", "days_past_due"))

    assert plain - 0.01 < with_new < plain + 0.05
    assert with_new < 0.92


def test_a_market_figure_is_about_a_quarter_and_public_two_months_later(city):
    market = city.tables["market"]
    first = market.drop_duplicates(["district_id", "month"])

    assert set(market["month"].dt.month) == {3, 6, 9, 12}
    wait = (first["known_on"] - (first["month"] + pd.offsets.MonthEnd(0))).dt.days
    assert wait.between(45, 62).all()
    again = market.duplicated(["district_id", "month"])
    assert 0.05 < again.mean() < 0.16


def test_the_sampled_vacancy_is_about_half_of_the_surveyed_one(city):
    market = city.tables["market"]
    sampled = market[market["month"] == "2026-06-01"].drop_duplicates("district_id", keep="last")
    premises = city.tables["premises"]
    surveyed = premises[premises["month"] == "2026-06-01"].groupby("district_id")["vacant"].mean()

    ratio = sampled.set_index("district_id")["vacancy_rate"] / surveyed

    assert ratio.median() == pytest.approx(0.5, abs=0.1)


def test_the_survey_finds_the_census_rate_of_each_district(city):
    premises = city.tables["premises"]
    middle = premises[premises["month"].between("2024-01-01", "2025-12-01") & (premises["is_anchor"] == 0)]
    surveyed = middle.groupby("district_id")["vacant"].mean()

    for place in DISTRICTS:
        assert surveyed[place.district_id] == pytest.approx(place.vacancy, abs=0.08), place.name_en


def test_each_unit_is_surveyed_each_june_and_public_in_august(city):
    premises = city.tables["premises"]

    assert premises["month"].dt.strftime("%Y-%m").unique().tolist() == [
        "2023-06",
        "2024-06",
        "2025-06",
        "2026-06",
    ]
    assert set(premises["known_on"].dt.month) == {8}
    assert premises.groupby("site_id").size().eq(4).all()
    assert (
        premises[premises["is_anchor"] == 1].groupby("district_id")["site_id"].nunique().between(3, 5).all()
    )


def test_surveyed_units_are_the_premises_of_the_shops(city):
    shops = city.tables["shops"].drop_duplicates("site_id").set_index("site_id")
    units = city.tables["premises"].drop_duplicates("site_id").set_index("site_id").loc[shops.index]

    for column in ("district_id", "lon", "lat"):
        assert (units[column] == shops[column]).all(), column


def test_nearly_no_unit_with_a_trading_shop_is_seen_empty(city):
    premises, shops = city.tables["premises"], city.tables["shops"]
    vacant = premises[premises["month"] == "2025-06-01"].set_index("site_id")["vacant"]
    told = shops[shops["known_on"] < "2025-06-01"].drop_duplicates("shop_id", keep="last")
    closed_on = told["shop_id"].map(city.truth.set_index("shop_id")["closed_on"])
    trading = told[~(closed_on < "2025-07-01")]

    assert vacant[trading["site_id"]].mean() < 0.03


def test_a_moved_shop_stood_elsewhere_in_its_street_before(city):
    shops = city.tables["shops"]
    moved = shops[shops["moved_on"].notna()].drop_duplicates("shop_id")
    before = (
        shops[shops["moved_on"].isna()].drop_duplicates("shop_id").set_index("shop_id").loc[moved["shop_id"]]
    )

    assert 10 < len(moved) < 200
    assert (before["site_id"].to_numpy() != moved["site_id"].to_numpy()).all()
    assert (before["district_id"].to_numpy() == moved["district_id"].to_numpy()).all()
    assert (moved["known_on"] > moved["moved_on"]).all()


def test_traits_are_told_after_they_came_and_within_a_shops_life(city):
    shops = city.tables["shops"]

    for column in ("voucher_since", "moved_on", "operator_since"):
        told = shops.dropna(subset=column)
        assert (told[column] <= told["known_on"]).all(), column
        assert (told[column] >= told["opened_on"]).all(), column
        assert not (told[column] > told["closed_on"]).any(), column


def test_a_brand_is_told_and_so_is_that_there_is_none(city):
    brand = city.tables["shops"].drop_duplicates("shop_id")["brand"]

    assert 0.04 < brand.isna().mean() < 0.12
    assert 0.4 < (brand == "none").mean() < 0.75
    assert brand.nunique() > 30


def test_residents_are_counted_anew_each_january(city):
    districts = city.tables["districts"]
    counts = districts.drop_duplicates(["district_id", "residents", "income"])

    assert set(counts["known_on"].dt.month) == {1}
    assert counts.groupby("district_id").size().eq(5).all()
    assert districts.groupby("district_id")["known_on"].min().max() < pd.Timestamp("2022-10-01")
    latest = districts.drop_duplicates("district_id", keep="last").set_index("district_id")["residents"]
    for place in DISTRICTS:
        assert latest[place.district_id] == pytest.approx(place.residents, rel=0.03)
    assert set(HOUSEHOLDS) == set(latest.index)


def test_a_designation_is_told_after_its_day_and_stays(city):
    districts = city.tables["districts"]
    told = districts.dropna(subset="designated_on")

    assert (told["known_on"] > told["designated_on"]).all()
    assert told.groupby("district_id")["designated_on"].nunique().eq(1).all()
    stays = districts.groupby("district_id")["designated_on"].agg(
        lambda days: days.notna().is_monotonic_increasing
    )
    assert stays.all()


def test_the_code_book_names_every_industry_and_its_parent(city):
    book = city.tables["industries"].set_index("industry_code")

    assert set(city.tables["shops"]["industry_code"]) <= set(book.index)
    assert set(book["parent_code"].dropna()) == set(WIDER) <= set(book.index)
    told = book[book["parent_code"].notna()]
    assert told[["name", "name_en", "gross_margin", "usual_rent_share"]].notna().all().all()


def test_usual_rent_shares_are_near_those_of_the_shops(city):
    rent = city.tables["rent"].groupby("shop_id")["monthly_rent"].mean()
    amount = city.tables["sales"].groupby("shop_id")["amount"].mean()
    code = city.tables["shops"].drop_duplicates("shop_id").set_index("shop_id")["industry_code"]
    share = (rent / amount).dropna().groupby(code).median()

    usual = city.tables["industries"].set_index("industry_code")["usual_rent_share"]

    assert (share / usual).dropna().between(0.6, 1.7).all()


def test_events_are_announced_before_they_start(city):
    events = city.tables["events"]

    assert (events["known_on"] < events["starts_on"]).all()
    assert (events["ends_on"] >= events["starts_on"]).all()
    assert set(events["kind"]) == {"festival", "voucher", "works", "office_move"}
    assert events.loc[events["kind"] == "voucher", "district_id"].isna().all()
    assert events.loc[events["kind"] != "voucher", "district_id"].notna().all()


def test_a_voucher_raises_sales_by_some_six_percent(city):
    # July and August 2025 against the months beside them and the same months of the year before.
    level = _log_medians(city)
    summer = level["2025-07":"2025-08"].mean() - level[["2025-05", "2025-06"]].mean()
    usual = level["2024-07":"2024-08"].mean() - level[["2024-05", "2024-06"]].mean()

    assert summer - usual == pytest.approx(0.0644, abs=0.04)


def test_works_lower_footfall_and_sales_of_their_district(city):
    home = city.tables["shops"].drop_duplicates("shop_id").set_index("shop_id")["district_id"]
    sales = _first_prints(city, "sales").assign(district_id=lambda rows: rows["shop_id"].map(home))
    walked = _beside_the_city(city.tables["footfall"], "weekday")
    sold = _beside_the_city(sales[sales["amount"] > 0], "amount")
    events = city.tables["events"]
    works = events[(events["kind"] == "works") & (events["ends_on"] < "2026-08-01")]

    changes = np.array(
        [
            [
                level[event.district_id][whole].mean() - level[event.district_id][before].mean()
                for level in (walked, sold)
            ]
            for event in works.itertuples()
            for whole, before in [_whole_months(event)]
            if len(whole) and before[0] >= walked.index[0]
        ]
    )

    assert len(changes) > 5
    assert -0.22 < changes[:, 0].mean() < -0.10
    assert -0.16 < changes[:, 1].mean() < -0.04


def test_an_empty_anchor_takes_sales_from_those_within_three_hundred_metres():
    east = np.array([0.0, 0.29, 0.31]) / KM_A_DEGREE_LON
    flat, nobody = np.zeros(3), np.zeros(3, dtype=np.int64)
    premises = Premises(
        district=nobody,
        street=nobody,
        quality=flat,
        area=flat,
        asking_rent=flat,
        lon=127 + east,
        lat=36 + flat,
    )
    anchors = Anchors(
        district=nobody[:1],
        lon=np.array([127.0]),
        lat=np.array([36.0]),
        area=np.array([900.0]),
        is_let=np.array([[True, False]]),
    )

    missed = missed_anchors(anchors, premises)

    np.testing.assert_array_equal(missed, [[0, -LOSS], [0, -LOSS], [0, 0]])


def _beside_the_city(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Mean log by month and district, less that of all districts."""
    logs = rows.assign(level=np.log(rows[column]))
    level = logs.pivot_table(index="month", columns="district_id", values="level")
    return level.sub(level.mean(axis=1), axis=0)


def _whole_months(event) -> tuple[pd.DatetimeIndex, pd.DatetimeIndex]:
    """The months that an event fills, and the three before it began."""
    whole = pd.date_range(event.starts_on, event.ends_on + pd.Timedelta(days=1), freq="MS")[:-1]
    return whole, pd.date_range(end=event.starts_on, periods=4, freq="MS")[:-1]


def _first_prints(city: City, table: str) -> pd.DataFrame:
    return city.tables[table].drop_duplicates(["shop_id", "month"])


def _against_before_stress(city: City, table: str, column: str, *, relative: bool = True) -> pd.Series:
    """Change since 4-9 months before the onset, less that of unstressed shops, by month after the onset."""
    rows = _first_prints(city, table)[["shop_id", "month", column]]
    truth = city.truth.set_index("shop_id")
    calm = rows[rows["shop_id"].map(truth["episodes"]) == 0].groupby("month")[column].mean()
    onset = rows["shop_id"].map(truth["stressed_from"].where(truth["opened_on"] < "2022-01-01"))
    rows = rows[onset >= EARLIEST_ONSET]
    after = _months(rows["month"]) - _months(onset.loc[rows.index])
    value = rows[column] / rows["month"].map(calm) if relative else rows[column] - rows["month"].map(calm)
    usual = value[(after >= -9) & (after <= -4)].groupby(rows["shop_id"]).mean()
    before = rows["shop_id"].map(usual)
    change = value / before.where(before > 0) - 1 if relative else value - before
    return change.groupby(after).median() if relative else change.groupby(after).mean()


def _months(days: pd.Series) -> np.ndarray:
    return (12 * days.dt.year + days.dt.month).to_numpy()


def _log_medians(city: City) -> pd.Series:
    sales = _first_prints(city, "sales")
    traded = sales[sales["amount"] > 0]
    level = np.log(traded["amount"]).groupby(traded["month"]).mean()
    return level.set_axis(level.index.strftime("%Y-%m"))


def _lives(*, onset: list[int], opened: list[int]) -> Lives:
    """Two shops; the first one closes in month 12."""
    size = len(opened)
    return Lives(
        shops={
            "opened": np.array(opened),
            "closed": np.array([12, NEVER]),
            "is_sudden": np.array([True, False]),
            "is_handed_over": np.zeros(size, dtype=bool),
        },
        episodes={"shop": np.arange(size), "onset": np.array(onset)},
        leases={"start": np.array(opened)},
        helps={"shop": np.zeros(2, dtype=int), "month": np.array([7, 8])},
    )


def _skill(city: City, columns: tuple[str, ...]) -> float:
    """AUC at six months of plain lags, and of these columns beside them."""
    learn = pd.period_range("2023-11", "2025-01", freq="M")[::2]
    examine = pd.period_range("2025-08", "2026-03", freq="M")[::2]
    lessons, questions = (
        [_with_new(city, month, columns) for month in months] for months in (learn, examine)
    )
    model = HistGradientBoostingClassifier(
        max_iter=80, max_leaf_nodes=12, min_samples_leaf=60, random_state=0
    )
    model.fit(np.vstack([values for values, _ in lessons]), np.concatenate([closes for _, closes in lessons]))
    closes = np.concatenate([closes for _, closes in questions])
    return float(
        roc_auc_score(closes, model.predict_proba(np.vstack([values for values, _ in questions]))[:, 1])
    )


def _with_new(city: City, month: pd.Period, columns: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    lags, closes = _lags(city, month)
    shops = pd.Index(city.truth["shop_id"][_trading(city.truth, (month + 1).start_time)])
    amount = _known(city.tables["sales"], "amount", shops, month)
    scored = (np.isfinite(amount).sum(axis=1) >= 9) & np.isfinite(amount[:, -3:]).any(axis=1)
    home = {
        column: table
        for table in ("customers", "costs", "profile")
        for column in table_schema(table).quantities
    }
    added = [lags]
    for column in columns:
        known = pd.DataFrame(_known(city.tables[home[column]], column, shops, month)[scored])
        added.append((known.iloc[:, -3:].mean(axis=1) - known.iloc[:, :-3].mean(axis=1)).to_numpy()[:, None])
    return np.hstack(added), closes
