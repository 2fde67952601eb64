"""Seeded defects: each is something that a good programmer writes on a tired afternoon, and a promise has to find."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd
import pytest

from sbwarn.indicators import peertable
from sbwarn.indicators.build import catalogue, named
from sbwarn.indicators.manifest import available_after_days
from sbwarn.indicators.mechanism import Indicator
from sbwarn.indicators.peertable import PeerTable, peer_table
from sbwarn.labels.rules import Events
from sbwarn.tables.dataset import DataSet
from sbwarn.tables.history import History
from sbwarn.tables.month import ordinal
from sbwarn.tables.panel import NEVER, Panel
from sbwarn.tables.schema import table_schema
from sbwarn.training.rows import HazardRows, Snapshot, hazard_rows, snapshots
from sbwarn.training.split import Split, split
from sbwarn.training.trial import Fold
from tests.promises import alike, changes, formulas, learning, over_time, risk
from tests.promises.data import Tables, through_the_door
from tests.promises.way import Look, Way, as_indicator, library, look

Promise = Callable[[Way], frozenset[str]]

LONG_AGO = pd.Timestamp("1990-01-01").as_unit("s")
SHOP_TABLES = ("sales", "rent", "customers", "costs", "profile")


@dataclass(frozen=True, kw_only=True)
class Defect:
    """A way with one fault in it, and the promise that is there to find it."""

    way: Way
    promise: Promise

    @property
    def caught(self) -> bool:
        """True if the promise names anything that it does not name of the library itself."""
        return bool(self.promise(self.way) - self.promise(library()))


DEFECTS: dict[str, Defect] = {}
REMEMBERED: dict[str, float] = {}


# How defects enter the table


def cutting(promise: Promise) -> Callable[[Callable[[DataSet, str], Panel]], Callable[[DataSet, str], Panel]]:
    """A defect in what is known of a month."""

    def enter(cut: Callable[[DataSet, str], Panel]) -> Callable[[DataSet, str], Panel]:
        def looking(data: DataSet, as_of: str) -> Look:
            panel = cut(data, as_of)
            return panel, peer_table(panel)

        DEFECTS[cut.__name__] = Defect(way=Way(look=looking, facts=catalogue()), promise=promise)
        return cut

    return enter


def grouping(promise: Promise) -> Callable[[Callable[[DataSet, str], Look]], Callable[[DataSet, str], Look]]:
    """A defect in the groups of a month."""

    def enter(looking: Callable[[DataSet, str], Look]) -> Callable[[DataSet, str], Look]:
        DEFECTS[looking.__name__] = Defect(way=Way(look=looking, facts=catalogue()), promise=promise)
        return looking

    return enter


def measuring(
    promise: Promise, *, months: int = 3, unit: str = "ratio", riskier: str | None = None
) -> Callable[[Callable[..., np.ndarray]], Callable[..., np.ndarray]]:
    """A defect in a formula."""

    def enter(function: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
        fact = as_indicator(function, months=months, unit=unit, riskier=riskier)
        DEFECTS[function.__name__] = Defect(way=Way(facts=(fact,)), promise=promise)
        return function

    return enter


def teaching(name: str, promise: Promise, **parts: Callable[..., object]) -> None:
    """A defect in what a model learns from."""
    DEFECTS[name] = Defect(way=Way(**parts), promise=promise)


# What is known too early


def known_at(data: DataSet, table: str, day: pd.Series | pd.Timestamp) -> DataSet:
    """The data set with other days of publication in one table."""
    rows = data.tables[table]
    return replace(data, tables={**data.tables, table: in_order(rows.assign(known_on=day), rows["known_on"])})


def in_order(rows: pd.DataFrame, known: pd.Series) -> pd.DataFrame:
    """The rows in the order in which they really became known, so that the last word stays the last."""
    return rows.loc[known.sort_values(kind="stable", na_position="first").index].reset_index(drop=True)


def end_of(months: pd.Series) -> pd.Series:
    """The last day of each month, in the seconds of a checked table."""
    return (months + pd.offsets.MonthEnd(0)).astype("datetime64[s]")


@cutting(over_time.later_words_change_no_bit)
def uses_a_month_before_it_is_published(data: DataSet, as_of: str) -> Panel:
    """Sales count from the last day of their month."""
    rows = data.tables["sales"]
    now = known_at(data, "sales", end_of(rows["month"]))
    return History(replace(now, lags={**data.lags, "sales": 0})).as_known(as_of)


@cutting(over_time.open_months_change_no_bit)
def reads_the_open_month(data: DataSet, as_of: str) -> Panel:
    """A month counts as soon as anybody reports it."""
    return History(replace(data, lags={**data.lags, "sales": 0, "customers": 0})).as_known(as_of)


@cutting(over_time.later_words_change_no_bit)
def takes_corrections_at_once(data: DataSet, as_of: str) -> Panel:
    """A month is known once it is closed, as it was corrected last."""
    for table in (*SHOP_TABLES, "footfall"):
        data = known_at(data, table, pd.Series(pd.NaT, index=data.tables[table].index, dtype="datetime64[s]"))
    return History(data).as_known(as_of)


@cutting(over_time.later_words_change_no_bit)
def joins_the_nearest_word(data: DataSet, as_of: str) -> Panel:
    """Of several words the one nearest to the day is taken, on whichever side of it."""
    day = changes.last_day(as_of)
    tables = dict(data.tables)
    for table in (*SHOP_TABLES, "footfall"):
        rows = tables[table]
        nearest = (rows["known_on"] - day).abs().sort_values(kind="stable").index
        kept = rows.loc[nearest].drop_duplicates(list(table_schema(table).identity), keep="first")
        tables[table] = kept.assign(known_on=kept["known_on"].where(kept["known_on"] <= day))
    return History(replace(data, tables=tables)).as_known(as_of)


@cutting(over_time.the_tables_of_the_day_are_enough)
def shows_the_panel_of_the_month_after(data: DataSet, as_of: str) -> Panel:
    """One month too many, called by this month's name."""
    month = pd.Period(as_of, "M")
    return replace(History(data).as_known(month + 1), as_of=month)


