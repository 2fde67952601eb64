"""What every indicator promises, asked of the whole catalogue; and defects that the same questions must find."""

from __future__ import annotations

import string
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from sbwarn.indicators import build as building
from sbwarn.indicators.build import catalogue, measure
from sbwarn.indicators.mechanism import Indicator
from sbwarn.indicators.peertable import PeerTable, peer_table
from sbwarn.messages import catalogue as sentences
from sbwarn.tables.check import check_table
from sbwarn.tables.dataset import DataSet, dataset_of
from sbwarn.tables.history import History
from sbwarn.tables.month import as_month, last_day
from sbwarn.tables.panel import DEPTH, NEVER, QUANTITIES, Panel, Shops
from sbwarn.tables.schema import table_schema

SHOPS = 60
MONEY = ("sales", "rent", "deposit", "maintenance")
MONTHLY = (*QUANTITIES, *building.PEER_WINDOWS, *building.DISTRICT_WINDOWS)
AS_OF = as_month("2025-12")
LAGS = {"sales": 1, "rent": 1, "footfall": 1}

EVERY = pytest.mark.parametrize("fact", catalogue(), ids=lambda fact: fact.name)


# A small panel ------------------------------------------------------------------------------------------------------


@cache
def panel() -> Panel:
    """Sixty shops of two trades in two districts; the first declines throughout, the second sells nothing, the
    third has never been heard of."""
    rng = np.random.default_rng(7)
    shape = (DEPTH, SHOPS)
    sales = gaps(rng, rng.lognormal(15.0, 0.4, shape) * rng.lognormal(0.0, 0.5, SHOPS), share=0.1)
    sales[rng.random(shape) < 0.05] = 0.0
    sales[:, 0] = 5e6 - 1e5 * np.arange(DEPTH)
    sales[:, 1] = 0.0
    sales[:, 2] = np.nan
    district = np.array([f"D{shop % 2}" for shop in range(SHOPS)], dtype=object)
    streets = gaps(rng, rng.uniform(5e3, 9e3, (DEPTH, 2)), share=0.05)
    quantities = {
        "sales": sales,
        "transactions": gaps(rng, rng.integers(0, 900, shape).astype(float), share=0.1),
        "rent": gaps(rng, rng.uniform(1e6, 3e6, shape), share=0.1),
        "deposit": gaps(rng, rng.uniform(1e7, 3e7, shape), share=0.3),
        "maintenance": gaps(rng, rng.uniform(1e5, 3e5, shape), share=0.3),
        "footfall_weekday": streets[:, np.arange(SHOPS) % 2],
        "footfall_weekend": streets[:, np.arange(SHOPS) % 2] * 0.7,
    }
    now = AS_OF.ordinal
    opened = now - rng.integers(0, 200, SHOPS)
    opened[::7] = NEVER
    return Panel(
        as_of=AS_OF,
        shops=Shops(
            ids=np.array([f"S{shop:03d}" for shop in range(SHOPS)]),
            industry=np.array(["cafe" if shop % 4 < 2 else "hair" for shop in range(SHOPS)], dtype=object),
            district=district,
            name=np.full(SHOPS, None, dtype=object),
            site=np.full(SHOPS, None, dtype=object),
            opened=opened,
            closed=np.full(SHOPS, NEVER),
            floor_area=gaps(rng, rng.uniform(20, 90, SHOPS), share=0.1),
            lease_ends=gaps(rng, now + rng.integers(-3, 24, SHOPS).astype(float), share=0.2),
        ),
        quantities=quantities,
        lags={name: LAGS[table] for name, (table, _) in QUANTITIES.items()},
    )


@cache
def peers() -> PeerTable:
    """The peers of that panel."""
    return peer_table(panel())


def gaps(rng: np.random.Generator, values: np.ndarray, *, share: float) -> np.ndarray:
    """The values with some of them unknown."""
    return np.where(rng.random(values.shape) < share, np.nan, values)


