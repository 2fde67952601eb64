"""Units of amounts: 원, 천원, 만원, 백만원, 억원, a currency's code, and what stands in headings: 천건, 명, %."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal, TypeAlias

from sbwarn.errors import SettingError
from sbwarn.given.plain import plain
from sbwarn.given.shown import shown
from sbwarn.messages import say

UnitSaid: TypeAlias = "str | Mapping[str, str] | None"
"""One unit for all amounts of money, or one for each argument: {"sales": "천원", "rent": "만원"}."""
Kind = Literal["money", "count", "share"]
WON = "KRW"
SCALES = {"": 0, "천": 3, "만": 4, "십만": 5, "백만": 6, "천만": 7, "억": 8}
"""Zeros that a Korean scale word stands for."""
USUAL = ("원", "천원", "만원", "백만원", "억원")
"""What a message proposes."""
_KOREAN = re.compile(rf"({'|'.join(sorted(SCALES, key=len, reverse=True))})(원|건|명|개|회)?")
_CODE = re.compile(r"[A-Za-z]{3}")
_NOUNS: Mapping[str | None, Kind] = {
    "원": "money",
    "건": "count",
    "명": "count",
    "개": "count",
    "회": "count",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What a bare number stands for."""

    word: str
    """As it was written."""
    scale: Decimal
    kind: Kind | None
    """None for a bare scale word ("천"), which fits whatever is counted."""
    currency: str | None = None

    def fits(self, kind: str | None, currency: str) -> bool:
        """True if a quantity of this kind can be in this unit, where amounts are in this currency.

        >>> unit_of("천원").fits("money", "KRW"), unit_of("천원").fits("count", "KRW"), unit_of("원").fits("money", "USD")
        (True, False, False)
        """
        counted = "count" if kind == "people" else kind
        return self.kind in (None, counted) and self.currency in (None, currency)


@lru_cache(maxsize=256)
def unit_of(word: str) -> Unit | None:
    """The unit that a word stands for; None if it is none.

    >>> unit_of("만원").scale, unit_of("usd").currency, unit_of("천건").kind, unit_of("VAT 포함")
    (Decimal('10000'), 'USD', 'count', None)
    """
    bare = plain(word).replace(" ", "")
    if bare in ("₩", "\\") or bare.lower() == "won":
        bare = "원"
    if bare == "%":
        return Unit(word=word, scale=Decimal("0.01"), kind="share")
    if _CODE.fullmatch(bare):
        return Unit(word=word, scale=Decimal(1), kind="money", currency=bare.upper())
    korean = _KOREAN.fullmatch(bare)
    if not korean or not bare:
        return None
    kind = _NOUNS.get(korean[2])
    return Unit(
        word=word, scale=Decimal(10) ** SCALES[korean[1]], kind=kind, currency=WON if kind == "money" else None
    )  # fmt: skip


def money_unit(said: UnitSaid, argument: str, *, currency: str) -> Unit | None:
    """The unit that was declared for the money of one argument; None where none was.

    Args:
        said: As the caller said it.
        argument: Name of the argument.
        currency: The release's currency.

    Raises:
        SettingError: no unit of money, or one of another currency.

    >>> money_unit({"rent": "만원"}, "rent", currency="KRW").scale, money_unit({"rent": "만원"}, "sales", currency="KRW")
    (Decimal('10000'), None)
    """
    word = said.get(argument) if isinstance(said, Mapping) else said
    if word is None:
        return None
    found = unit_of(word) if isinstance(word, str) else None
    if found is None or found.kind != "money":
        raise SettingError(
            say("given.wrong_unit", got=shown(word), known=", ".join((*USUAL, currency)), argument=argument)
        )
    if not found.fits("money", currency):
        raise SettingError(say("given.other_currency", got=shown(word), currency=currency, argument=argument))
    return found