@cutting(over_time.superseded_words_change_no_bit)
def keeps_the_first_word(data: DataSet, as_of: str) -> Panel:
    """A correction changes nothing."""
    tables = dict(data.tables)
    for table in (*SHOP_TABLES, "footfall", "market"):
        rows = tables[table].sort_values("known_on", kind="stable")
        tables[table] = rows.drop_duplicates(list(table_schema(table).identity), keep="first")
    return History(replace(data, tables=tables)).as_known(as_of)


@cutting(over_time.later_words_change_no_bit)
def knows_the_shops_of_today(data: DataSet, as_of: str) -> Panel:
    """Months as known on the day, but the facts of the shops as they were told last."""
    shops = data.tables["shops"].sort_values("known_on", kind="stable", na_position="first")
    told = shops.drop_duplicates("shop_id", keep="last").assign(known_on=LONG_AGO)
    return History(replace(data, tables={**data.tables, "shops": told})).as_known(as_of)


@cutting(over_time.later_words_change_no_bit)
def knows_the_districts_of_today(data: DataSet, as_of: str) -> Panel:
    """Residents and workers as they were counted last."""
    rows = data.tables["districts"].sort_values("known_on").drop_duplicates("district_id", keep="last")
    told = rows.assign(known_on=LONG_AGO)
    return History(replace(data, tables={**data.tables, "districts": told})).as_known(as_of)


@cutting(over_time.later_words_change_no_bit)
def celebrates_before_the_announcement(data: DataSet, as_of: str) -> Panel:
    """An event counts from the month in which it began, whenever it was announced."""
    return History(known_at(data, "events", LONG_AGO)).as_known(as_of)


@cutting(over_time.later_words_change_no_bit)
def revises_the_market_early(data: DataSet, as_of: str) -> Panel:
    """The revision of a quarter stands on the day of its first publication."""
    rows = data.tables["market"]
    first = rows.groupby(["district_id", "month"])["known_on"].transform("min")
    return History(known_at(data, "market", first)).as_known(as_of)


