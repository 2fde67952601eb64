"""The diagnosis sheet of one shop: one A4 page to put on the table before the owner, as HTML or PDF."""

from __future__ import annotations

import math
import re
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sbwarn.advice.advise import advise
from sbwarn.errors import SettingError
from sbwarn.messages import checked_language, say, speaking
from sbwarn.messages import language as spoken
from sbwarn.reports import sheetcharts as charts
from sbwarn.reports.house import templates
from sbwarn.reports.sheetfacts import sheet_facts
from sbwarn.reports.sheetfit import SIZES, Fit, best_fit, fit_at
from sbwarn.reports.sheetwords import READERS
from sbwarn.tables.atomic import whole_file
from sbwarn.tables.month import as_month

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sbwarn.advice.facts import Fact
    from sbwarn.messages import Language
    from sbwarn.reports.sheetfacts import SheetFacts
    from sbwarn.reports.sheetwords import Reader, SheetWords
    from sbwarn.scoring.record import Score

SUFFIXES = (".html", ".pdf")
ASIDE = re.compile("(<head>.*?</head>|<svg.*?</svg>)", re.DOTALL)
"""Parts of a page that are no running text."""
WORD = re.compile(r"(?:[^\s<>]|</?b>)+(?![^<]*>)")
HANGUL = re.compile("[가-힣]")


def sheet(facts: SheetFacts, language: Language, audience: Reader = "owner") -> str:
    """The page as one HTML file that loads nothing, runs nothing and prints on one A4 page.

    Args:
        facts: What it tells.
        language: Of every word.
        audience: "owner" for plain words, "consultant" for exact ones.

    Raises:
        SettingError: another audience or language, or the template library is not installed.
    """
    into, reader = _checked(language, audience)
    words, fit = best_fit(facts, into, reader)
    return _page(facts, words, into, fit)


def write_sheet(
    score: Score,
    path: str | Path,
    *,
    audience: Reader = "owner",
    language: Language | None = None,
    facts: Mapping[str, Fact | None] | None = None,
    on: date | None = None,
    industry: str = "",
    district: str = "",
    contact: str = "",
) -> Path:
    """The diagnosis sheet of a score, written as HTML or PDF by the path's suffix; the same input, the same bytes.

    Args:
        score: One that still knows what it was made from.
        path: To be written, .html or .pdf; readable by its owner only.
        audience: "owner" for plain words, "consultant" for exact ones.
        language: None: the score's own, else that of the messages.
        facts: From the interview, for programmes and actions: names of `sbwarn.advice.facts.FACTS`.
        on: The day one stands on, for the rules of the programmes; None for the last day of the as-of month.
        industry: The trade's name; its code if empty.
        district: The district's name; its code if empty.
        contact: Whom the owner may ask; what the release says if empty.

    Raises:
        SettingError: another suffix, audience or language, a library is missing, the score was read from a file, or its
            texts do not fit on one page.
        StoreError: the disk refuses.
    """
    path = Path(path)
    into, reader = _checked(language or score.language or spoken(), audience)
    with speaking(into):
        if path.suffix.lower() not in SUFFIXES:
            raise SettingError(say("sheet.suffix", path=path.name))
        told = _facts(score, facts, on, industry=industry, district=district, contact=contact)
        made = (
            _pdf(told, into, reader) if path.suffix.lower() == ".pdf" else sheet(told, into, reader).encode()
        )
        with whole_file(path) as fresh:
            fresh.write_bytes(made)
    return path


def pdf(facts: SheetFacts, language: Language, audience: Reader = "owner") -> bytes:
    """The page as PDF: exactly one A4 page, with selectable text, headings and alternative texts.

    Raises:
        SettingError: as for `sheet`, or WeasyPrint is not installed, or even the smallest letters take two pages.
    """
    into, reader = _checked(language, audience)
    with speaking(into):
        return _pdf(facts, into, reader)


