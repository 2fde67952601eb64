"""A value as a message may show it: short, and never what may name or reach a person."""

from __future__ import annotations

import re
from collections.abc import Sized
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd

from sbwarn.messages import say

LONGEST = 60
_REACHES = re.compile(
    r"@|\d{2,4}[-.) ]+\d{3,4}[-. ]+\d{4}|\d{6}\s*-\s*\d{7}|\d{3}-\d{2}-\d{5}|(?<!\d)01\d{8,9}(?!\d)"
)
"""Addresses, telephone numbers, resident and business registration numbers."""
_SURNAMES = "김이박최정강조윤장임한오서신권황안송류유홍전고문양손배백허남심노하곽성차주우구민진나지엄채원천방공현함변염여추도석선설길연표명기왕금옥육인맹제모"
_NAMES = re.compile(rf"[{_SURNAMES}][가-힣]{{1,3}}|[A-Z][a-z]+(?:[ -][A-Z][a-z]*)+")
"""What looks like a name. Too much is masked rather than too little: the row is told beside it."""


def shown(value: object) -> str:
    """The value as written in code, cut to 60 characters; masked where it may be personal, its type if it is no scalar.

    >>> shown("closed"), shown(-1), shown(np.float64(2.5)), shown(float("inf"))
    ("'closed'", '-1', '2.5', 'inf')
    >>> shown("010-1234-5678"), shown("Kim Chulsoo"), shown({"name": "Kim"})
    ('text of 13 characters', 'text of 11 characters', 'dict of 1')
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        return _text(value)
    if value is None or value is pd.NaT or isinstance(value, (bool, int, float, complex, Decimal)):
        return _cut(repr(value))
    if isinstance(value, (date, pd.Period)):
        return _cut(str(value))
    size = f" of {len(value)}" if isinstance(value, Sized) else ""
    return f"{type(value).__name__}{size}"


def named(names: object) -> str:
    """Names of columns or fields in a row, each as it may be shown."""
    return ", ".join(shown(name).strip("'") for name in names)  # type: ignore[attr-defined]


def _text(text: str) -> str:
    bare = text.strip()
    if _REACHES.search(bare) or _NAMES.fullmatch(bare):
        return say("given.masked", length=len(text))
    return _cut(repr(text))


def _cut(written: str) -> str:
    return written if len(written) <= LONGEST else f"{written[: LONGEST - 1]}…"