@cutting(over_time.later_words_change_no_bit)
def surveys_before_publication(data: DataSet, as_of: str) -> Panel:
    """A survey of premises counts from the month in which it was made."""
    return History(known_at(data, "premises", end_of(data.tables["premises"]["month"]))).as_known(as_of)


@cutting(over_time.later_words_change_no_bit)
def renews_leases_early(data: DataSet, as_of: str) -> Panel:
    """The end of a lease as it was told last, next to rents that were known on the day."""
    rent = data.tables["rent"]
    last = rent[rent["lease_ends_on"].notna()].sort_values(["known_on", "month"], kind="stable")
    ends = last.groupby("shop_id")["lease_ends_on"].last()
    told = rent.assign(lease_ends_on=rent["shop_id"].map(ends).astype(rent["lease_ends_on"].dtype))
    return History(replace(data, tables={**data.tables, "rent": told})).as_known(as_of)


@cutting(over_time.later_words_change_no_bit)
def leaves_out_who_closed_since(data: DataSet, as_of: str) -> Panel:
    """Only shops that are still there in the newest register: survivors."""
    shops = data.tables["shops"]
    closed = shops.loc[
        shops["closed_on"].notna() & (shops["closed_on"] <= changes.last_day(as_of)), "shop_id"
    ]
    sales = data.tables["sales"]
    told = sales[~sales["shop_id"].isin(closed)]
    return History(replace(data, tables={**data.tables, "sales": told})).as_known(as_of)


@cutting(over_time.later_words_change_no_bit)
def fills_gaps_with_later_words(data: DataSet, as_of: str) -> Panel:
    """What was not known on the day is filled with what is known now."""
    history = History(data)
    panel, last = history.as_known(as_of), History(known_at(data, "sales", LONG_AGO)).as_known(as_of)
    return with_quantity(
        panel,
        "sales",
        np.where(np.isnan(panel.quantities["sales"]), last.quantities["sales"], panel.quantities["sales"]),
    )


@cutting(over_time.the_tables_of_the_day_are_enough)
def measures_by_the_whole_table(data: DataSet, as_of: str) -> Panel:
    """Footfall as a multiple of its mean over the whole table, later months included."""
    panel = History(data).as_known(as_of)
    mean = data.tables["footfall"]["weekday"].mean()
    return with_quantity(panel, "footfall_weekday", panel.quantities["footfall_weekday"] / mean)


@cutting(over_time.later_months_change_no_bit)
def counts_plans_as_done(data: DataSet, as_of: str) -> Panel:
    """Who will join the voucher scheme next spring has joined it already."""
    panel = History(data).as_known(as_of)
    since = np.minimum(panel.shops.voucher_since, ordinal(panel.as_of))
    return replace(panel, shops=replace(panel.shops, voucher_since=since))


@cutting(over_time.later_months_change_no_bit)
def knows_when_shops_will_close(data: DataSet, as_of: str) -> Panel:
    """A lease ends when the shop closes, whenever that will be."""
    panel = History(data).as_known(as_of)
    ends = np.where(panel.shops.closed == NEVER, panel.shops.lease_ends, panel.shops.closed)
    return replace(panel, shops=replace(panel.shops, lease_ends=ends))


@cutting(over_time.later_months_change_no_bit)
def sees_next_months_footfall(data: DataSet, as_of: str) -> Panel:
    """The month of a row is that of its successor: a shift in the wrong direction."""
    rows = data.tables["footfall"]
    early = rows.assign(
        month=(rows["month"] - pd.DateOffset(months=2)).astype("datetime64[s]"), known_on=LONG_AGO
    )
    return History(replace(data, tables={**data.tables, "footfall": early})).as_known(as_of)


