"""What may happen to a data set without a month's figures moving: later months, later words, other orders and names.

Each change takes the checked tables and the last day of the as-of month, and gives back other tables. When a row became
public is worked out here again, from the schemas' words alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from sbwarn.tables.dataset import DataSet
from sbwarn.tables.schema import TABLES, table_schema
from tests.promises.data import Tables, dataset, other_words

Change = Callable[[Tables, pd.Timestamp], Tables]

LONG_AGO = pd.Timestamp("1900-01-01")
FOREVER = pd.Timestamp("2029-01-31")
SHOP_DATES = ("opened_on", "closed_on", "voucher_since", "moved_on", "operator_since")
MONEY = ("money", "money_per_area")


def last_day(as_of: str) -> pd.Timestamp:
    """The last day of a month."""
    return pd.Period(as_of, "M").end_time.normalize()


@cache
def changed(change: Change, as_of: str) -> DataSet:
    """The small data set after a change."""
    return with_tables(dataset(), change(plain_tables(), last_day(as_of)))


def plain_tables() -> Tables:
    """The checked tables of the small data set."""
    return {name: rows for name, rows in dataset().tables.items() if name in TABLES}


def with_tables(whole: DataSet, tables: Tables) -> DataSet:
    """The data set with these tables; rows of shops that there are no more go with them."""
    ids = tables["shops"]["shop_id"]
    kept = {
        name: rows[rows["shop_id"].isin(ids)] if table_schema(name).belongs_to_shops else rows
        for name, rows in tables.items()
    }
    typed = {name: rows.reset_index(drop=True) for name, rows in kept.items()}
    return replace(whole, tables={**whole.tables, **typed})


def public_on(name: str, rows: pd.DataFrame) -> pd.Series:
    """The day on which each row became public; where nobody says, the day from which it counts."""
    if name == "industries":
        return pd.Series(LONG_AGO, index=rows.index)
    if name == "shops":
        counted = end_of_month(rows["opened_on"]).fillna(LONG_AGO)
    elif name == "districts":
        counted = pd.Series(LONG_AGO, index=rows.index)
    elif name == "events":
        counted = rows["starts_on"]
    elif name == "support":
        counted = rows["began_on"]
    else:
        counted = end_of_month(rows["month"] + pd.DateOffset(months=dataset().lags[name]))
    return rows["known_on"].fillna(counted)


def end_of_month(days: pd.Series) -> pd.Series:
    """The last day of each day's month."""
    return days + pd.offsets.MonthEnd(0)


