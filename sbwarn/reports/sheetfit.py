"""How large the letters of the diagnosis sheet may be: reckoned, since a browser that prints it cannot be asked."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sbwarn.reports.sheetwords import sheet_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sbwarn.messages import Language
    from sbwarn.reports.sheetfacts import SheetFacts
    from sbwarn.reports.sheetwords import Reader, SheetWords, Told

SIZES = (9.6, 9.4, 9.2, 9.0, 8.8, 8.6, 8.4, 8.2, 8.0, 7.8, 7.6, 7.4, 7.2, 7.0, 6.8, 6.6, 6.4, 6.2)
"""Of the letters, in points."""
READABLE = 8.6
"""Points below which a programme gives way to larger letters, while more than so many are told."""
FEWEST = 2
ROOM = 278.0
"""Height in mm that the texts may take: that of the page, less what another font may need."""
POINT = 0.3528
"""In mm."""
CHART, TALLEST = 38.0, 62.0
"""Height in mm of the sales chart: at least, and where there is room."""
MEMO = 14.0
"""Height in mm from which room is left for notes."""
WIDE, NARROW = 0.94, 0.51
"""Of a Korean letter and of any other, in the size of the letters; a trifle more than in the usual fonts."""
LEFT, RIGHT, HALF, NARROWER, WIDER, THIRD, NAME = 118.0, 66.0, 92.0, 76.0, 108.0, 57.0, 78.0
"""Widths of the columns in mm."""
BOLD = 1.06
"""Width of bold letters to plain ones."""
LINE, SMALL = 1.36, 0.8 * 1.32
"""Height of a line of plain and of small letters, in the size of the letters."""
_TAG = re.compile("<[^>]*>")
_WIDE = re.compile("[ᄀ-ᇿ\u3000-\u9fff가-힣\uff00-\uffef]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How the page is filled."""

    size: float
    """Of the letters, in points."""
    chart: float
    """Height of the sales chart in mm."""
    memo: float
    """Height in mm of the room for notes; 0 for none."""


def best_fit(facts: SheetFacts, language: Language, reader: Reader) -> tuple[SheetWords, Fit]:
    """The largest letters with which the page holds its texts, and those texts.

    The last of the programmes go where that makes letters larger that are hard to read across a table.
    """
    best, size = sheet_words(facts, language, reader), 0.0
    for count in range(len(facts.fits), min(FEWEST, len(facts.fits)) - 1, -1):
        fewer = replace(facts, fits=facts.fits[:count], more_fits=facts.more_fits + len(facts.fits) - count)
        words = sheet_words(fewer, language, reader)
        now = next((each for each in SIZES if height(words, facts, each) <= ROOM), SIZES[-1])
        if now > size:
            best, size = words, now
        if size >= READABLE:
            break
    return best, fit_at(size, best, facts)


def fit_at(size: float, words: SheetWords, facts: SheetFacts) -> Fit:
    """The same for one size."""
    spare = max(ROOM - height(words, facts, size), 0.0)
    more = min(spare, TALLEST - CHART) if facts.sales.known else 0.0
    memo = spare - more - 2.0
    return Fit(size=size, chart=round(CHART + more, 1), memo=round(memo, 1) if memo >= MEMO else 0.0)


def lines(text: str, width: float, size: float) -> int:
    """Lines that a text takes in a column of so many mm, in letters of so many mm; words stay whole.

    >>> lines("매출 100원 중 7원이 월세로 나갑니다.", 60, 3.0), lines("매출 100원 중 7원이", 12, 3.0), lines("", 60, 3.0)
    (1, 3, 0)
    """
    taken, count = 0.0, 0
    for word in _TAG.sub("", text).split():
        wide = len(_WIDE.findall(word))
        length = size * (WIDE * wide + NARROW * (len(word) - wide))
        if count == 0 or taken + length > width:
            count += max(1, math.ceil(length / width))
            taken = 0.0
        taken += length + size * NARROW / 1.6
    return count


