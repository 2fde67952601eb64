"""The 26 rolling indicators of `indicators.py` in Polars, DuckDB and pandas, each in the form that suits the engine.

All start from the same long table (`shop_id`, `month` number, `sales`, `receipts`, `rent`, `fee`), sorted by shop and
month, one row for each shop and month, null where a value is unknown; all return shops × months × 26 for the as-of months.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl

NAMES = (
    "sales_level", "sales_mom", "sales_yoy", "sales_yoy_3m", "sales_yoy_turn", "sales_3m_vs_prev3",
    "sales_6m_vs_prev6", "sales_3m_vs_12m", "sales_last_vs_12m", "sales_last_vs_3m", "sales_worst_of_6m",
    "sales_drawdown_12m", "decline_streak", "decline_count_6m", "sales_worst_fall_12m", "sales_cv_12m",
    "sales_unrest_change", "sales_zero_months_6m", "sales_zero_months_24m", "months_since_sales", "receipts_level",
    "ticket_size_change", "months_reported_6m", "rent_share_of_sales", "rent_share_change_12m", "rent_change_12m",
)  # fmt: skip
"""The indicators that all four compute, by their names in the catalogue."""


def polars_long(table: pl.DataFrame, first: int) -> pl.DataFrame:
    """Polars: one lazy query, windows within `over("shop_id")`, then arithmetic on the columns."""
    return (
        _polars_indicators(_polars_windows(table.lazy()))
        .filter(_pl().col("month") >= first)
        .select(NAMES)
        .collect()
    )


def polars_lists(table: pl.DataFrame, first: int) -> pl.DataFrame:
    """Polars: the same windows within `group_by("shop_id")`, exploded again."""
    pl = _pl()
    base = _polars_base(table.lazy())
    grouped = base.group_by("shop_id", maintain_order=True).agg(pl.col("month"), *_polars_columns())
    flat = grouped.explode(pl.exclude("shop_id"))
    return _polars_indicators(flat).filter(pl.col("month") >= first).select(NAMES).collect()


def polars_padded(table: pl.DataFrame, first: int) -> pl.DataFrame:
    """Polars: no groups at all; `first` empty rows before each shop keep the windows of two shops apart.

    It needs what the other forms do not: every shop with all months, in order, and no window that reaches back further
    than the empty rows from the first month that is kept.
    """
    pl = _pl()
    months = int(table["month"].max()) + 1  # type: ignore[arg-type]
    place = np.arange(len(table) // months * (months + first))
    month = place % (months + first) - first
    origin = pl.Series(place // (months + first) * months + month).set(pl.Series(month < 0), None)
    apart = table.lazy().select(pl.col("sales", "receipts", "rent", "fee").gather(origin))
    numbered = apart.with_columns(pl.Series("month", place))
    windows = _polars_base(numbered).select("month", *_polars_columns())
    return _polars_indicators(windows).filter(pl.Series(month >= first)).select(NAMES).collect()


def _pl():  # type: ignore[no-untyped-def]  # noqa: ANN202
    import polars

    return polars


def _polars_base(rows: pl.LazyFrame) -> pl.LazyFrame:
    pl = _pl()
    receipts = pl.col("receipts")
    return rows.with_columns(pl.when(receipts > 0).then(pl.col("sales") / receipts).alias("ticket"))


def _polars_windows(rows: pl.LazyFrame) -> pl.LazyFrame:
    return _polars_base(rows).select("month", *(column.over("shop_id") for column in _polars_columns()))


def _polars_columns() -> list[pl.Expr]:
    pl = _pl()
    sales, receipts, ticket = pl.col("sales"), pl.col("receipts"), pl.col("ticket")
    rent, fee, month = pl.col("rent"), pl.col("fee"), pl.col("month")
    before = sales.shift(1)
    fell, paired = sales < before, sales.is_not_null() & before.is_not_null()
    mean3, mean3_of_2 = sales.rolling_mean(3, min_samples=1), sales.rolling_mean(3, min_samples=2)
    mean6, spread6 = sales.rolling_mean(6, min_samples=3), sales.rolling_std(6, min_samples=4, ddof=0)
    rent3 = rent.rolling_mean(3, min_samples=1)
    zero = (sales == 0).cast(pl.Float64)
    known = sales.is_not_null().cast(pl.Float64)
    columns = {
        "s0": sales, "s1": before, "s12": sales.shift(12), "mean3": mean3, "mean3_3": mean3.shift(3),
        "mean3_12": mean3.shift(12), "b3": mean3_of_2, "b3_1": mean3_of_2.shift(1), "b3_3": mean3_of_2.shift(3),
        "b3_12": mean3_of_2.shift(12), "b3_15": mean3_of_2.shift(15), "mean6": mean6, "mean6_6": mean6.shift(6),
        "mean12": sales.rolling_mean(12, min_samples=4), "low6": sales.rolling_min(6, min_samples=3),
        "high12": sales.rolling_max(12, min_samples=4), "spread12": sales.rolling_std(12, min_samples=4, ddof=0),
        "spread6": spread6, "spread6_6": spread6.shift(6),
        "falls6": fell.cast(pl.Float64).rolling_sum(6, min_samples=3),
        "rose_at": pl.when(fell.fill_null(value=False)).then(None).otherwise(month).forward_fill(),
        "paired": paired,
        "worst": pl.when(before > 0).then(sales / before).rolling_min(11, min_samples=2),
        "zero6": zero.rolling_sum(6, min_samples=1), "zero24": zero.rolling_sum(24, min_samples=1),
        "sold_at": pl.when(sales > 0).then(month).forward_fill(),
        "receipts3": receipts.rolling_mean(3, min_samples=1), "ticket3": ticket.rolling_mean(3, min_samples=1),
        "ticket12": ticket.rolling_mean(12, min_samples=6), "known6": known.rolling_sum(6, min_samples=1),
        "rent3": rent3, "rent3_12": rent3.shift(12), "fee3": fee.rolling_mean(3, min_samples=1),
        "rent0": rent, "rent12": rent.shift(12),
    }  # fmt: skip
    return [column.alias(name) for name, column in columns.items()]


def _polars_indicators(windows: pl.LazyFrame) -> pl.LazyFrame:
    pl = _pl()
    c = {name: pl.col(name) for name in _WINDOWS}

    def ratio(above: pl.Expr, below: pl.Expr) -> pl.Expr:
        return pl.when(below > 0).then(above / below)

    streak = (pl.col("month") - c["rose_at"]).clip(upper_bound=11)
    silent = pl.col("month") - c["sold_at"]
    share_then = ratio(c["rent3_12"], c["mean3_12"])
    found = {
        "sales_level": c["mean3"],
        "sales_mom": ratio(c["s0"], c["s1"]) - 1,
        "sales_yoy": ratio(c["s0"], c["s12"]) - 1,
        "sales_yoy_3m": ratio(c["b3"], c["b3_12"]) - 1,
        "sales_yoy_turn": ratio(c["b3"], c["b3_12"]) - ratio(c["b3_3"], c["b3_15"]),
        "sales_3m_vs_prev3": ratio(c["mean3"], c["mean3_3"]) - 1,
        "sales_6m_vs_prev6": ratio(c["mean6"], c["mean6_6"]) - 1,
        "sales_3m_vs_12m": ratio(c["mean3"], c["mean12"]) - 1,
        "sales_last_vs_12m": ratio(c["s0"], c["mean12"]) - 1,
        "sales_last_vs_3m": ratio(c["s0"], c["b3_1"]) - 1,
        "sales_worst_of_6m": ratio(c["low6"], c["mean12"]),
        "sales_drawdown_12m": 1 - ratio(c["s0"], c["high12"]),
        "decline_streak": pl.when(c["paired"]).then(streak),
        "decline_count_6m": c["falls6"],
        "sales_worst_fall_12m": (1 - c["worst"]).clip(0, 1),
        "sales_cv_12m": ratio(c["spread12"], c["mean12"]),
        "sales_unrest_change": ratio(c["spread6"], c["spread6_6"]),
        "sales_zero_months_6m": c["zero6"],
        "sales_zero_months_24m": c["zero24"],
        "months_since_sales": pl.when(silent < 12).then(silent),
        "receipts_level": c["receipts3"],
        "ticket_size_change": ratio(c["ticket3"], c["ticket12"]) - 1,
        "months_reported_6m": pl.when(c["known6"] > 0).then(c["known6"] / 6),
        "rent_share_of_sales": ratio(c["rent3"] + c["fee3"].fill_null(0), c["mean3"]),
        "rent_share_change_12m": ratio(c["rent3"], c["mean3"]) - share_then,
        "rent_change_12m": ratio(c["rent0"], c["rent12"]) - 1,
    }
    return windows.select("month", *(column.cast(pl.Float64).alias(name) for name, column in found.items()))


_WINDOWS = (
    "s0", "s1", "s12", "mean3", "mean3_3", "mean3_12", "b3", "b3_1", "b3_3", "b3_12", "b3_15", "mean6", "mean6_6",
    "mean12", "low6", "high12", "spread12", "spread6", "spread6_6", "falls6", "rose_at", "paired", "worst", "zero6",
    "zero24", "sold_at", "receipts3", "ticket3", "ticket12", "known6", "rent3", "rent3_12", "fee3", "rent0", "rent12",
)  # fmt: skip


def duckdb_windows(connection: duckdb.DuckDBPyConnection, first: int) -> dict[str, np.ndarray]:
    """DuckDB: window functions over one partition, from its own table `long`."""
    return connection.execute(_SQL.format(first=first)).fetchnumpy()


def _mean(name: str, value: str, rows: tuple[int, int], least: int) -> str:
    return _known(name, "avg", value, rows, least)


def _known(name: str, what: str, value: str, rows: tuple[int, int], least: int) -> str:
    frame = (
        f"over (partition by shop_id order by month rows between {rows[0]} preceding and {rows[1]} preceding)"
    )
    if least == 1:
        return f"{what}({value}) {frame} as {name}"
    return f"case when count({value}) {frame} >= {least} then {what}({value}) {frame} end as {name}"


def _lag(name: str, value: str, months: int) -> str:
    return f"lag({value}, {months}) over (partition by shop_id order by month) as {name}"


_STEPS = (
    "s0, month, shop_id", "receipts", "ticket", "rent", "fee", "s1", "s0 < s1 as fell",
    "s0 is not null and s1 is not null as paired", "case when s1 > 0 then s0 / s1 end as kept",
)  # fmt: skip
_COLUMNS = (
    "month, s0, s1, paired, rent as rent0", _lag("s12", "s0", 12), _lag("rent12", "rent", 12),
    _mean("mean3", "s0", (2, 0), 1), _mean("mean3_3", "s0", (5, 3), 1), _mean("mean3_12", "s0", (14, 12), 1),
    _mean("b3", "s0", (2, 0), 2), _mean("b3_1", "s0", (3, 1), 2), _mean("b3_3", "s0", (5, 3), 2),
    _mean("b3_12", "s0", (14, 12), 2), _mean("b3_15", "s0", (17, 15), 2), _mean("mean6", "s0", (5, 0), 3),
    _mean("mean6_6", "s0", (11, 6), 3), _mean("mean12", "s0", (11, 0), 4), _known("low6", "min", "s0", (5, 0), 3),
    _known("high12", "max", "s0", (11, 0), 4), _known("spread12", "stddev_pop", "s0", (11, 0), 4),
    _known("spread6", "stddev_pop", "s0", (5, 0), 4), _known("spread6_6", "stddev_pop", "s0", (11, 6), 4),
    _known("falls6", "sum", "fell::double", (5, 0), 3), _known("worst", "min", "kept", (10, 0), 2),
    _known("zero6", "sum", "(s0 = 0)::double", (5, 0), 1), _known("zero24", "sum", "(s0 = 0)::double", (23, 0), 1),
    _known("sold_at", "max", "case when s0 > 0 then month end", (11, 0), 1),
    "max(case when fell then null else month end) over (partition by shop_id order by month) as rose_at",
    _mean("receipts3", "receipts", (2, 0), 1), _mean("ticket3", "ticket", (2, 0), 1),
    _mean("ticket12", "ticket", (11, 0), 6), _known("known6", "count", "s0", (5, 0), 1),
    _mean("rent3", "rent", (2, 0), 1), _mean("rent3_12", "rent", (14, 12), 1), _mean("fee3", "fee", (2, 0), 1),
)  # fmt: skip


def _over(above: str, below: str) -> str:
    return f"case when {below} > 0 then {above} / {below} end"


_FOUND = {
    "sales_level": "mean3",
    "sales_mom": _over("s0", "s1") + " - 1",
    "sales_yoy": _over("s0", "s12") + " - 1",
    "sales_yoy_3m": _over("b3", "b3_12") + " - 1",
    "sales_yoy_turn": f"({_over('b3', 'b3_12')}) - ({_over('b3_3', 'b3_15')})",
    "sales_3m_vs_prev3": _over("mean3", "mean3_3") + " - 1",
    "sales_6m_vs_prev6": _over("mean6", "mean6_6") + " - 1",
    "sales_3m_vs_12m": _over("mean3", "mean12") + " - 1",
    "sales_last_vs_12m": _over("s0", "mean12") + " - 1",
    "sales_last_vs_3m": _over("s0", "b3_1") + " - 1",
    "sales_worst_of_6m": _over("low6", "mean12"),
    "sales_drawdown_12m": f"1 - ({_over('s0', 'high12')})",
    "decline_streak": "case when paired then least(month - rose_at, 11) end",
    "decline_count_6m": "falls6",
    "sales_worst_fall_12m": "case when worst is not null then greatest(0, least(1, 1 - worst)) end",
    "sales_cv_12m": _over("spread12", "mean12"),
    "sales_unrest_change": _over("spread6", "spread6_6"),
    "sales_zero_months_6m": "zero6",
    "sales_zero_months_24m": "zero24",
    "months_since_sales": "month - sold_at",
    "receipts_level": "receipts3",
    "ticket_size_change": _over("ticket3", "ticket12") + " - 1",
    "months_reported_6m": "nullif(known6, 0) / 6",
    "rent_share_of_sales": _over("(rent3 + coalesce(fee3, 0))", "mean3"),
    "rent_share_change_12m": f"({_over('rent3', 'mean3')}) - ({_over('rent3_12', 'mean3_12')})",
    "rent_change_12m": _over("rent0", "rent12") + " - 1",
}
_SQL = f"""
with lagged as (
    select shop_id, month, sales as s0, lag(sales) over (partition by shop_id order by month) as s1, receipts, rent, fee,
           case when receipts > 0 then sales / receipts end as ticket
    from long
), steps as (select {", ".join(_STEPS)} from lagged),
windows as (select shop_id, {", ".join(_COLUMNS)} from steps)
select {", ".join(f"({formula})::double as {name}" for name, formula in _FOUND.items())}
from windows where month >= {{first}} order by shop_id, month
"""


def pandas_rolling(table: pd.DataFrame, first: int) -> pd.DataFrame:
    """pandas: `groupby().rolling()` for every window, `groupby().shift()` for every lag."""
    import pandas as pd

    long = _pandas_base(table)
    by_shop = long.groupby("shop_id", sort=False)

    def rolled(column: str, months: int, least: int, how: str) -> pd.Series:
        window = by_shop[column].rolling(months, min_periods=least)
        return (window.std(ddof=0) if how == "std" else getattr(window, how)()).reset_index(
            level=0, drop=True
        )

    def back(column: pd.Series, months: int) -> pd.Series:
        return column.groupby(long["shop_id"], sort=False).shift(months)

    def ratio(above: pd.Series, below: pd.Series) -> pd.Series:
        return above / below.where(below > 0)

    s0, s1, month = long["sales"], long["before"], long["month"]
    mean3, b3, mean6 = (
        rolled("sales", 3, 1, "mean"),
        rolled("sales", 3, 2, "mean"),
        rolled("sales", 6, 3, "mean"),
    )
    mean12, spread6 = rolled("sales", 12, 4, "mean"), rolled("sales", 6, 4, "std")
    b3_12, rent3, known6 = back(b3, 12), rolled("rent", 3, 1, "mean"), rolled("known", 6, 1, "sum")
    silent = month - by_shop["sold_at"].ffill()
    streak = (month - by_shop["rose_at"].ffill()).clip(upper=11)
    fee3 = rolled("fee", 3, 1, "mean").fillna(0.0)
    found = {
        "sales_level": mean3,
        "sales_mom": ratio(s0, s1) - 1,
        "sales_yoy": ratio(s0, back(s0, 12)) - 1,
        "sales_yoy_3m": ratio(b3, b3_12) - 1,
        "sales_yoy_turn": ratio(b3, b3_12) - ratio(back(b3, 3), back(b3, 15)),
        "sales_3m_vs_prev3": ratio(mean3, back(mean3, 3)) - 1,
        "sales_6m_vs_prev6": ratio(mean6, back(mean6, 6)) - 1,
        "sales_3m_vs_12m": ratio(mean3, mean12) - 1,
        "sales_last_vs_12m": ratio(s0, mean12) - 1,
        "sales_last_vs_3m": ratio(s0, back(b3, 1)) - 1,
        "sales_worst_of_6m": ratio(rolled("sales", 6, 3, "min"), mean12),
        "sales_drawdown_12m": 1 - ratio(s0, rolled("sales", 12, 4, "max")),
        "decline_streak": streak.where(s0.notna() & s1.notna()),
        "decline_count_6m": rolled("fell", 6, 3, "sum"),
        "sales_worst_fall_12m": (1 - rolled("kept", 11, 2, "min")).clip(0, 1),
        "sales_cv_12m": ratio(rolled("sales", 12, 4, "std"), mean12),
        "sales_unrest_change": ratio(spread6, back(spread6, 6)),
        "sales_zero_months_6m": rolled("zero", 6, 1, "sum"),
        "sales_zero_months_24m": rolled("zero", 24, 1, "sum"),
        "months_since_sales": silent.where(silent < 12),
        "receipts_level": rolled("receipts", 3, 1, "mean"),
        "ticket_size_change": ratio(rolled("ticket", 3, 1, "mean"), rolled("ticket", 12, 6, "mean")) - 1,
        "months_reported_6m": (known6 / 6).where(known6 > 0),
        "rent_share_of_sales": ratio(rent3 + fee3, mean3),
        "rent_share_change_12m": ratio(rent3, mean3) - ratio(back(rent3, 12), back(mean3, 12)),
        "rent_change_12m": ratio(long["rent"], back(long["rent"], 12)) - 1,
    }
    return pd.DataFrame(found).loc[month >= first]


def _pandas_base(table: pd.DataFrame) -> pd.DataFrame:
    sales, before = table["sales"], table.groupby("shop_id", sort=False)["sales"].shift(1)
    fell = sales < before
    return table.assign(
        before=before,
        ticket=sales / table["receipts"].where(table["receipts"] > 0),
        fell=fell.astype(float).where(sales.notna() & before.notna()),
        kept=sales / before.where(before > 0),
        zero=(sales == 0).astype(float).where(sales.notna()),
        known=sales.notna().astype(float),
        sold_at=table["month"].where(sales > 0),
        rose_at=table["month"].where(~fell),
    )
