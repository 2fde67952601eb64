"""Tables that a city may lack: taken away from some shops while learning, and from all of them to measure the loss.

A model that has always seen the rent leans on it, and a city without it gets worse scores than it need. Where the rent
is taken from some of the shops that teach, the trees also learn what to say without it. Each table is drawn on its
own, and a shop loses it in all of its months: a city lacks a table for good, not for a month.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.indicators.inputs import tables_of
from sbwarn.tables.schema import TABLES, table_schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.training.rows import HazardRows


def without_tables(rows: HazardRows, facts: Sequence[Indicator], share: float, *, seed: int) -> np.ndarray:
    """The values to learn from: for a share of the shops, what needs a table is unknown, each table drawn on its own.

    Args:
        rows: Rows of the training.
        facts: The indicators behind the columns of their values.
        share: Of the shops that lose each table, 0..1.
        seed: Of the draw. A shop's lot depends on the seed, the table and its id alone, not on who else is there.

    Returns:
        The values of the rows, untouched where nothing was taken; a copy where something was.
    """
    tables = droppable(facts, rows.values) if share > 0 else []
    if not tables:
        return rows.values
    values = rows.values.copy()
    shops, owner = np.unique(rows.shop, return_inverse=True)
    for table in tables:
        drawn = (lots(shops, f"{seed} {table}") < share)[owner]
        values[np.ix_(drawn, needing(facts, table))] = np.nan
    return values


def lacking(values: np.ndarray, facts: Sequence[Indicator], table: str) -> np.ndarray:
    """A copy of the values (rows × indicators) as a city without this table would have them.

    >>> from sbwarn.indicators.build import named
    >>> lacking(np.ones((1, 2)), named(("sales_yoy", "sales_per_m2")), "rent").tolist()
    [[1.0, 1.0]]
    >>> lacking(np.ones((1, 2)), named(("sales_yoy", "rent_against_peers")), "rent").tolist()
    [[1.0, nan]]
    """
    changed = values.copy()
    changed[:, needing(facts, table)] = np.nan
    return changed


def droppable(facts: Sequence[Indicator], values: np.ndarray) -> list[str]:
    """The tables that a city may lack, that an indicator needs, and of which something is known here, in one order.

    Args:
        facts: The indicators behind the columns.
        values: Rows × indicators, NaN = unknown.

    >>> from sbwarn.indicators.build import named
    >>> facts = named(("sales_yoy", "rent_against_peers", "footfall_yoy"))
    >>> droppable(facts, np.array([[0.1, 0.2, np.nan]]))
    ['rent']
    """
    known = ~np.isnan(values).all(axis=0)
    return [table for table in OPTIONAL if (known & needing(facts, table)).any()]


def needing(facts: Sequence[Indicator], table: str) -> np.ndarray:
    """True for the indicators that read something of this table, in their order."""
    return np.array([any(table in tables_of(name) for name in fact.reads) for fact in facts], dtype=bool)


def lots(shops: np.ndarray, purpose: str) -> np.ndarray:
    """A number in [0, 1) for each shop, the same on every machine and whoever else is there.

    Args:
        shops: Ids of shops.
        purpose: What the lot is for, with its seed: another purpose, another lot.

    >>> lots(np.array(["A17", "A18"]), "rent 1").round(3).tolist()
    [0.554, 0.745]
    """
    drawn = (
        hashlib.blake2b(f"{purpose}\x1f{shop}".encode(), digest_size=8).digest() for shop in shops.tolist()
    )
    return np.array([(int.from_bytes(each) >> 11) / 2.0**53 for each in drawn])


OPTIONAL = tuple(name for name in TABLES if not table_schema(name).required)
"""Tables that a data set can do without."""
