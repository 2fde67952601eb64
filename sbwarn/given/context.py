"""What holds for the whole of one input: the month one stands on, lags, currency, units, whose shop, and the notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from sbwarn.given.asked import Asked, table_of
from sbwarn.given.notes import Notes
from sbwarn.given.unit import Unit, UnitSaid, money_unit
from sbwarn.tables.schema import TABLES, table_schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Handed to whatever reads a part of the input."""

    notes: Notes
    lags: Mapping[str, int]
    currency: str
    unit: UnitSaid = None
    as_of: int | None = None
    """Months since 1970-01; None while it is not known."""
    owners: Mapping[str, str] = field(default_factory=dict)
    """The shop's own `shop_id` and `district_id`, where they are told."""

    def declared(self, asked: Asked) -> Unit | None:
        """The unit that was declared for a quantity, which only money can have."""
        if self.unit is None or asked.field.unit != "money":
            return None
        return money_unit(self.unit, asked.argument, currency=self.currency)

    def last_month(self, argument: str) -> int | None:
        """The last closed month of an argument's table; None while the month one stands on is not known."""
        return None if self.as_of is None else self.as_of - self.lags[table_of(argument)]


@cache
def usual_lags() -> Mapping[str, int]:
    """By table: the months after which a month counts as closed, where nobody says otherwise."""
    return MappingProxyType({table: table_schema(table).lag_months for table in TABLES})