@cutting(over_time.another_year_changes_nothing)
def counts_from_the_year_zero(data: DataSet, as_of: str) -> Panel:
    """An unknown opening is the first of January 1970."""
    panel = History(data).as_known(as_of)
    early = np.where(panel.shops.opened < ordinal(panel.as_of) - 60, 0, panel.shops.opened)
    return replace(panel, shops=replace(panel.shops, opened=early))


@cutting(over_time.another_year_changes_nothing)
def speaks_in_prices_of_2020(data: DataSet, as_of: str) -> Panel:
    """Sales less two per cent for each year since 2020."""
    panel = History(data).as_known(as_of)
    prices = 1.02 ** ((ordinal(panel.as_of) - 600) / 12)
    return with_quantity(panel, "sales", panel.quantities["sales"] / prices)


@cutting(alike.the_order_of_rows_changes_no_bit)
def believes_the_last_line(data: DataSet, as_of: str) -> Panel:
    """Of the words known by the day the one that stands last in the file."""
    day = changes.last_day(as_of)
    tables = dict(data.tables)
    for table in SHOP_TABLES:
        rows = tables[table]
        known = rows[changes.public_on(table, rows) <= day]
        tables[table] = known.drop_duplicates(list(table_schema(table).identity), keep="last").assign(
            known_on=LONG_AGO
        )
    return History(replace(data, tables=tables)).as_known(as_of)


@cutting(alike.the_currency_matters_to_money_alone)
def takes_small_sums_for_slips(data: DataSet, as_of: str) -> Panel:
    """Sales below three million cannot be right."""
    panel = History(data).as_known(as_of)
    sales = panel.quantities["sales"]
    return with_quantity(panel, "sales", np.where(sales < 3e6, np.nan, sales))


@cutting(alike.names_mean_nothing)
def numbers_the_shops(data: DataSet, as_of: str) -> Panel:
    """An unknown floor area is the shop's place in the list."""
    panel = History(data).as_known(as_of)
    area = np.where(
        np.isnan(panel.shops.floor_area), 20.0 + np.arange(len(panel.shops)), panel.shops.floor_area
    )
    return replace(panel, shops=replace(panel.shops, floor_area=area))


@cutting(alike.names_mean_nothing)
def knows_a_trade_by_its_code(data: DataSet, as_of: str) -> Panel:
    """Bars deliver nothing, as everybody knows; the code is written into the programme."""
    panel = History(data).as_known(as_of)
    delivery = panel.quantities["delivery"]
    return with_quantity(panel, "delivery", np.where(panel.shops.industry == "bar", 0.0, delivery))


