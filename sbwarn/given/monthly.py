"""What an argument tells month by month, in whichever form it came: dict, Series, DataFrame, list or file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd

from sbwarn.errors import InputError
from sbwarn.given.amounts import read_last, read_pairs
from sbwarn.given.asked import TABLES_ALONE, asked_of
from sbwarn.given.context import Context
from sbwarn.given.file import table_of_file
from sbwarn.given.shown import shown
from sbwarn.given.table import Table, table_of_frame
from sbwarn.given.tablequantities import fits, quantities_of, wanted
from sbwarn.messages import say

MonthlySaid: TypeAlias = (
    "Mapping[object, object] | pd.Series | pd.DataFrame | Sequence[object] | np.ndarray | str | Path"
)
"""Month → amount, a table, the last n months, or a file."""


def read_monthly(argument: str, told: object, context: Context) -> dict[str, dict[str, float]]:
    """Month → amount by quantity.

    Args:
        argument: `sales`, `rent`, `footfall`, `transactions`, `customers`, `costs` or `profile`.
        told: What was handed over under that name.
        context: What holds for the whole input.

    Raises:
        InputError: the form, a month, an amount or a column cannot be used; the text says what was wanted.
    """
    table = table_said(argument, told, context)
    if table is not None:
        return quantities_of(table, context)
    if argument in TABLES_ALONE:
        raise InputError(say("given.wrong_table", argument=argument, got=_got(told)))
    main = asked_of(argument)[0]
    if isinstance(told, Mapping):
        return {main.quantity: read_pairs(list(told), list(told.values()), main, context)}
    if isinstance(told, pd.Series) and not isinstance(told.index, (pd.RangeIndex, pd.MultiIndex)):
        return {main.quantity: read_pairs(told.index.tolist(), told.tolist(), main, context)}
    amounts = _in_a_row(told)
    if amounts is None:
        raise InputError(say("given.wrong_form", argument=argument, got=_got(told)))
    return {main.quantity: read_last(amounts, main, context)}


def table_said(argument: str, told: object, context: Context) -> Table | None:
    """The table that was handed over, as a DataFrame or as a file; None for any other form.

    Raises:
        InputError: as `table_of_file`.
    """
    if isinstance(told, pd.DataFrame):
        return table_of_frame(told, argument)
    if not isinstance(told, (str, Path)):
        return None
    return table_of_file(
        Path(told), argument, fits=fits(argument), wanted=wanted(argument), notes=context.notes
    )


def _in_a_row(told: object) -> list[object] | None:
    """The amounts of something that has an order but no months."""
    if isinstance(told, (list, tuple)):
        return list(told)
    if isinstance(told, pd.Series) and isinstance(told.index, pd.RangeIndex):
        return list(told.tolist())
    if isinstance(told, np.ndarray) and told.ndim == 1:
        return list(told.tolist())
    return None


def _got(told: object) -> str:
    """The type, and the value of a scalar."""
    kind, said = type(told).__name__, shown(told)
    return said if said.startswith(kind) else f"{kind} {said}"
