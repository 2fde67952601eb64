"""A data set with what a part of another delivery adds: footfall, rents, districts. Every row stays accounted for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from sbwarn.errors import InputError
from sbwarn.messages import say
from sbwarn.tables.check import REJECT_COLUMNS, Checked, check_table, reject_unknown_shops
from sbwarn.tables.dataset import DataSet, Tables
from sbwarn.tables.parts import added
from sbwarn.tables.schema import TABLES, table_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

MONEY = ("money", "money_per_area")
COUNTS = ("rows_in", "used", "excluded", "rejected")
KINDS = ("excluded_by", "rejected_by", "repairs", "notes")


def enriched(base: DataSet, part: DataSet) -> DataSet:
    """The data set with the rows of the part added to its tables; name, country and currency stay.

    A row that stands in both counts once. Rows of shops that the data set does not know become rejects.

    Raises:
        InputError: both tell different things of one key or hold the same file, or differ in currency or in a
            table's lag.
    """
    _refuse_same_file(base, part)
    tables = dict(base.tables)
    accounts = dict(base.accounts)
    lags = dict(base.lags)
    rejects = [base.tables["rejects"], part.tables["rejects"]]
    for table in (name for name in TABLES if name in part.tables):
        _refuse_other_money(base, part, table)
        if table in base.tables and base.lags[table] != part.lags[table]:
            raise InputError(
                say("errors.other_lag", table=table, base=base.lags[table], part=part.lags[table])
            )
        lags[table] = part.lags[table]
        fresh = _known_shops_only(part.tables[table], table, base)
        both = _together(base.tables.get(table), fresh.rows, table)
        tables[table] = both.rows
        rejects.append(fresh.rejects)
        accounts[table] = _account(
            base, part, table, lost=len(fresh.rejects), twice=sum(both.excluded.values())
        )
    found = [each for each in rejects if len(each)]
    empty = pd.DataFrame({column: pd.Series(dtype=str) for column in REJECT_COLUMNS})
    tables["rejects"] = pd.concat(found, ignore_index=True) if found else empty
    return replace(
        base,
        synthetic=base.synthetic or part.synthetic,
        tables=Tables(tables),
        accounts=accounts,
        lags=lags,
        digests={},
        sources=(*base.sources, *part.sources),
    )


def _refuse_same_file(base: DataSet, part: DataSet) -> None:
    there = {source["sha256"]: source["file"] for source in base.sources}
    for source in part.sources:
        if source["sha256"] in there:
            raise InputError(say("errors.same_file", first=there[source["sha256"]], second=source["file"]))


def _refuse_other_money(base: DataSet, part: DataSet, table: str) -> None:
    money = [field.name for field in table_schema(table).fields if field.unit in MONEY]
    if base.currency != part.currency and part.tables[table][money].notna().any(axis=None):
        raise InputError(say("errors.other_currency", part=part.currency, base=base.currency))


def _known_shops_only(rows: pd.DataFrame, table: str, base: DataSet) -> Checked:
    schema = table_schema(table)
    nothing = pd.DataFrame({column: pd.Series(dtype=object) for column in REJECT_COLUMNS})
    checked = Checked(schema=schema, rows=rows, rejects=nothing, rows_in=len(rows))
    return (
        reject_unknown_shops(checked, base.tables["shops"]["shop_id"]) if schema.belongs_to_shops else checked
    )


def _together(there: pd.DataFrame | None, fresh: pd.DataFrame, table: str) -> Checked:
    both = [each for each in (there, fresh) if each is not None and len(each)]
    rows = pd.concat(both, ignore_index=True) if both else fresh
    if rows.empty:
        nothing = pd.DataFrame({column: pd.Series(dtype=object) for column in REJECT_COLUMNS})
        return Checked(schema=table_schema(table), rows=rows, rejects=nothing, rows_in=0)
    return check_table(rows, table_schema(table), where=table)


def _account(base: DataSet, part: DataSet, table: str, *, lost: int, twice: int) -> Mapping[str, Any]:
    """Both accounts as one; what the part loses on the way moves to where it belongs."""
    accounts = [each.accounts[table] for each in (base, part) if table in each.accounts]
    # An account counts the lines of files, of which one may make three rows, or many make one.
    lines = part.accounts[table]["used"] / max(len(part.tables[table]), 1)
    lost, twice = round(lost * lines), round(twice * lines)
    whole: dict[str, Any] = {name: sum(account[name] for account in accounts) for name in COUNTS}
    whole |= {kind: added([account[kind] for account in accounts]) for kind in KINDS}
    whole["used"] -= lost + twice
    whole["excluded"] += twice
    whole["rejected"] += lost
    if twice:
        whole["excluded_by"] = added([whole["excluded_by"], {"already_there": twice}])
    if lost:
        whole["rejected_by"] = added([whole["rejected_by"], {"unknown_shop": lost}])
    return whole