def rewritten(name: str, rows: pd.DataFrame, chosen: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    """Every cell of the chosen rows says something else, but for whom and when the row is about."""
    new = other_words(rows[chosen], rng)
    n = len(new)
    for column in {"shops": SHOP_DATES, "rent": ("lease_ends_on",), "districts": ("designated_on",),
                   "events": ("starts_on",), "support": ("began_on",)}.get(name, ()):  # fmt: skip
        new[column] = some_days(n, rng)
    if name == "events":
        new["ends_on"] = new["starts_on"] + pd.to_timedelta(rng.integers(0, 200, n), unit="D")
    if name == "shops":
        new["industry_code"] = rng.choice(["hair", "cafe"], n)
        new["brand"] = rng.choice(["none", "Paik", None], n)
    if name in ("shops", "premises", "events"):
        new["district_id"] = rng.choice(["D0", "D1"], n)
    return as_typed(pd.concat([rows[~chosen], new]), rows)


def some_days(count: int, rng: np.random.Generator) -> np.ndarray:
    """Days from 2021 to 2026."""
    return np.datetime64("2021-01-01", "D") + rng.integers(0, 2100, count)


def as_typed(new: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The new rows in the types of the old ones, in the order of the table."""
    return new.astype({name: kind for name, kind in rows.dtypes.items() if kind.kind in "Mf"}).sort_index(
        kind="stable"
    )


# Words that became public after the day


def words_rewritten(tables: Tables, day: pd.Timestamp) -> Tables:
    """What was not public yet says something else."""
    rng = np.random.default_rng(29)
    new = {}
    for name, rows in tables.items():
        public = public_on(name, rows)
        said = (
            rows
            if name == "industries"
            else rows.assign(known_on=rows["known_on"].mask(public > day, public))
        )
        new[name] = rewritten(name, said, public > day, rng)
    return new


def public_words_rewritten(tables: Tables, day: pd.Timestamp) -> Tables:
    """What was public by the day says something else."""
    rng = np.random.default_rng(73)
    return {name: rewritten(name, rows, public_on(name, rows) <= day, rng) for name, rows in tables.items()}


def some_words_lost(tables: Tables, _: pd.Timestamp) -> Tables:
    """One monthly row in three never came."""
    return {
        name: rows.sample(frac=2 / 3, random_state=7).sort_index() if table_schema(name).is_monthly else rows
        for name, rows in tables.items()
    }


def words_deleted(tables: Tables, day: pd.Timestamp) -> Tables:
    """What was not public yet never comes."""
    return {name: rows[public_on(name, rows) <= day] for name, rows in tables.items()}


def words_added(tables: Tables, day: pd.Timestamp) -> Tables:
    """Everything is corrected once more a month later; strangers come, too."""
    rng = np.random.default_rng(31)
    after = (day + pd.DateOffset(days=31)).as_unit("s")
    new = {}
    for name, rows in tables.items():
        if name == "industries":
            new[name] = rows
            continue
        about = list(table_schema(name).identity)
        again = rows.drop_duplicates(about, keep="last")
        again = rewritten(name, again, pd.Series(True, index=again.index), rng).assign(known_on=after)
        if name == "shops":
            again = pd.concat([again, again.assign(shop_id="A" + again["shop_id"])])
        if name == "events":
            again["event_id"] = "A" + again["event_id"]
        new[name] = as_typed(pd.concat([again, rows], ignore_index=True), rows)
    return new


LATER_WORDS: dict[str, Change] = {
    "rewritten": words_rewritten, "deleted": words_deleted, "added": words_added,
}  # fmt: skip


# Months and days after the as-of month, whoever already spoke of them


def future_rewritten(tables: Tables, day: pd.Timestamp) -> Tables:
    """Later months say something else, a third of them without a day; plans move to later days."""
    rng = np.random.default_rng(37)
    new = dict(tables)
    for name, rows in tables.items():
        if table_schema(name).is_monthly:
            other = rewritten(name, rows, rows["month"] > day, rng)
            hushed = (other["month"] > day) & (rng.random(len(other)) < 1 / 3)
            new[name] = other.assign(known_on=other["known_on"].mask(hushed))
    return {
        **new,
        **_plans(new, day, lambda days: days + pd.to_timedelta(rng.integers(1, 300, len(days)), unit="D")),
    }


def future_deleted(tables: Tables, day: pd.Timestamp) -> Tables:
    """Later months never come; plans are dropped, and what has begun ends on the day."""
    new = {
        name: rows[rows["month"] <= day] if table_schema(name).is_monthly else rows
        for name, rows in tables.items()
    }
    events = new["events"]
    new["events"] = events[events["starts_on"] <= day]
    plans = _plans(new, day, lambda days: days.where(days.isna()))
    plans["shops"]["opened_on"] = new["shops"]["opened_on"]  # that a shop has yet to open is known today
    plans["events"]["ends_on"] = new["events"]["ends_on"].clip(upper=day)
    return {**new, **plans}


def future_added(tables: Tables, day: pd.Timestamp) -> Tables:
    """Three more months of everything, without a day; a festival long announced; everybody says when they will close."""
    rng = np.random.default_rng(41)
    new = dict(tables)
    for name, rows in tables.items():
        if table_schema(name).is_monthly:
            latest = rows[rows["month"] <= day].drop_duplicates(
                list(table_schema(name).identity[:1]), keep="last"
            )
            more = [
                rewritten(name, latest, pd.Series(True, index=latest.index), rng).assign(
                    month=(day + pd.DateOffset(days=1, months=ahead)).as_unit("s"), known_on=pd.NaT
                )
                for ahead in range(3)
            ]
            new[name] = as_typed(pd.concat([*more, rows], ignore_index=True), rows)
    festivals = tables["events"].head(12)
    festivals = festivals.assign(
        event_id="F" + festivals["event_id"], district_id=None, starts_on=day + pd.DateOffset(days=9),
        ends_on=day + pd.DateOffset(days=90), known_on=pd.Timestamp("2022-01-01"),
    )  # fmt: skip
    new["events"] = as_typed(pd.concat([festivals, tables["events"]], ignore_index=True), tables["events"])
    shops = tables["shops"]
    new["shops"] = as_typed(
        shops.assign(closed_on=shops["closed_on"].fillna(day + pd.DateOffset(days=45))), shops
    )
    return new


def _plans(tables: Tables, day: pd.Timestamp, move: Callable[[pd.Series], pd.Series]) -> Tables:
    """Facts that are days, where they lie after the day, moved elsewhere."""
    dated = {"shops": SHOP_DATES, "districts": ("designated_on",), "events": ("starts_on", "ends_on")}
    new = {}
    for name, columns in dated.items():
        rows = tables[name].copy()
        for column in columns:
            later = rows[column] > day
            rows[column] = rows[column].mask(later, move(rows[column])).astype(tables[name][column].dtype)
        if name == "events":
            rows["ends_on"] = rows["ends_on"].mask(rows["ends_on"] < rows["starts_on"], rows["starts_on"])
        new[name] = rows
    return new


FUTURE: dict[str, Change] = {
    "rewritten": future_rewritten, "deleted": future_deleted, "added": future_added,
}  # fmt: skip


def nothing_later(tables: Tables, day: pd.Timestamp) -> Tables:
    """The tables as they were on the day."""
    return future_deleted(words_deleted(tables, day), day)


def open_months(tables: Tables, day: pd.Timestamp) -> Tables:
    """Months that are not closed yet are all reported on the day itself, and say something else."""
    rng = np.random.default_rng(43)
    new = dict(tables)
    for name, rows in tables.items():
        lag = dataset().lags[name]
        if table_schema(name).is_monthly and lag:
            last_closed = day - pd.DateOffset(months=lag)
            still_open = (rows["month"] > last_closed + pd.offsets.MonthEnd(0)) & (rows["month"] <= day)
            early = rewritten(name, rows[still_open], pd.Series(True, index=rows[still_open].index), rng)
            early = early.drop_duplicates(list(table_schema(name).identity)).assign(known_on=day.as_unit("s"))
            new[name] = as_typed(pd.concat([rows[~still_open], early], ignore_index=True), rows)
    return new


def latest_words(tables: Tables, day: pd.Timestamp) -> Tables:
    """Of everything public by the day, the newest word alone."""
    new = {}
    for name, rows in tables.items():
        public = public_on(name, rows)
        if name in ("shops", "industries"):  # a closing without a day becomes public later than its row
            new[name] = rows[public <= day]
            continue
        order = public[public <= day].sort_values(kind="stable").index
        new[name] = (
            rows.loc[order].drop_duplicates(list(table_schema(name).identity), keep="last").sort_index()
        )
    return new


# Other orders, units, names, years


def mixed(tables: Tables, _: pd.Timestamp) -> Tables:
    """The same rows in another order."""
    return {name: rows.sample(frac=1.0, random_state=5) for name, rows in tables.items()}


def in_thousandths(tables: Tables, _: pd.Timestamp) -> Tables:
    """Every amount of money times a thousand: another currency."""
    return {
        name: rows.assign(**{field.name: rows[field.name] * 1000.0 for field in table_schema(name).fields if field.unit in MONEY})
        for name, rows in tables.items()
    }  # fmt: skip


RENAMED = ("shop_id", "site_id", "district_id", "industry_code", "parent_code", "event_id")


def new_name(name: str | None) -> str | None:
    """Another name, so that the order of names turns around; the same one when asked again."""
    if name is None or name != name:  # noqa: PLR0124 - NaN
        return None
    return "N" + "".join(chr(ord("~") - ord(letter) + ord(" ")) for letter in name)


def renamed(tables: Tables, _: pd.Timestamp) -> Tables:
    """Every code by another name, in the opposite order."""
    return {
        name: rows.assign(
            **{column: rows[column].map(new_name).astype(object) for column in RENAMED if column in rows}
        )
        for name, rows in tables.items()
    }


def a_year_later(tables: Tables, _: pd.Timestamp) -> Tables:
    """Everything twelve months later."""
    new = {}
    for name, rows in tables.items():
        days = [column for column, kind in rows.dtypes.items() if kind.kind == "M"]
        new[name] = rows.assign(
            **{
                column: (rows[column] + pd.DateOffset(months=12)).astype(rows[column].dtype)
                for column in days
            }
        )
    return new


@cache
def one_shop_differs(shop: str) -> Change:
    """Everything that is told of one shop by the month is something else; it stays where it is and what it is."""

    def change(tables: Tables, _: pd.Timestamp) -> Tables:
        rng = np.random.default_rng(47)
        new = {}
        for name, rows in tables.items():
            own = table_schema(name).belongs_to_shops
            new[name] = rewritten(name, rows, rows["shop_id"] == shop, rng) if own else rows
        sales = new["sales"]
        new["sales"] = sales[(sales["shop_id"] != shop) | (sales["month"] < pd.Timestamp("2025-01-01"))]
        return new

    return change


@cache
def table_differs(table: str) -> Change:
    """One table says something else, and nothing at all of every other owner."""

    def change(tables: Tables, _: pd.Timestamp) -> Tables:
        rows = tables[table]
        rng = np.random.default_rng(53)
        new = rewritten(table, rows, pd.Series(True, index=rows.index), rng)
        if table_schema(table).is_monthly:
            owner = pd.factorize(new[table_schema(table).key[0]])[0]
            new = new[owner % 2 == 0]
        return {**tables, table: new}

    return change


@cache
def columns_differ(columns: frozenset[tuple[str, str]]) -> Change:
    """Some columns say something else, and no other."""

    def change(tables: Tables, _: pd.Timestamp) -> Tables:
        rng = np.random.default_rng(79)
        new = dict(tables)
        for table, column in sorted(columns):
            rows = tables[table]
            if column in rows:
                other = rewritten(table, rows, pd.Series(True, index=rows.index), rng)
                new[table] = new[table].assign(**{column: other[column]})
                if column == "opened_on":  # a shop without a day is known from its opening
                    new[table]["known_on"] = public_on(table, rows).astype(rows["known_on"].dtype)
        return new

    return change