def only(whole: Panel, chosen: np.ndarray) -> Panel:
    """These shops in this order."""
    shops = {name: getattr(whole.shops, name)[chosen] for name in Shops.__slots__}
    quantities = {name: np.ascontiguousarray(values[:, chosen]) for name, values in whole.quantities.items()}
    return replace(whole, shops=Shops(**shops), quantities=quantities)


def inputs_of(whole: Panel, groups: PeerTable) -> dict[str, np.ndarray]:
    """Everything that an indicator may ask for, each array on its own so that it can be changed."""
    found = building._Inputs(whole, groups, frozenset(building.INPUTS)).block(0, len(whole.shops))
    return {name: values.copy() for name, values in found.items()}


def built(fact: Indicator, whole: Panel, groups: PeerTable, *, threads: int = 1) -> np.ndarray:
    """One column of the feature table."""
    return building.build(whole, groups, wanted=[fact], threads=threads)[:, 0]


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Equal to the last bit, and unknown in the same places."""
    return bool(np.array_equal(one, other, equal_nan=True))


# The promises of an indicator: each function tells whether this one breaks it ---------------------------------------


def breaks_finite(fact: Indicator) -> bool:
    """Some value is infinite."""
    inputs = inputs_of(panel(), peers())
    with np.errstate(invalid="ignore", over="ignore"):
        values = fact.function(*building._handed(fact, inputs))
    return bool(np.isinf(values).any())


def breaks_untouched(fact: Indicator) -> bool:
    """An input is not what it was before."""
    inputs = inputs_of(panel(), peers())
    before = {name: values.copy() for name, values in inputs.items()}
    measure(fact, inputs)
    return not all(same(values, before[name]) for name, values in inputs.items())


def breaks_unknown(fact: Indicator) -> bool:
    """Something is said although nothing is known."""
    whole = panel()
    nothing = replace(
        whole,
        shops=replace(
            whole.shops,
            opened=np.full(SHOPS, NEVER),
            floor_area=np.full(SHOPS, np.nan),
            lease_ends=np.full(SHOPS, np.nan),
        ),
        quantities={name: np.full((DEPTH, SHOPS), np.nan) for name in QUANTITIES},
    )
    return not np.isnan(built(fact, nothing, peer_table(nothing))).all()


def breaks_currency(fact: Indicator) -> bool:
    """Money in thousandths tells another story."""
    whole = panel()
    finer = replace(
        whole,
        quantities={
            name: values * 1000.0 if name in MONEY else values for name, values in whole.quantities.items()
        },
    )
    expected = built(fact, whole, peers())
    if fact.unit in ("money", "money_per_area"):
        expected = expected * 1000.0
    return not np.allclose(
        built(fact, finer, peer_table(finer)), expected, rtol=1e-9, atol=1e-12, equal_nan=True
    )


def breaks_window_before(fact: Indicator) -> bool:
    """A month before the declared ones is read."""
    inputs = inputs_of(panel(), peers())
    other = {name: values.copy() for name, values in inputs.items()}
    rng = np.random.default_rng(11)
    for name in set(fact.reads) & set(MONTHLY):
        older = other[name][: -fact.months]
        older *= rng.uniform(2.0, 3.0, older.shape)
        older[np.isnan(older)] = 4e6
    try:
        return not same(measure(fact, inputs), measure(fact, other))
    except IndexError:
        return True


def breaks_window_oldest(fact: Indicator) -> bool:
    """The oldest declared month is never read: fewer months would do."""
    months = set(fact.reads) & set(MONTHLY)
    inputs = inputs_of(panel(), peers())
    was = measure(fact, inputs)
    for put in (np.nan, 0.0, 9e9):
        other = {name: values.copy() for name, values in inputs.items()}
        for name in months:
            other[name][-fact.months] = put
        if not same(measure(fact, other), was):
            return False
    return True


def breaks_order(fact: Indicator) -> bool:
    """The order of the shops shows in a value."""
    order = np.random.default_rng(13).permutation(SHOPS)
    return not same(built(fact, only(panel(), order), peers()), built(fact, panel(), peers())[order])


def breaks_alone(fact: Indicator) -> bool:
    """The company of a shop shows in its value."""
    whole = built(fact, panel(), peers())
    few = (np.array([0]), np.array([17]), np.array([3, 44]), np.arange(0, SHOPS, 2))
    return not all(same(built(fact, only(panel(), chosen), peers()), whole[chosen]) for chosen in few)


def breaks_threads(fact: Indicator) -> bool:
    """Two threads, blocks of 59 and of one shop, say something else."""
    whole = built(fact, panel(), peers())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "BLOCK", SHOPS - 1)
        return not same(built(fact, panel(), peers(), threads=2), whole)


@EVERY
def test_every_value_is_finite_or_unknown(fact):
    assert not breaks_finite(fact)


@EVERY
def test_the_inputs_are_left_as_they_were(fact):
    assert not breaks_untouched(fact)


@EVERY
def test_where_nothing_is_known_nothing_is_said(fact):
    assert not breaks_unknown(fact)


@EVERY
def test_the_currency_matters_to_sums_of_money_alone(fact):
    assert not breaks_currency(fact)


@EVERY
def test_months_before_the_declared_ones_do_not_matter(fact):
    assert not breaks_window_before(fact)


@pytest.mark.parametrize(
    "fact", [fact for fact in catalogue() if set(fact.reads) & set(MONTHLY)], ids=lambda fact: fact.name
)
def test_the_oldest_declared_month_matters_to_some_shop(fact):
    assert not breaks_window_oldest(fact)


@EVERY
def test_the_order_of_the_shops_does_not_matter_to_the_last_bit(fact):
    assert not breaks_order(fact)


@EVERY
def test_a_shop_alone_has_the_value_that_it_has_among_all_to_the_last_bit(fact):
    assert not breaks_alone(fact)


@EVERY
def test_two_threads_say_the_same_to_the_last_bit(fact):
    assert not breaks_threads(fact)


@EVERY
def test_the_panel_knows_a_value_for_some_shop(fact):
    assert not np.isnan(built(fact, panel(), peers())).all()


@pytest.mark.parametrize("tongue", ["ko", "en"])
@EVERY
def test_it_has_a_label_and_a_reason_that_tells_the_value(fact, tongue):
    known = sentences(tongue)

    gaps_told = {gap for _, gap, _, _ in string.Formatter().parse(known[f"indicators.{fact.name}.reason"])}
    assert known[f"indicators.{fact.name}.label"].strip()
    assert "value" in gaps_told or not fact.tells


# Seeded defects: each must be found by the question that is there to find it -----------------------------------------


def defect(function, *, months: int = 3, unit: str = "ratio") -> Indicator:
    """An indicator of sales with a fault in it."""
    return Indicator(
        name=function.__name__, family="defects", reads=("sales",), months=months, unit=unit, riskier=None,
        version=1, source="X", group="internal", beside="peers", tells=True, function=function,
    )  # fmt: skip


def reads_behind_its_window(sales):
    return sales.base[-4] / sales.base[-1].clip(1.0)


def reads_thirteen_of_twelve(sales):
    return sales[-1] / sales[-13].clip(1.0)


def reads_twelve_of_thirteen(sales):
    return sales[-1] / sales[-12].clip(1.0)


def compares_with_whoever_is_there(sales):
    return sales[-1] / np.nanmean(sales[-1])


def adds_up_along_the_shops(sales):
    return np.cumsum(np.nan_to_num(sales), axis=1)[-1] / 1e6


def mends_its_input(sales):
    sales[np.isnan(sales)] = 0.0
    return sales.mean(axis=0)


def adds_one_won(sales):
    return sales[-1] / (sales[-2] + 1.0)


def forgets_that_it_is_money(sales):
    return sales[-1] * 1.0


def divides_by_nothing(sales):
    with np.errstate(divide="ignore", invalid="ignore"):
        return sales[-1] / (sales[-2] * 0.0)


def takes_unknown_for_zero(sales):
    return np.nan_to_num(sales).mean(axis=0)


def knows_how_many_there_are(sales):
    return sales[-1] / sales.shape[1]


DEFECTS = [
    (reads_behind_its_window, 3, "ratio", breaks_window_before),
    (reads_thirteen_of_twelve, 12, "ratio", breaks_window_before),
    (reads_twelve_of_thirteen, 13, "ratio", breaks_window_oldest),
    (compares_with_whoever_is_there, 3, "ratio", breaks_alone),
    (adds_up_along_the_shops, 3, "money", breaks_order),
    (mends_its_input, 3, "money", breaks_untouched),
    (adds_one_won, 3, "ratio", breaks_currency),
    (forgets_that_it_is_money, 1, "ratio", breaks_currency),
    (divides_by_nothing, 3, "ratio", breaks_finite),
    (takes_unknown_for_zero, 3, "money", breaks_unknown),
    (knows_how_many_there_are, 1, "money", breaks_threads),
]


@pytest.mark.parametrize(
    ("function", "months", "unit", "breaks"), DEFECTS, ids=[function.__name__ for function, *_ in DEFECTS]
)
def test_a_seeded_defect_is_found(function, months, unit, breaks):
    assert breaks(defect(function, months=months, unit=unit))


def test_a_faultless_indicator_breaks_none_of_the_promises_that_find_defects():
    def last_month_over_the_one_before(sales):
        return sales[-1] / np.where(sales[-2] > 0, sales[-2], np.nan)

    fact = defect(last_month_over_the_one_before, months=2)

    assert not any(breaks(fact) for *_, breaks in DEFECTS)


# What became public later ---------------------------------------------------------------------------------------------

MONTHS = pd.period_range("2023-01", "2025-12", freq="M")
DAYS = ("2025-05", "2025-08", "2025-12")


@cache
def tables() -> dict[str, pd.DataFrame]:
    """Forty-eight shops over three years: late reports, corrections, shops that move to another trade."""
    rng = np.random.default_rng(23)
    ids = [f"S{shop:02d}" for shop in range(48)]
    home = {shop: f"D{number % 2}" for number, shop in enumerate(ids)}
    shops = pd.DataFrame(
        {
            "shop_id": ids,
            "industry_code": ["cafe" if number % 4 < 2 else "hair" for number in range(48)],
            "district_id": [home[shop] for shop in ids],
            "opened_on": pd.to_datetime("2015-03-01") + pd.to_timedelta(rng.integers(0, 2800, 48), unit="D"),
            "floor_area_m2": rng.uniform(20, 90, 48),
            "known_on": pd.Timestamp("2022-12-31"),
        }
    )
    moved = shops.iloc[::3].assign(industry_code="bar", floor_area_m2=55.0)
    moved["known_on"] = rng.choice(pd.to_datetime(["2025-04-20", "2025-07-03", "2025-10-11"]), len(moved))
    months = pd.DataFrame([(shop, month) for shop in ids for month in MONTHS], columns=["shop_id", "month"])
    sales = months.assign(
        amount=rng.lognormal(15.0, 0.4, len(months)).round(),
        transactions=rng.integers(50, 900, len(months)).astype(float),
    )
    rent = months.assign(
        monthly_rent=rng.uniform(1e6, 3e6, len(months)).round(),
        deposit=2e7,
        maintenance=2e5,
        lease_ends_on=pd.Timestamp("2026-05-31"),
    )
    street = pd.DataFrame(
        [(home, month) for home in ("D0", "D1") for month in MONTHS], columns=["district_id", "month"]
    )
    footfall = street.assign(
        weekday=rng.uniform(5e3, 9e3, len(street)), weekend=rng.uniform(3e3, 6e3, len(street))
    )
    found = {"sales": sales, "rent": rent, "footfall": footfall}
    for name, rows in found.items():
        found[name] = with_corrections(rows, rng)
    return {"shops": pd.concat([shops, moved], ignore_index=True), **found}


def with_corrections(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Each row a few weeks after its month, one in ten much later; one in six is corrected months after."""
    ends = rows["month"].dt.to_timestamp(how="end").dt.normalize()
    late = rng.integers(1, 28, len(rows)) + np.where(rng.random(len(rows)) < 0.1, 90, 0)
    rows = rows.assign(month=rows["month"].astype(str), known_on=ends + pd.to_timedelta(late, unit="D"))
    again = rows[rng.random(len(rows)) < 1 / 6].copy()
    again["known_on"] += pd.to_timedelta(rng.integers(30, 200, len(again)), unit="D")
    return pd.concat([rescaled(again, rng), rows], ignore_index=True)