def height(words: SheetWords, facts: SheetFacts, size: float) -> float:
    """Height of the page in mm with letters of so many points, its sales chart as low as it may be."""
    em = size * POINT
    warning = 3.8 + em * 1.35 if words.warning else 0.0
    return sum(
        (
            warning,
            em * (1.42 + 2.28 * lines(f"{words.name} {words.shop_id[:8]}", NAME, 1.9 * BOLD * em)) + 2.0,
            _hero(words, facts, em),
            _charts(words, facts, em),
            _pair(_points(words.reasons, HALF, em), _points(words.strengths, HALF, em), em),
            _pair(_lower(words, em), _fits(words, em), em),
            _foot(words, em),
        )
    )


def _hero(words: SheetWords, facts: SheetFacts, em: float) -> float:
    frame = 9.4 + em * 1.6 * lines(words.headline, 184, em * 1.18)
    depth = (
        0.0
        if not words.depth_means
        else 1.6
        + _block((f"A B C D E 자료 충실도 {words.depth_means} {words.known}",), RIGHT - 6, em * 0.92, 1.35)
    )
    if not facts.score.scored:
        return frame + _block((words.unscored,), 184, em) + depth
    left = 38.0 + 2 * em * SMALL
    hundred = _block((words.hundred,), RIGHT - 39, em) + _block((words.hundred_n,), RIGHT - 39, em * 0.8)
    return frame + max(left, max(30.0, hundred) + depth)


def _charts(words: SheetWords, facts: SheetFacts, em: float) -> float:
    title = 0.7 + em * 1.41
    left = title + _block((words.sales,), LEFT, em, 1.42)
    if facts.sales.known:
        left += CHART + em * 1.14 + _block((words.pace,), LEFT, em * 0.8, 1.32)
    right = 2 * title + 1.8 + _block((*words.rent, words.footfall), RIGHT, em, 1.42)
    if math.isfinite(facts.rent.share):
        right += 11.8
    if math.isfinite(facts.footfall.latest):
        right += 13.0
    return 3.8 + max(left, right)


def _pair(left: float, right: float, em: float) -> float:
    """A row of two lists under their headings; nothing if both are empty."""
    return 4.5 + em * 1.41 + max(left, right) if left or right else 0.0


def _points(points: Sequence[Told], width: float, em: float) -> float:
    return sum(0.5 + _block((f"{each.head}m {each.text}",), width - 3.6, em) for each in points)


def _lower(words: SheetWords, em: float) -> float:
    told = sum(
        0.9 + _block((each.head,), NARROWER - 3 - _length(each.mark, BOLD * em), BOLD * em)
        if each.head
        else 0.7 + _block((each.text,), NARROWER, em)
        for each in words.lower
    )
    return told + _block((words.lower_note,), NARROWER, em * 0.8, 1.32)


def _fits(words: SheetWords, em: float) -> float:
    told = 0.0
    for each in words.fits:
        # Small letters take four fifths of the room: a fifth of them is not counted.
        small = each.small[: round(len(each.small) * 0.8)]
        told += 0.8 + _block((f"{each.head}m {each.mark} {each.text} {small}",), WIDER, em, 1.36)
    return told + _block((f"{words.ask_facts} {words.fits_note}",), WIDER, em * 0.8, 1.32)


def _foot(words: SheetWords, em: float) -> float:
    small = em * 0.84
    columns = (words.missing, words.how, words.rights)
    return 5.6 + em * 1.2 + max(_block(each, THIRD, small, 1.34) + 0.5 * len(each) for each in columns)


def _block(texts: Iterable[str], width: float, em: float, line: float = LINE) -> float:
    return sum(lines(text, width, em) for text in texts) * em * line


def _length(text: str, em: float) -> float:
    plain = _TAG.sub("", text)
    wide = len(_WIDE.findall(plain))
    return em * (WIDE * wide + NARROW * (len(plain) - wide))
