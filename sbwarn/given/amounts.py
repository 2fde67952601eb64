"""Monthly amounts of one quantity: months and amounts as they come, into month → amount, everything met counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import inf, isfinite

import numpy as np

from sbwarn.errors import InputError
from sbwarn.given.amount import read_amount
from sbwarn.given.asked import Asked
from sbwarn.given.context import Context
from sbwarn.given.missing import is_untold
from sbwarn.given.month import month_key, read_month
from sbwarn.given.shown import shown
from sbwarn.given.unit import WON, Unit
from sbwarn.messages import say

ONE = Decimal(1)
_NUMBERS = (int, float, np.integer, np.floating, Decimal)
_INFINITE = (inf, -inf)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands, as people find it again."""

    kind: str
    """`row` of a file, `index` of a table, `item` of a list."""
    number: object

    def after(self, month: str) -> str:
        """The month with its place.

        >>> Place("row", 14).after("2026-03")
        '2026-03 (row 14)'
        """
        return say(f"given.at_{self.kind}", month=month, number=self.number)


class Amounts:
    """Month → amount of one quantity, while it is read."""

    def __init__(self, asked: Asked, context: Context, *, unit: Unit | None = None) -> None:
        """Begin with no month.

        Args:
            asked: The quantity.
            context: What holds for the whole input.
            unit: What a bare number stands for; None for one.
        """
        self.asked = asked
        self.values: dict[str, float] = {}
        self._unit, self._notes, self._currency = unit, context.notes, context.currency
        self._scale = ONE if unit is None else unit.scale
        self._bare = self._scale == 1
        field = asked.field
        self._least = -inf if field.minimum is None else field.minimum
        self._most = inf if field.maximum is None else field.maximum

    def add(self, month: object, amount: object, place: Place | None = None) -> None:
        """Take one month's amount; an unknown amount is a month that is left out.

        Raises:
            InputError: no month, no amount, an amount out of range, or another one than was told before.
        """
        key = self._month(month, place)
        value = amount if type(amount) is float and self._bare else self._read(amount, key, place)
        if value is None or value != value:  # noqa: PLR0124 - only NaN differs from itself
            self._notes.count("unknown_amounts", self.asked.argument, column=self.asked.field.name, first=key)
        elif not self._least <= value <= self._most or value in _INFINITE:
            raise self._outside(amount, value, key, place)
        elif key in self.values:
            self._again(key, value, place)
        else:
            self.values[key] = value

    def ordered(self) -> dict[str, float]:
        """What was read, months in order."""
        return dict(sorted(self.values.items()))

    def _month(self, month: object, place: Place | None) -> str:
        found = read_month(month)
        if found is None:
            where = place.after("") if place else ""
            raise InputError(
                say("given.wrong_month", argument=self.asked.argument, got=shown(month), place=where, kind=_kind(month))
            )  # fmt: skip
        if found[1] != "plain":
            self._notes.count(f"months_{found[1]}", self.asked.argument, got=shown(month), month=found[0])
        return found[0]

    def _read(self, amount: object, key: str, place: Place | None) -> float | None:
        """The amount in the currency; None where it is not known."""
        if is_untold(amount):
            return None
        if isinstance(amount, str):
            return self._read_text(amount, key, place)
        if isinstance(amount, (bool, np.bool_)) or not isinstance(amount, _NUMBERS):
            raise self._wrong(amount, key, place)
        try:
            # Multiplied as written: 1230.7 in 만원 is the same float as 12307000 in 원.
            return float(amount) if self._bare else float(Decimal(str(amount)) * self._scale)
        except OverflowError:
            return inf

    def _read_text(self, text: str, key: str, place: Place | None) -> float:
        written = read_amount(text)
        share = self.asked.field.unit == "share"
        if written is None or (written.percent and not share):
            raise self._wrong(text, key, place)
        if (written.mark or written.own_unit) and self.asked.field.unit != "money":
            raise self._wrong(text, key, place)
        if written.mark and written.mark != self._currency:
            raise self._fault("given.amount_currency", text, key, place, currency=self._currency)
        if written.mark and not written.own_unit and not self._bare:
            raise self._fault(
                "given.unit_twice", text, key, place, unit=self._unit.word if self._unit else ""
            )
        scale = ONE if written.own_unit else Decimal("0.01") if written.percent else self._scale
        value = float(written.value * scale)
        if written.dressed:
            self._notes.count("texts", self.asked.argument, got=shown(text), value=_figure(value))
        if written.own_unit and not self._bare:
            self._notes.count("own_units", self.asked.argument, got=shown(text), value=_figure(value))
        return value

    def _again(self, key: str, value: float, place: Place | None) -> None:
        had = self.values[key]
        if had != value:
            raise InputError(
                say("given.month_twice", argument=self.asked.label,
                    month=place.after(key) if place else key, first=_figure(had), second=_figure(value))
            )  # fmt: skip
        self._notes.count("repeated_months", self.asked.argument, month=key)

    def _outside(self, amount: object, value: float, key: str, place: Place | None) -> InputError:
        too_much = value > self._most and self._unit is not None and not self._bare
        hint = say("given.hint_unit", unit=self._unit.word) if too_much and self._unit else ""
        return self._fault("given.out_of_range", amount, key, place, value=_figure(value), hint=hint)

    def _wrong(self, amount: object, key: str, place: Place | None) -> InputError:
        return self._fault("given.wrong_amount", amount, key, place)

    def _fault(self, text: str, amount: object, key: str, place: Place | None, **more: str) -> InputError:
        return InputError(
            say(
                text,
                into=None,
                argument=self.asked.label,
                got=shown(amount),
                kind=_kind(amount),
                month=place.after(key) if place else key,
                wanted=limits(self._least, self._most),
                example=example_of(self.asked, self._currency),
                **more,
            )
        )


