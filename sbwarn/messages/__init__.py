"""Words and numbers for people, in Korean and English: one catalogue, a folder a language, a file a subject."""

from __future__ import annotations

import math
import os
import tomllib
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sbwarn.errors import CatalogueError, SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator

Language = Literal["ko", "en"]
LANGUAGES: tuple[Language, ...] = ("ko", "en")

HERE = Path(__file__).resolve().parent
_current: ContextVar[Language | None] = ContextVar("language", default=None)


def language() -> Language:
    """The language in force: the one chosen with `speaking`, else `SBWARN_LANGUAGE`, else English."""
    return _current.get() or checked_language(os.environ.get("SBWARN_LANGUAGE", "en"))


def checked_language(name: str) -> Language:
    """`name` itself if the catalogue speaks it.

    Raises:
        SettingError: a language that is not in the catalogue.
    """
    if name not in LANGUAGES:
        raise SettingError(f"language {name!r} is not known; use 'ko' or 'en'")
    return name


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Everything said inside the block is said in this language.

    >>> with speaking("ko"):
    ...     say("levels.caution")
    '주의'
    """
    token = _current.set(checked_language(name))
    try:
        yield
    finally:
        _current.reset(token)


def say(key: str, /, *, into: Language | None = None, **facts: object) -> str:
    """The sentence of the catalogue under `key` ("file.name"), its gaps filled with `facts`.

    Raises:
        CatalogueError: the key or a gap is missing.

    >>> say("levels.severe", into="en")
    'severe'
    """
    tongue = into or language()
    try:
        return _page(tongue, key.partition(".")[0])[key].format(**facts)
    except KeyError as missing:
        raise CatalogueError(f"messages/{tongue}: {key!r} lacks {missing}") from missing


def knows(key: str) -> bool:
    """True if both languages have this key."""
    return all(key in _page(tongue, key.partition(".")[0]) for tongue in LANGUAGES)


def catalogue(tongue: Language) -> dict[str, str]:
    """Every sentence of one language by its full key, "file.name" or "file.group.name"."""
    pages = sorted((HERE / tongue).glob("*.toml"))
    return {key: sentence for page in pages for key, sentence in _page(tongue, page.stem).items()}


@cache
def _page(tongue: Language, name: str) -> dict[str, str]:
    """The sentences of one file, read when the first of them is said: a score needs few of the files."""
    path = HERE / tongue / f"{name}.toml"
    return _flat(tomllib.loads(path.read_text("utf-8")), name) if path.is_file() else {}


def _flat(branch: dict[str, object], prefix: str) -> dict[str, str]:
    leaves: dict[str, str] = {}
    for name, value in branch.items():
        if isinstance(value, dict):
            leaves.update(_flat(value, f"{prefix}.{name}"))
        else:
            leaves[f"{prefix}.{name}"] = str(value)
    return leaves


UNKNOWN = "–"
MAN, EOK = 1e4, 1e8


def number(value: float, unit: str = "number", *, into: Language | None = None, currency: str = "KRW") -> str:
    """A quantity as people write it; an unknown one is a dash.

    Units: number, count, months, share (0..1, shown as %), change (a share with its sign), ratio, money, area,
    people, flag, km, money_per_area, days, metres, index.

    >>> number(0.1234, "share"), number(-0.31, "change"), number(float("nan"), "share")
    ('12.3%', '-31.0%', '–')
    >>> number(12_300_000, "money", into="ko"), number(12_300_000, "money", into="en")
    ('1,230만원', 'KRW 12,300,000')
    """
    tongue = into or language()
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if unit == "money":
        return _money(value, tongue, currency)
    if unit == "money_per_area":
        return say("units.money_per_area", into=tongue, n=_money(value, tongue, currency))
    if unit == "flag":
        return say("units.yes" if value else "units.no", into=tongue)
    shown = _SHAPES.get(unit, "{:z,.2f}").format(value)
    if unit not in _WITH_WORD:
        return shown
    return say(
        f"units.{unit}_one" if unit in ("months", "days") and shown == "1" else f"units.{unit}",
        into=tongue,
        n=shown,
    )


_SHAPES = {
    "count": "{:z,.0f}",
    "months": "{:z,.0f}",
    "days": "{:z,.0f}",
    "metres": "{:z,.0f}",
    "index": "{:z,.1f}",
    "people": "{:z,.0f}",
    "share": "{:z.1%}",
    "change": "{:+z.1%}",
    "area": "{:z,.1f}",
    "km": "{:z,.2f}",
}
"""Each with `z`: what rounds to nothing has no minus sign."""
_WITH_WORD = ("months", "days", "metres", "people", "area", "km")


def _money(amount: float, tongue: Language, currency: str) -> str:
    if currency == "KRW" and tongue == "ko":
        # The word is chosen for the number as it will be shown: 10,000만원 is 1억원.
        if abs(amount) >= EOK - MAN / 2:
            return f"{amount / EOK:z,.2f}억원"
        if abs(amount) >= 100 * MAN:
            return f"{amount / MAN:z,.0f}만원"
        # A rent of 14,900 a square metre is not 1만원: three figures are kept.
        return f"{amount / MAN:.3g}만원" if abs(amount) >= MAN - 0.5 else f"{amount:z,.0f}원"
    return f"{currency} {amount:z,.0f}"