def _checked(language: str, audience: str) -> tuple[Language, Reader]:
    into = checked_language(language)
    for reader in READERS:
        if reader == audience:
            return into, reader
    raise SettingError(say("sheet.audience", into=into, got=repr(audience)))


def _facts(
    score: Score, facts: Mapping[str, Fact | None] | None, on: date | None, **names: str
) -> SheetFacts:
    origin = score.origin
    if origin is None:
        raise SettingError(say("sheet.no_origin", shop=score.shop_id))
    panel = origin.alone
    day = on or as_month(score.as_of).to_timestamp(how="end").date()
    advice = advise(
        panel, origin.peers, origin.release, on=day, given={score.shop_id: facts or {}}, horizon=score.horizon
    )[0]
    return sheet_facts(score, panel, origin.peers, origin.release, advice, score_id=score.score_id, **names)


def _pdf(facts: SheetFacts, language: Language, reader: Reader) -> bytes:
    weasyprint = _weasyprint()
    words, best = best_fit(facts, language, reader)
    for fit in (best, *(fit_at(size, words, facts) for size in SIZES if size < best.size)):
        document = weasyprint.HTML(string=unbroken(_page(facts, words, language, fit))).render()
        if len(document.pages) == 1:
            made: bytes = document.write_pdf(
                pdf_identifier=facts.score_id.encode() or b"sheet", pdf_variant="pdf/ua-1"
            )
            return made
    raise SettingError(say("sheet.no_room", shop=facts.score.shop_id))


def unbroken(page: str) -> str:
    """The page with no line end inside a Korean word: browsers are told so by the style sheet, WeasyPrint is not.

    >>> unbroken("<p>빵 <b>39곳</b>이 A4</p>")
    '<p><span class="w">빵</span> <span class="w"><b>39곳</b>이</span> A4</p>'
    """
    parts = ASIDE.split(page)
    return "".join(part if place % 2 else WORD.sub(_whole, part) for place, part in enumerate(parts))


def _whole(word: re.Match[str]) -> str:
    text = word[0]
    is_whole = text.count("<b>") == text.count("</b>")
    return f'<span class="w">{text}</span>' if is_whole and HANGUL.search(text) else text


def _weasyprint() -> Any:
    try:
        return import_module("weasyprint")
    except (ImportError, OSError) as missing:  # OSError: the package is there, Pango is not
        raise SettingError(say("errors.extra", what=say("sheet.what"), extra="pdf")) from missing


def _page(facts: SheetFacts, words: SheetWords, language: Language, fit: Fit) -> str:
    score = facts.score
    draw = dict.fromkeys(("levels", "risk", "hundred", "sales", "rent", "footfall"), "")
    if score.scored:
        draw["levels"] = charts.level_strip(facts.levels, score.level, into=language)
        draw["risk"] = charts.risk_bars(score, into=language)
        if math.isfinite(score.observed_rate):
            draw["hundred"] = charts.hundred_shops(score.observed_rate, score.level, into=language)
    if facts.sales.known:
        draw["sales"] = charts.sales_chart(
            facts.sales, into=language, currency=facts.currency, height=fit.chart
        )
    if math.isfinite(facts.rent.share):
        draw["rent"] = charts.rent_bar(facts.rent, into=language)
    if math.isfinite(facts.footfall.latest):
        draw["footfall"] = charts.footfall_line(facts.footfall, into=language)
    text = (
        templates()
        .get_template("sheet.html")
        .render(
            words=words,
            score=score,
            charts=draw,
            has_pace=facts.sales.base > 0,
            has_year=any(map(math.isfinite, facts.sales.year_before)),
            language=language,
            say=partial(_word, language),
            fit=fit,
            ink=charts.INK,
            level_ink=charts.LEVEL_INK[score.level],
            fonts=charts.FONTS,
            depths="ABCDE",
        )
    )
    return str(text)


def _word(language: Language, name: str) -> str:
    return say(f"sheet.{name}", into=language)