def read_pairs(
    months: Sequence[object], amounts: Sequence[object], asked: Asked, context: Context
) -> dict[str, float]:
    """Month → amount of months and amounts that stand side by side.

    Raises:
        InputError: as `Amounts.add`.
    """
    found = Amounts(asked, context, unit=noted_unit(asked, context))
    add = found.add
    for month, amount in zip(months, amounts, strict=True):
        add(month, amount)
    return found.ordered()


def read_last(amounts: Sequence[object], asked: Asked, context: Context) -> dict[str, float]:
    """Month → amount of the last n closed months, the last one last.

    Raises:
        InputError: the month one stands on is not known, or as `Amounts.add`.
    """
    last = context.last_month(asked.argument)
    if not len(amounts):
        return {}
    if last is None:
        raise InputError(say("given.list_needs_as_of", argument=asked.argument, count=len(amounts)))
    found = Amounts(asked, context, unit=noted_unit(asked, context))
    months = [month_key(last - back) for back in range(len(amounts) - 1, -1, -1)]
    for number, (month, amount) in enumerate(zip(months, amounts, strict=True), 1):
        found.add(month, amount, Place("item", number))
    context.notes.tell("list", asked.argument, count=len(months), first=months[0], last=months[-1])
    return found.ordered()


def noted_unit(asked: Asked, context: Context) -> Unit | None:
    """The declared unit, noted."""
    unit = context.declared(asked)
    if unit is not None:
        context.notes.tell("unit", asked.argument, unit=unit.word, scale=f"{unit.scale:,}")
    return unit


def limits(least: float, most: float) -> str:
    """The range as figures.

    >>> limits(0, 1e13), limits(0, inf)
    ('0 … 10,000,000,000,000', '>= 0')
    """
    if isfinite(most):
        return f"{_figure(least)} … {_figure(most)}"
    return f">= {_figure(least)}" if isfinite(least) else "−∞ … ∞"


def _figure(value: float) -> str:
    return f"{value:,.15g}"


def _kind(value: object) -> str:
    return type(value).__name__


def example_of(asked: Asked, currency: str) -> str:
    """Amounts that would be understood."""
    won = ", '1,230만원'" if currency == WON else ""
    return {"money": f"12300000, '12,300,000'{won}", "share": "0.35"}.get(asked.field.unit or "", "420")
