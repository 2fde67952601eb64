"""`score_business` and `score_businesses`: a score from what a script has at hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd

from sbwarn.errors import InputError, SettingError
from sbwarn.indicators.peerfile import read_peers
from sbwarn.indicators.peertable import PeerTable
from sbwarn.messages import say
from sbwarn.releases.load import find_release, load_release
from sbwarn.releases.names import MANIFEST
from sbwarn.releases.record import Release
from sbwarn.scoring.panel import score_panel
from sbwarn.tables.check import check_table
from sbwarn.tables.dataset import dataset_of
from sbwarn.tables.digest import digest_file
from sbwarn.tables.history import SINCE, History, chain_or_nan
from sbwarn.tables.month import as_month, ordinal
from sbwarn.tables.monthly import MIX, entropy_of_cells
from sbwarn.tables.panel import DEPTH, NEVER, QUANTITIES, Panel, Shops
from sbwarn.tables.schema import table_schema

if TYPE_CHECKING:
    from sbwarn.scoring.record import Score

Monthly: TypeAlias = "Mapping[str, float] | pd.Series | pd.DataFrame"
"""Month → amount: a dict, a Series with months as its index, or a DataFrame with a month column."""
REQUIRED = ("sales", "rent", "footfall")
"""Arguments whose first column a DataFrame must hold."""
TABLES_ALONE = ("customers", "costs", "profile")
"""Arguments that are tables: of their columns none is the main one."""
ShopFacts: TypeAlias = "Mapping[str, object] | pd.Series"


def score_business(
    shop: ShopFacts,
    sales: Monthly,
    rent: Monthly | float | None = None,
    footfall: Monthly | None = None,
    *,
    transactions: Monthly | None = None,
    customers: pd.DataFrame | None = None,
    costs: pd.DataFrame | None = None,
    profile: pd.DataFrame | None = None,
    as_of: str | pd.Period | None = None,
    release: Release | str | Path | None = None,
    peers: PeerTable | str | Path | None = None,
) -> Score:
    """The risk that one shop comes into a crisis within 3, 6 and 12 months, with reasons.

    Args:
        shop: `industry_code` and `district_id`; better with `shop_id, opened_on, floor_area_m2, lease_ends_on`.
        sales: Sales by month in the release's currency. A month that is left out is unknown, not zero. A DataFrame
            may hold every column of its schema, beside `month`; so for the tables below.
        rent: Monthly rent by month; one number is the rent of the last closed month.
        footfall: Persons a weekday in the shop's district, by month.
        transactions: Receipts by month.
        customers: Who buys, by month: columns of the customers schema.
        costs: Wages, utilities, energy and late rent, by month: columns of the costs schema.
        profile: Facts of the business itself, for a release that was trained with them.
        as_of: The month at whose end you stand. None: the first month as of which the last of the sales counts as
            closed. Later months are left out: they were not known.
        release: A release, its name or its folder; None for the one that is shipped (a demonstration).
        peers: The month's peers as written by `sbwarn score`; None for the peers of the release.

    Raises:
        InputError: a value is missing, of the wrong kind or impossible; the text names the argument.
        ReleaseError: the release is missing or damaged.

    >>> from sbwarn import score_business
    >>> months = [f"2026-{month:02d}" for month in range(1, 9)]
    >>> score = score_business(
    ...     shop={"shop_id": "A17", "industry_code": "coffee", "district_id": "naseong"},
    ...     sales=dict(zip(months, [12.3e6, 12.1e6, 11.0e6, 9.2e6, 8.1e6, 6.0e6, 4.4e6, 3.1e6])),
    ...     rent=1_500_000,
    ... )
    >>> 0 < score.risk[3] <= score.risk[6] <= score.risk[12] < 1
    True
    >>> score.demonstration
    True
    """
    model = _release(release)
    monthly = _monthly(
        {
            "sales": sales, "transactions": transactions, "rent": rent, "footfall": footfall,
            "customers": customers, "costs": costs, "profile": profile,
        }
    )  # fmt: skip
    month = _as_of(as_of, monthly["sales"], model)
    panel = _panel(shop, monthly, month, model, rent)
    return score_panel(panel, _peers(peers, model), model)[0]


def score_businesses(
    shops: pd.DataFrame,
    sales: pd.DataFrame,
    rent: pd.DataFrame | None = None,
    footfall: pd.DataFrame | None = None,
    *,
    customers: pd.DataFrame | None = None,
    costs: pd.DataFrame | None = None,
    profile: pd.DataFrame | None = None,
    as_of: str | pd.Period | None = None,
    release: Release | str | Path | None = None,
    peers: PeerTable | str | Path | None = None,
) -> dict[str, Score]:
    """The scores of many shops by `shop_id`; each equals what `score_business` says of the shop alone, bit for bit.

    Args:
        shops: Table of the shops schema (`shop_id, industry_code, district_id`, …).
        sales: Table of the sales schema (`shop_id, month, amount`, …); with `known_on`, only what was public counts.
        rent: Table of the rent schema.
        footfall: Table of the footfall schema.
        customers: Table of the customers schema.
        costs: Table of the costs schema.
        profile: Table of the profile schema.
        as_of: As for `score_business`; None: the first month as of which the last sales count as closed.
        release: As for `score_business`.
        peers: As for `score_business`; None for the peers of the release.

    Raises:
        InputError: a table lacks a column, holds contradictions, or rows that break a rule.
        ReleaseError: the release is missing or damaged.
    """
    model = _release(release)
    given = {
        "shops": shops, "sales": sales, "rent": rent, "footfall": footfall,
        "customers": customers, "costs": costs, "profile": profile,
    }  # fmt: skip
    checked = {}
    for table, rows in given.items():
        if rows is None:
            continue
        checked[table] = check_table(rows.reset_index(drop=True), table_schema(table), where=table)
        rejects = checked[table].rejects
        if len(rejects):
            raise InputError(
                say("errors.rejected_rows", table=table, rows=len(rejects), first=_first(rejects))
            )
    dataset = dataset_of(
        checked, name="call", currency=model.currency, lags=model.lags, country=model.country
    )
    known = dataset.tables["sales"]["month"].dropna()
    month = _as_of(as_of, dict.fromkeys((str(day)[:7] for day in known.unique()), 0.0), model)
    panel = History(dataset).as_known(month)
    scores = score_panel(panel, _peers(peers, model), model)
    return {score.shop_id: score for score in scores}


def _first(rejects: pd.DataFrame) -> str:
    worst = rejects.iloc[0]
    return f"{worst['column']} = {worst['value']!r} (row {worst['row']}), expected {worst['expected']}"


def _release(release: Release | str | Path | None) -> Release:
    if isinstance(release, Release):
        return release
    folder = find_release(release)
    return _loaded(folder, digest_file(folder / MANIFEST) if (folder / MANIFEST).is_file() else "")


@lru_cache(maxsize=4)
def _loaded(folder: Path, _manifest: str) -> Release:
    """Loaded once for each content: a folder that changes is loaded again."""
    return load_release(folder)


def _peers(peers: PeerTable | str | Path | None, release: Release) -> PeerTable:
    if peers is None:
        return release.peers
    return peers if isinstance(peers, PeerTable) else read_peers(Path(peers))


def _monthly(given: Mapping[str, Monthly | float | None]) -> dict[str, dict[str, float]]:
    """Month → amount for each quantity that was given, by the name of the argument."""
    found: dict[str, dict[str, float]] = {}
    for argument, told in given.items():
        if told is None or (argument == "rent" and np.isscalar(told)):
            continue
        if argument in TABLES_ALONE and not isinstance(told, pd.DataFrame):
            raise InputError(say("errors.wrong_argument", argument=argument, got=type(told).__name__))
        columns = {column: name for name, (table, column) in QUANTITIES.items() if table == argument}
        columns = columns or {argument: argument}
        if argument in REQUIRED or not isinstance(told, pd.DataFrame):
            main = next(iter(columns))
            found[columns[main]] = _amounts(argument, told, main)  # type: ignore[arg-type]
        if isinstance(told, pd.DataFrame):
            known = told.assign(**{MIX: entropy_of_cells(told)}) if argument == "customers" else told
            found |= {
                name: _amounts(argument, known, column)
                for column, name in columns.items()
                if column in known.columns
            }
    return found


def _amounts(argument: str, given: Monthly, column: str) -> dict[str, float]:
    if isinstance(given, pd.DataFrame):
        if "month" not in given.columns or column not in given.columns:
            have = ", ".join(map(str, given.columns))
            raise InputError(
                say("errors.missing_columns", where=argument, columns=f"month, {column}", have=have)
            )
        pairs = zip(given["month"], given[column], strict=True)
    elif isinstance(given, (Mapping, pd.Series)):
        pairs = zip(
            given.keys(), given.to_numpy() if isinstance(given, pd.Series) else given.values(), strict=True
        )
    else:
        raise InputError(say("errors.wrong_argument", argument=argument, got=type(given).__name__))
    amounts: dict[str, float] = {}
    for month, amount in pairs:
        if _is_missing(month):
            raise InputError(say("errors.no_such_month", argument=argument, got=repr(month)))
        key = str(as_month(month, argument=argument))
        value = _amount(argument, key, amount)
        if key in amounts and amounts[key] != value:
            raise InputError(say("errors.month_twice", argument=argument, month=key))
        amounts[key] = value
    return amounts


def _amount(argument: str, month: str, amount: object) -> float:
    if _is_missing(amount):
        return float("nan")
    try:
        value = float(amount)  # type: ignore[arg-type]
    except (TypeError, ValueError) as wrong:
        raise InputError(
            say("errors.wrong_amount", argument=argument, month=month, got=repr(amount))
        ) from wrong
    if value < 0 or value in (float("inf"), float("-inf")):
        raise InputError(say("errors.wrong_amount", argument=argument, month=month, got=repr(amount)))
    return value


def _as_of(as_of: str | pd.Period | None, sales: Mapping[str, float], release: Release) -> pd.Period:
    if as_of is not None:
        return as_month(as_of, argument="as_of")
    if not sales:
        raise InputError(say("errors.no_sales"))
    return as_month(max(sales)) + release.lags["sales"]


def _panel(
    shop: ShopFacts,
    monthly: Mapping[str, Mapping[str, float]],
    as_of: pd.Period,
    release: Release,
    rent: object,
) -> Panel:
    """The panel of one shop, the same as `History` would make of its tables."""
    facts = _known_facts(shop)
    lags = {quantity: release.lags[table] for quantity, (table, _) in QUANTITIES.items()}
    quantities = {}
    for quantity in QUANTITIES:
        rows = np.full((DEPTH, 1), np.nan)
        for month, amount in monthly.get(quantity, {}).items():
            row = ordinal(as_month(month)) - (ordinal(as_of) - lags[quantity] - DEPTH + 1)
            if 0 <= row < DEPTH:
                rows[row, 0] = amount
        quantities[quantity] = rows
    if rent is not None and np.isscalar(rent):
        quantities["rent"][-1, 0] = _amount("rent", str(as_of), rent)
    return Panel(
        as_of=as_of, shops=_shop(facts, as_of), quantities=quantities, lags=lags, country=release.country
    )


def _known_facts(shop: ShopFacts) -> dict[str, object]:
    """What is said of the shop, without the facts that are missing: None, NaN, NaT or NA."""
    wanted = ("industry_code", "district_id")
    if not isinstance(shop, (Mapping, pd.Series)):
        raise InputError(say("errors.shop_lacks", name=", ".join(wanted), have=type(shop).__name__))
    facts = {str(name): value for name, value in shop.items() if not _is_missing(value)}
    for name in wanted:
        if facts.get(name, "") == "":
            raise InputError(say("errors.shop_lacks", name=name, have=", ".join(map(str, shop.keys()))))
    return facts


def _is_missing(value: object) -> bool:
    if isinstance(value, (float, np.floating, date, np.datetime64)):
        return bool(pd.isna(value))
    return value is None or value is pd.NA


def _shop(facts: Mapping[str, object], as_of: pd.Period) -> Shops:
    def text(name: str) -> np.ndarray:
        value = facts.get(name)
        return np.array([None if value is None else str(value)], dtype=object)

    closed = _month_of(facts, "closed_on")
    area = facts.get("floor_area_m2")
    return Shops(
        ids=np.array([str(facts.get("shop_id", "shop"))]),
        industry=text("industry_code"),
        district=text("district_id"),
        name=text("name"),
        site=text("site_id"),
        opened=np.array([_month_of(facts, "opened_on")]),
        closed=np.array([closed if closed <= ordinal(as_of) else NEVER]),
        floor_area=np.array([np.nan if area is None else _amount("floor_area_m2", "shop", area)]),
        lease_ends=_month_or_nan(facts, "lease_ends_on"),
        lon=_number(facts, "lon"),
        lat=_number(facts, "lat"),
        is_chain=chain_or_nan(pd.Series(text("brand"), dtype=object)),
        transit_m=_number(facts, "transit_m"),
        **{name: _month_or_nan(facts, column) for name, column in SINCE.items()},
    )


def _month_or_nan(facts: Mapping[str, object], name: str) -> np.ndarray:
    month = _month_of(facts, name)
    return np.array([np.nan if month == NEVER else float(month)])


def _number(facts: Mapping[str, object], name: str) -> np.ndarray:
    """A coordinate or a distance; NaN where it is not told."""
    try:
        return np.array([float(facts.get(name, np.nan))])  # type: ignore[arg-type]
    except (TypeError, ValueError) as wrong:
        raise InputError(
            say("errors.wrong_amount", argument=name, month="shop", got=repr(facts[name]))
        ) from wrong


def _month_of(facts: Mapping[str, object], name: str) -> int:
    value = facts.get(name)
    if value is None:
        return NEVER
    if isinstance(value, (date, np.datetime64, pd.Period)):
        return ordinal(as_month(value, argument=name))
    try:
        return ordinal(as_month(date.fromisoformat(str(value)[:10]), argument=name))
    except ValueError as wrong:
        raise SettingError(say("errors.no_such_day", argument=name, got=repr(value))) from wrong