@cutting(alike.one_shop_reaches_others_through_groups_alone)
def fills_gaps_with_the_mean_of_the_city(data: DataSet, as_of: str) -> Panel:
    """A month that is not known is like everybody's."""
    panel = History(data).as_known(as_of)
    sales = panel.quantities["sales"]
    known = ~np.isnan(sales)
    mean = np.where(known, sales, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return with_quantity(panel, "sales", np.where(known, sales, mean[:, None]))


@cutting(alike.one_shop_reaches_others_through_groups_alone)
def clips_what_is_unusual(data: DataSet, as_of: str) -> Panel:
    """Nobody's ratings lie above the ninth tenth of all."""
    panel = History(data).as_known(as_of)
    rating = panel.quantities["rating"]
    return with_quantity(panel, "rating", np.minimum(rating, np.nanquantile(rating, 0.9)))


def with_quantity(panel: Panel, name: str, values: np.ndarray) -> Panel:
    """The panel with one quantity in other words."""
    return replace(panel, quantities={**panel.quantities, name: np.ascontiguousarray(values)})


# Groups


@grouping(over_time.later_months_change_no_bit)
def compares_with_the_peers_of_next_month(data: DataSet, as_of: str) -> Look:
    """The shop is of this month, its peers are of the next."""
    history = History(data)
    return history.as_known(as_of), peer_table(history.as_known(pd.Period(as_of, "M") + 1))


@grouping(over_time.later_words_change_no_bit)
def neighbours_stop_before_anybody_knows(data: DataSet, as_of: str) -> Look:
    """Who has stopped is seen from three months later."""
    history = History(data)
    panel = history.as_known(as_of)
    later = peer_table(history.as_known(pd.Period(as_of, "M") + 3))
    return panel, replace(peer_table(panel), points=later.points)


@grouping(over_time.later_words_change_no_bit)
def surroundings_are_of_the_last_delivery(data: DataSet, as_of: str) -> Look:
    """Vacancy and premises are read from the newest file that there is."""
    panel, peers = look(data, as_of)
    month = pd.Period(as_of, "M")
    newest = History(known_at(data, "premises", LONG_AGO)).as_known(month)
    return panel, replace(peers, surroundings=newest.surroundings)


def told(peers: PeerTable) -> dict[str, object]:
    """What a peer table is made of."""
    return {each.name: getattr(peers, each.name) for each in fields(peers) if each.init}


@grouping(alike.small_groups_do_not_speak)
def lets_five_shops_speak(data: DataSet, as_of: str) -> Look:
    """Five shops are a group: each of them could be told from the others."""
    panel, peers = look(data, as_of)
    return panel, FewSpeak(**told(peers))


class FewSpeak(PeerTable):
    """Groups of four shops speak for themselves."""

    def __post_init__(self) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(peertable, "SMALLEST", 4)
            super().__post_init__()


@grouping(alike.names_mean_nothing)
def asks_the_first_group_of_the_list(data: DataSet, as_of: str) -> Look:
    """A trade that is too small asks whoever stands first, by name."""
    panel, peers = look(data, as_of)
    return panel, FirstSpeaks(**told(peers))


class FirstSpeaks(PeerTable):
    """Where there are no peers, those of the first trade in the list speak."""

    def peers_of(self, industry: np.ndarray, district: np.ndarray) -> np.ndarray:
        """As the library, but for a trade of few."""
        found = super().peers_of(industry, district)
        return np.where(np.asarray(industry) == max(self.industry), len(self.n) - 1, found)


# Doors


def adds_up_the_rows_of_a_month(tables: Tables) -> DataSet:
    """Rows of one shop and month and day are parts of a whole: a delivery that comes twice counts twice."""
    sales = tables["sales"]
    key = ["shop_id", "month", "known_on"]
    whole = sales.groupby(key, dropna=False, sort=False).sum(min_count=1).reset_index()
    return through_the_door({**tables, "sales": whole})


def counts_every_line_of_the_calendar(tables: Tables) -> DataSet:
    """Each line is an event of its own."""
    events = tables["events"]
    numbered = events.assign(event_id=[f"E{line:04d}" for line in range(len(events))])
    return through_the_door({**tables, "events": numbered})


for _door in (adds_up_the_rows_of_a_month, counts_every_line_of_the_calendar):
    DEFECTS[_door.__name__] = Defect(
        way=Way(door=_door, facts=catalogue()), promise=alike.rows_said_twice_change_no_bit
    )


# Formulas


@measuring(formulas.months_before_the_window_do_not_matter)
def reads_behind_its_window(sales):
    """A view remembers what it is a part of."""
    base = sales if sales.base is None else sales.base
    return base[-4] / base[-1].clip(1.0)


@measuring(formulas.months_before_the_window_do_not_matter, months=12)
def reads_thirteen_of_twelve(sales):
    """The year before lies thirteen rows back."""
    return sales[-1] / sales[-13].clip(1.0)


@measuring(formulas.the_oldest_declared_month_matters, months=13)
def reads_twelve_of_thirteen(sales):
    """Off by one, the other way."""
    return sales[-1] / sales[-12].clip(1.0)


@measuring(formulas.months_before_the_window_do_not_matter, months=12)
def looks_up_the_calendar_of_last_year(sales, working_days):
    """The calendar, too, has no more rows than were asked for."""
    return sales[-1] / working_days[-13]


@measuring(formulas.declared_months_are_kept, months=36)
def wants_three_years_of_peers(sales, peer_sales_median):
    """Two years and a month are kept."""
    return sales[0] / peer_sales_median[0]


@measuring(alike.company_changes_no_bit)
def compares_with_whoever_is_there(sales):
    """Peers are the shops of the call."""
    return sales[-1] / np.nanmean(sales[-1])


@measuring(alike.company_changes_no_bit)
def ranks_within_the_call(sales):
    """First of one, or third of ten thousand."""
    return np.argsort(np.argsort(np.nan_to_num(sales[-1]))).astype(float)


@measuring(alike.the_order_of_shops_changes_no_bit, unit="money")
def adds_up_along_the_shops(sales):
    """The wrong axis."""
    return np.cumsum(np.nan_to_num(sales), axis=1)[-1] / 1e6


@measuring(alike.company_changes_no_bit)
def remembers_an_earlier_call(sales):
    """What was worked out once is not worked out again, whoever asks."""
    return np.where(
        np.isnan(sales[-1]), np.nan, REMEMBERED.setdefault("many", sales.shape[1]) / sales.shape[1]
    )


@measuring(formulas.inputs_are_left_as_they_were, unit="money")
def mends_its_input(sales):
    """Unknown becomes zero for whoever reads the window next."""
    sales[np.isnan(sales)] = 0.0
    return sales.mean(axis=0)


@measuring(alike.the_currency_matters_to_money_alone)
def adds_one_won(sales):
    """So that nothing is divided by zero."""
    return sales[-1] / (sales[-2] + 1.0)


@measuring(alike.the_currency_matters_to_money_alone, months=1)
def forgets_that_it_is_money(sales):
    """The unit is declared wrongly."""
    return sales[-1] * 1.0


@measuring(alike.the_currency_matters_to_money_alone, months=1)
def counts_large_sales(sales):
    """Ten million is a lot, in won."""
    return np.where(np.isnan(sales[-1]), np.nan, (sales[-1] > 3e6).astype(float))


@measuring(formulas.every_value_is_finite_or_unknown)
def divides_by_nothing(sales):
    """Zero sales a month ago."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return sales[-1] / (sales[-2] * 0.0)


@measuring(formulas.every_value_is_finite_or_unknown)
def takes_the_logarithm_of_nothing(sales):
    """Of a shop that sold nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(sales[-1])


@measuring(formulas.where_nothing_is_known_nothing_is_said, unit="money")
def takes_unknown_for_zero(sales):
    """A gap is a shop that sold nothing."""
    return np.nan_to_num(sales).mean(axis=0)


@measuring(formulas.where_nothing_is_known_nothing_is_said, months=1, unit="flag")
def takes_no_lease_for_a_long_one(lease_left):
    """Unknown is not soon."""
    return (lease_left < 3).astype(float)


@measuring(formulas.threads_and_blocks_change_no_bit, months=1, unit="money")
def knows_how_many_there_are(sales):
    """The size of a block is no fact about a shop."""
    return sales[-1] / sales.shape[1]


@measuring(formulas.some_shop_has_a_figure, months=2)
def compares_with_a_word_that_is_none(sales):
    """Nothing equals NaN."""
    return np.where(sales[-1] == np.nan, sales[-2], np.nan)  # noqa: PLW0177


@measuring(risk.bad_news_never_looks_good, unit="money", riskier="high")
def declares_the_wrong_side(sales):
    """High sales are the risk, it says."""
    return sales.mean(axis=0)


@measuring(risk.bad_news_never_looks_good, riskier="low")
def turns_the_fraction_over(rent, sales):
    """Rent over sales, declared as sales over rent."""
    return rent[-1] / np.where(sales.mean(axis=0) > 0, sales.mean(axis=0), np.nan)


@measuring(risk.bad_news_is_heard, months=6, riskier="low")
def divides_a_sum_by_itself(sales):
    """Last months over last months."""
    return sales[-3:].sum(axis=0) / np.where(sales[-3:].mean(axis=0) > 0, sales[-3:].mean(axis=0), np.nan)


def forgets_that_sales_come_late(facts: Sequence[Indicator], lags: Mapping[str, int]) -> dict[str, int]:
    """Nothing waits but rents."""
    return available_after_days(facts, {**lags, "sales": 0})


DEFECTS["forgets_that_sales_come_late"] = Defect(
    way=Way(waits=forgets_that_sales_come_late, facts=named(["sales_level", "rent_per_m2"])),
    promise=over_time.waits_for_its_tables,
)


# What a test cannot see


@cutting(over_time.public_words_are_heard)
def loses_a_column(data: DataSet, as_of: str) -> Panel:
    """Ratings are read, and nobody takes them along: no promise about them would ever fail."""
    panel = History(data).as_known(as_of)
    return with_quantity(panel, "rating", np.full_like(panel.quantities["rating"], 3.0))


@cutting(over_time.each_input_hangs_on_its_column)
def reads_the_column_beside(data: DataSet, as_of: str) -> Panel:
    """When a shop joined the voucher scheme is when it changed hands."""
    panel = History(data).as_known(as_of)
    return replace(panel, shops=replace(panel.shops, voucher_since=panel.shops.operator_since))


@dataclass(frozen=True, kw_only=True)
class Late:
    """A way that shows the panel of some months later under this month's name."""

    months: int

    def __call__(self, data: DataSet, as_of: str) -> Look:
        """The later panel and its groups."""
        month = pd.Period(as_of, "M")
        panel = replace(History(data).as_known(month + self.months), as_of=month)
        return panel, peer_table(panel)


# Learning


def snapshots_a_month_late(
    history: History, months: Sequence[pd.Period], wanted: Sequence[Indicator]
) -> list[Snapshot]:
    """Each month by the tables of the next one."""
    return [
        replace(snapshot, month=ordinal(month))
        for month, snapshot in zip(
            months, snapshots(history, [each + 1 for each in months], wanted), strict=True
        )
    ]


def without_waiting_for_answers(taken: Sequence[Snapshot], events: Events) -> HazardRows:
    """No crisis is known yet: so there was none."""
    return hazard_rows(taken, replace(events, mature=events.mature + 12))


def with_answers_of_a_year(taken: Sequence[Snapshot], events: Events) -> HazardRows:
    """Whoever closes within the year had a crisis in every interval of it."""
    rows = hazard_rows(taken, events)
    place = np.searchsorted(events.shop_ids, rows.shop)
    return replace(rows, happened=(events.month[place] <= rows.month + 12).astype(float))


def without_a_gap(rows: HazardRows, chosen: Split) -> list[Fold]:
    """Every month before the test teaches, also those whose interval ends within it."""
    return [parted(rows, rows.month < origin, origin) for origin in chosen.origins]


def on_what_it_learnt(rows: HazardRows, chosen: Split) -> list[Fold]:
    """A model is tried on the rows that taught it."""
    everything = np.ones(len(rows.month), dtype=bool)
    return [parted(rows, everything, origin) for origin in chosen.origins]


def parted(rows: HazardRows, teaching_rows: np.ndarray, origin: int) -> Fold:
    """A fold in which some rows teach."""
    return Fold(origin=origin, earlier=rows.where(teaching_rows), later=rows.where(rows.month >= origin))


def up_to_the_last_month(first_known: int, mature: int) -> Split:
    """The months without an answer are tested, too."""
    chosen = split(first_known, mature)
    return replace(chosen, last=mature)


teaching("snapshots_a_month_late", learning.rows_hold_what_their_month_knew, snap=snapshots_a_month_late)
teaching("without_waiting_for_answers", learning.every_answer_is_in, rows=without_waiting_for_answers)
teaching(
    "with_answers_of_a_year", learning.what_comes_after_an_interval_is_no_answer, rows=with_answers_of_a_year
)
teaching("without_a_gap", learning.a_trial_learns_from_nothing_that_ends_later, folds=without_a_gap)
teaching("on_what_it_learnt", learning.nothing_is_found_where_nothing_is, folds=on_what_it_learnt)
teaching("up_to_the_last_month", learning.months_are_split_with_a_gap, split=up_to_the_last_month)