def rescaled(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Each number times a factor of its own."""
    numbers = rows.select_dtypes("number").columns
    return rows.assign(**{name: rows[name] * rng.uniform(0.3, 3.0, len(rows)) for name in numbers})


def dataset(found: dict[str, pd.DataFrame]) -> DataSet:
    """The tables, checked."""
    checked = {name: check_table(rows, table_schema(name), where=name) for name, rows in found.items()}
    return dataset_of(checked, name="small", currency="KRW", synthetic=True)


def rewrite(rows: pd.DataFrame, later: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    """What was not public yet says something else; of the shops also the trade."""
    new = rescaled(rows[later], rng)
    if "industry_code" in rows.columns:
        new = new.assign(industry_code="hair", district_id="D1")
    return pd.concat([rows[~later], new], ignore_index=True)


def delete(rows: pd.DataFrame, later: pd.Series, _: np.random.Generator) -> pd.DataFrame:
    """What was not public yet never comes."""
    return rows[~later].reset_index(drop=True)


def add(rows: pd.DataFrame, later: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    """Everything is corrected once more afterwards, also the facts of the shops, and strangers come."""
    new = rescaled(rows, rng).assign(known_on=pd.Timestamp("2027-01-31"))
    new = new.drop_duplicates([name for name in ("shop_id", "district_id", "month") if name in rows.columns])
    if "industry_code" in rows.columns:
        new = new.drop_duplicates("shop_id").assign(industry_code="bar", district_id="D0")
        new = pd.concat([new, new.assign(shop_id="A" + new["shop_id"])])
    return pd.concat([new, rows], ignore_index=True)


CHANGES = {"rewritten": rewrite, "deleted": delete, "added": add}


def as_known(data: DataSet, as_of: str) -> Panel:
    """The cut of the library."""
    return History(data).as_known(as_of)


def breaks_future(cut, as_of: str, change) -> bool:
    """Something that became public after the day shows in a value as of the day."""
    rng = np.random.default_rng(29)
    day = pd.Timestamp(last_day(as_month(as_of)))
    other = {name: change(rows, rows["known_on"] > day, rng) for name, rows in tables().items()}
    return not same(features(cut, tables(), as_of), features(cut, other, as_of))


def breaks_latest(cut, as_of: str) -> bool:
    """An early word stands although a later one was public by the day."""
    day = pd.Timestamp(last_day(as_month(as_of)))
    latest = {}
    for name, rows in tables().items():
        about = list(table_schema(name).identity)
        known = rows[rows["known_on"] <= day].sort_values("known_on", kind="stable")
        latest[name] = known.drop_duplicates(about, keep="last")
    return not same(features(cut, tables(), as_of), features(cut, latest, as_of))


def features(cut, found: dict[str, pd.DataFrame], as_of: str) -> np.ndarray:
    """The feature table of a month."""
    whole = cut(dataset(found), as_of)
    return building.build(whole, peer_table(whole))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("as_of", DAYS)
def test_what_became_public_after_the_day_changes_no_bit(as_of, change):
    assert not breaks_future(as_known, as_of, CHANGES[change])


@pytest.mark.parametrize("as_of", DAYS)
def test_words_that_were_corrected_by_the_day_change_no_bit(as_of):
    assert not breaks_latest(as_known, as_of)


def test_a_correction_that_is_public_by_the_day_changes_something():
    day = pd.Timestamp("2025-08-31")
    rng = np.random.default_rng(31)

    other = {name: rewrite(rows, rows["known_on"] <= day, rng) for name, rows in tables().items()}

    assert not same(features(as_known, tables(), "2025-08"), features(as_known, other, "2025-08"))


def test_identical_rows_said_twice_change_no_bit():
    twice = {name: pd.concat([rows, rows.iloc[::2]], ignore_index=True) for name, rows in tables().items()}

    assert same(features(as_known, twice, "2025-08"), features(as_known, tables(), "2025-08"))


def test_the_order_of_the_rows_changes_no_bit():
    mixed = {
        name: rows.sample(frac=1.0, random_state=5).reset_index(drop=True) for name, rows in tables().items()
    }

    assert same(features(as_known, mixed, "2025-08"), features(as_known, tables(), "2025-08"))


def cut_on_month(data: DataSet, as_of: str) -> Panel:
    """Defect: a month counts as known once it is over, whatever was corrected later."""
    undated = {
        name: rows.sort_values("known_on", kind="stable").assign(known_on=np.datetime64("NaT", "s"))
        for name, rows in data.tables.items()
        if name in ("sales", "rent", "footfall")
    }
    return History(replace(data, tables={**data.tables, **undated})).as_known(as_of)


def cut_on_nearest(data: DataSet, as_of: str) -> Panel:
    """Defect: of several words the one nearest to the day is taken, on whichever side of it."""
    day = pd.Timestamp(last_day(as_month(as_of)))
    nearest = {}
    for name in ("sales", "rent", "footfall"):
        rows = data.tables[name]
        order = (rows["known_on"] - day).abs().sort_values(kind="stable").index
        kept = rows.loc[order].drop_duplicates(list(table_schema(name).identity), keep="first")
        nearest[name] = kept.assign(known_on=np.datetime64("NaT", "s"))
    return History(replace(data, tables={**data.tables, **nearest})).as_known(as_of)


def cut_a_month_late(data: DataSet, as_of: str) -> Panel:
    """Defect: the panel of the month after, called by the name of this one."""
    return replace(History(data).as_known(as_month(as_of) + 1), as_of=as_month(as_of))


def cut_with_last_shops(data: DataSet, as_of: str) -> Panel:
    """Defect: months as known on the day, but the facts of the shops as they were told last."""
    shops = (
        data.tables["shops"].sort_values("known_on", kind="stable").drop_duplicates("shop_id", keep="last")
    )
    told = shops.assign(known_on=pd.Timestamp("2022-12-31").to_datetime64().astype("datetime64[s]"))
    return History(replace(data, tables={**data.tables, "shops": told})).as_known(as_of)


@pytest.mark.parametrize("cut", [cut_on_month, cut_on_nearest, cut_a_month_late, cut_with_last_shops])
def test_a_cut_that_looks_ahead_is_found(cut):
    assert breaks_future(cut, "2025-08", rewrite)


def test_a_cut_that_keeps_the_first_word_is_found():
    def cut_on_first(data: DataSet, as_of: str) -> Panel:
        first = {
            name: data.tables[name]
            .sort_values("known_on", kind="stable")
            .drop_duplicates(list(table_schema(name).identity), keep="first")
            for name in ("sales", "rent", "footfall")
        }
        return History(replace(data, tables={**data.tables, **first})).as_known(as_of)

    assert breaks_latest(cut_on_first, "2025-08")
