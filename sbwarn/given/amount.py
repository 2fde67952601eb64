"""One amount as people write it: 12300000, '12,300,000', '1,230만원', '1억 2천만', '₩12,300', '(500)', '△500'."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from sbwarn.given.plain import plain
from sbwarn.tables.check import GROUPED

LONGEST = 40
_BARE = re.compile(r"-?[0-9]+(?:\.[0-9]*)?")
_BRACKETS = re.compile(r"\((.+)\)")
_SIGNS = "-−–△"
"""What stands before a negative amount; ▲ is left out: in newspapers it means up."""
_PARTS = re.compile(
    rf"(?P<sign>[{_SIGNS}+])?\s*(?P<mark>₩|\\|[A-Za-z]{{3}}(?![A-Za-z]))?\s*(?P<late>[{_SIGNS}+])?\s*"
    r"(?P<body>[0-9천백십].*?)\s*(?P<word>원|[Ww]on|[A-Z]{3}|%)?"
)
_NUMBER = r"[0-9][0-9,]*(?:\.[0-9]*)?"
_PLAIN = re.compile(
    rf"[0-9]+(?:\.[0-9]*)?(?:[eE]\+?[0-9]{{1,2}})?|{GROUPED}|[0-9]{{1,3}}(?: [0-9]{{3}})+", re.ASCII
)
_THOUSANDS = rf"(?:{_NUMBER})?\s*천"
_SMALL = rf"(?:{_THOUSANDS})?\s*(?:(?:{_NUMBER})?\s*백)?\s*(?:(?:{_NUMBER})?\s*십)?\s*(?:{_NUMBER})?"
_LARGE = re.compile(rf"(?:(?P<eok>{_SMALL})\s*억)?\s*(?:(?P<man>{_SMALL})\s*만)?\s*(?P<rest>{_SMALL})")
_STEPS = re.compile(rf"({_NUMBER})?\s*([천백십])?")
_STEP = {"천": 1000, "백": 100, "십": 10, None: 1}
_MAN, _EOK = 10**4, 10**8


@dataclass(frozen=True, slots=True)
class Written:
    """An amount that was written as text."""

    value: Decimal
    """In the unit that the text itself names, which is one where it names none."""
    own_unit: bool
    """True where the text names its unit ("만", "원", "KRW"): a declared unit does not count for it."""
    mark: str | None = None
    """"KRW" after ₩, or the code that was written."""
    percent: bool = False
    dressed: bool = True
    """False for bare digits."""


def read_amount(text: str) -> Written | None:
    """The amount that a text means; None if it is none.

    Only groups of three may have commas: "1,23,4" is no amount.

    >>> read_amount("1,230만원").value, read_amount("1억 2천3백만").value, read_amount("△500").value
    (Decimal('12300000'), Decimal('123000000'), Decimal('-500'))
    >>> read_amount("1,23,4"), read_amount("many"), read_amount("만원")
    (None, None, None)
    """
    meant = plain(text)
    if _BARE.fullmatch(meant):
        return Written(Decimal(meant), own_unit=False, dressed=False)
    if len(meant) > LONGEST:
        return None
    inner = _BRACKETS.fullmatch(meant)
    parts = _PARTS.fullmatch(inner[1].strip() if inner else meant)
    if not parts or (inner and (parts["sign"] or parts["late"])) or (parts["sign"] and parts["late"]):
        return None
    size, scaled = _size(parts["body"])
    if size is None:
        return None
    negative = inner or (parts["sign"] or parts["late"] or "+") in _SIGNS
    return Written(
        -size if negative else size,
        own_unit=scaled or parts["word"] not in (None, "%"),
        mark=_currency(parts["mark"], parts["word"]),
        percent=parts["word"] == "%",
    )


def _size(body: str) -> tuple[Decimal | None, bool]:
    """How much the figures and Korean scale words say, and whether there are such words."""
    if _PLAIN.fullmatch(body):
        return Decimal(body.replace(",", "").replace(" ", "")), False
    large = _LARGE.fullmatch(body)
    if not large or not any(digit in body for digit in "0123456789"):
        return None, False
    parts = ((large["eok"], _EOK), (large["man"], _MAN), (large["rest"], 1))
    sizes = [_small(part, scale) for part, scale in parts if part]
    # A scale word with nothing before it, as in "만 5천", is not how amounts are written.
    bare = any(part is not None and not part.strip() for part in (large["eok"], large["man"]))
    if bare or not sizes or any(size is None for size in sizes):
        return None, False
    return sum((size for size in sizes if size is not None), Decimal(0)), True


def _small(part: str, scale: int) -> Decimal | None:
    """ "2천5백" as 2500, times what follows."""
    total = Decimal(0)
    for figures, step in _STEPS.findall(part):
        if not figures and not step:
            continue
        if figures and not _PLAIN.fullmatch(figures):
            return None
        total += Decimal(figures.replace(",", "") or 1) * _STEP[step or None]
    return total * scale


def _currency(mark: str | None, word: str | None) -> str | None:
    if mark in ("₩", "\\") or (word or "").lower() in ("원", "won"):
        return "KRW"
    code = mark or (word if word != "%" else None)
    return code.upper() if code else None
