"""What is told of the shop itself: a dict, Series, row, dataclass or named tuple into facts of the shops schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache

import numpy as np
import pandas as pd

from sbwarn.errors import InputError
from sbwarn.given.amount import read_amount
from sbwarn.given.amounts import limits
from sbwarn.given.day import read_day
from sbwarn.given.headings import heading_of, headings_in_a_row, names_of
from sbwarn.given.missing import is_missing, is_untold
from sbwarn.given.notes import Notes
from sbwarn.given.plain import plain
from sbwarn.given.shown import shown
from sbwarn.given.tablerows import id_of
from sbwarn.messages import say
from sbwarn.tables.schema import Field, table_schema

NEEDED = ("industry_code", "district_id")
"""They tell whom the shop is compared with."""
LEASE_END = "lease_ends_on"
PRIVATE = ("name", "site_id", "lon", "lat", "brand")
"""Their values stand in no message."""
PYEONG = Decimal(400) / Decimal(121)
"""Square metres of a 평."""
_SQUARE_METRES = ("m2", "㎡", "m²", "제곱미터")


def facts_of(shop: object, notes: Notes) -> dict[str, object]:
    """The facts of the shop by column of the schema: text, float or day; what is not known is left out.

    Args:
        shop: Whatever has names and values. Names may be those of the schema or their Korean titles.
        notes: Where names that mean nothing here, and values that had to be understood, are noted.

    Raises:
        InputError: no such form, `industry_code` or `district_id` is missing, or a value is of the wrong kind.
    """
    told = named_values(shop)
    if told is None:
        raise InputError(say("given.wrong_shop", got=_kind(shop), wanted=", ".join(NEEDED)))
    known = _fields()
    facts: dict[str, object] = {}
    for name, value in told.items():
        column = str(name) if name in known else _column(str(name))
        if column is None:
            notes.tell("ignored_fact", "shop", name=headings_in_a_row([name]))
        elif not is_missing(value):
            _put(facts, known[column], value, str(name), notes)
    for column in NEEDED:
        if column not in facts:
            raise _lacks(column, told)
    return facts


def named_values(record: object) -> Mapping[object, object] | None:
    """Names and values of a record: Mapping, Series, one-row DataFrame, dataclass, named tuple; None for anything else.

    >>> named_values(pd.Series({"industry_code": "coffee"})), named_values("A17")
    ({'industry_code': 'coffee'}, None)
    """
    if isinstance(record, Mapping):
        return record
    if isinstance(record, pd.DataFrame):
        # Column by column: a row of mixed columns would turn whole numbers into floats.
        return {name: record[name].iloc[0] for name in record.columns} if len(record) == 1 else None
    if isinstance(record, pd.Series):
        return dict(record.items())
    if is_dataclass(record) and not isinstance(record, type):
        return {each.name: getattr(record, each.name) for each in fields(record)}
    if isinstance(record, tuple) and hasattr(record, "_asdict"):
        return dict(record._asdict())
    return None


@cache
def _fields() -> dict[str, Field]:
    shops = {each.name: each for each in table_schema("shops").fields if each.name != "known_on"}
    return {**shops, LEASE_END: table_schema("rent").field(LEASE_END)}


@cache
def _titles() -> Mapping[str, str]:
    """Column of the schema by whatever it may be called."""
    home = {name: "rent" if name == LEASE_END else "shops" for name in _fields()}
    return {title: name for name in reversed(_fields()) for title in reversed(names_of(home[name], name))}


@cache
def _column(name: str) -> str | None:
    """Whose fact a name is; kept, for a script asks with the same names again and again."""
    return _titles().get(heading_of(name).name)


def _put(facts: dict[str, object], field: Field, value: object, name: str, notes: Notes) -> None:
    if field.type == "string":
        found: object = _text(field, value, notes)
    elif field.type == "date":
        found = _date(field, value, notes)
    else:
        found = _number(field, value, name, notes)
    if found is None:
        return
    if facts.setdefault(field.name, found) != found:
        raise InputError(
            say("given.fact_twice", argument="shop", name=field.name, other=headings_in_a_row([name]))
        )


def _text(field: Field, value: object, notes: Notes) -> str | None:
    if not isinstance(value, (str, int, float, np.generic)) or isinstance(value, (bool, np.bool_)):
        raise _wrong(field, value, say("given.want_text"))
    if isinstance(value, (float, np.floating)):
        if not float(value).is_integer():
            raise _wrong(field, value, say("given.want_text"))
        notes.tell("id_from_float", "shop", name=field.name)
    return id_of(value) or None


def _date(field: Field, value: object, notes: Notes) -> date | None:
    if is_untold(value):
        return None
    found = read_day(value)
    if found is None:
        raise InputError(say("given.wrong_day", argument="shop", name=field.name, got=shown(value), place=""))
    if not found.exact:
        notes.tell("day_from_month", "shop", name=field.name, day=str(found.day))
    return found.day


def _number(field: Field, value: object, name: str, notes: Notes) -> float | None:
    if is_untold(value):
        return None
    text = plain(value) if isinstance(value, str) else None
    unit = heading_of(name).unit if text is None else None
    if field.unit == "area" and text is not None:
        text, unit = _split_area(text)
        unit = unit or heading_of(name).unit
    number = _figure(value if text is None else text)
    if number is None:
        raise _wrong(field, value, say("given.want_number", limits=_limits(field)))
    if field.unit == "area" and unit == "평":
        number = float(Decimal(str(number)) * PYEONG)
        notes.tell("pyeong", "shop", name=field.name, value=f"{number:,.1f}")
    low = -np.inf if field.minimum is None else field.minimum
    high = np.inf if field.maximum is None else field.maximum
    too_small = field.exclusive_minimum is not None and number <= field.exclusive_minimum
    if not low <= number <= high or too_small or not np.isfinite(number):
        raise _wrong(field, value, say("given.want_number", limits=_limits(field)))
    return number


def _split_area(text: str) -> tuple[str, str | None]:
    for unit in ("평", *_SQUARE_METRES):
        if text.lower().endswith(unit):
            return text[: -len(unit)].strip(), unit
    return text, None


def _figure(value: object) -> float | None:
    if isinstance(value, str):
        written = read_amount(value)
        return None if written is None or written.own_unit or written.mark else float(written.value)
    if isinstance(value, (bool, np.bool_)):
        return None
    return float(value) if isinstance(value, (int, float, np.number, Decimal)) else None


def _limits(field: Field) -> str:
    if field.exclusive_minimum is not None:
        return f"> {field.exclusive_minimum:g}"
    return limits(
        -np.inf if field.minimum is None else field.minimum,
        np.inf if field.maximum is None else field.maximum,
    )


def _wrong(field: Field, value: object, wanted: str) -> InputError:
    got = type(value).__name__ if field.name in PRIVATE else shown(value)
    return InputError(
        say("given.wrong_fact", name=field.name, got=got, kind=type(value).__name__, wanted=wanted)
    )


def _lacks(column: str, told: Mapping[object, object]) -> InputError:
    near = get_close_matches(column, [str(name) for name in told], n=1, cutoff=0.75)
    hint = say("given.hint_near", name=near[0]) if near and near[0] != column else ""
    return InputError(say("given.shop_lacks", name=column, have=headings_in_a_row(told) or "–", hint=hint))


def _kind(shop: object) -> str:
    if isinstance(shop, pd.DataFrame):
        return say("given.rows", kind="DataFrame", count=len(shop))
    return type(shop).__name__
