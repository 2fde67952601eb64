"""The workbook for the office: typed cells, filters, colours, and nothing that runs."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING

from sbwarn.messages import say
from sbwarn.reports.extras import report_library
from sbwarn.reports.sheets import sheets
from sbwarn.scoring.record import LEVELS

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from sbwarn.messages import Language
    from sbwarn.reports.areas import AreaTable
    from sbwarn.reports.facts import MonthFacts
    from sbwarn.reports.listed import ListedShop
    from sbwarn.reports.sheets import Sheet, Value
    from sbwarn.scoring.month import ScoredMonth

# A workbook that carries the day it was made is a different file every time.
CREATED = datetime(2000, 1, 1)  # noqa: DTZ001
LONGEST = 32_767
"""Characters that a cell of Excel can hold."""
HEADER = 1
"""Row of the headers; the row above tells what the sheet is about."""
LEVEL_COLOURS = {
    "normal": ("#E3F1E5", "#1E5B2A"),
    "watch": ("#E0ECFA", "#174A85"),
    "caution": ("#FFF3C4", "#6B4E00"),
    "alert": ("#FFDFC2", "#8A3A00"),
    "severe": ("#F9D3D3", "#8E1B1B"),
}
_SHAPES: dict[str, dict[str, object]] = {
    "text": {},
    "long": {"text_wrap": True},
    "level": {"align": "center"},
    "share": {"num_format": "0.0%"},
    "points": {"num_format": "+0.0%;[Color10]-0.0%;0.0%"},
    "percentile": {"num_format": "0"},
    "count": {"num_format": "#,##0"},
    "day": {"num_format": "yyyy-mm-dd", "align": "center"},
    "fill": {"bg_color": "#FFFDE7", "border": 1, "border_color": "#D9D2A6", "num_format": "yyyy-mm-dd"},
}


def write_workbook(
    month: ScoredMonth,
    facts: MonthFacts,
    listed: tuple[ListedShop, ...],
    districts: AreaTable,
    path: Path,
    *,
    language: Language,
) -> None:
    """Writes watch list, all shops, districts, shops not scored, and a dictionary of the columns.

    Text is always written as text: a name that looks like a formula or a link stays a name.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = report_library("xlsxwriter").Workbook(str(path), options)
    book.set_properties(
        {"created": CREATED, "title": say("report.title", dataset=facts.dataset, as_of=facts.as_of)}
    )
    formats = {kind: book.add_format({"valign": "top", **shape}) for kind, shape in _SHAPES.items()}
    formats["head"] = book.add_format(
        {"bold": True, "bg_color": "#23395B", "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter",
         "border": 1, "border_color": "#8795AD"}
    )  # fmt: skip
    formats["about"] = book.add_format({"italic": True, "font_color": "#555555"})
    formats["banner"] = book.add_format({"bold": True, "font_color": "#8E1B1B", "bg_color": "#FCE8E6"})
    for sheet in sheets(month, facts, listed, districts, language=language):
        _write_sheet(book, sheet, facts, formats)
    book.close()


def _write_sheet(book: Workbook, sheet: Sheet, facts: MonthFacts, formats: dict[str, Format]) -> None:
    page = book.add_worksheet(sheet.title)
    about = say("workbook.about", dataset=facts.dataset, as_of=facts.as_of, release=facts.release)
    if facts.synthetic:
        about = f"{say('report.synthetic_short')} · {about}"
    page.write_string(0, 0, about, formats["banner" if facts.synthetic else "about"])
    page.set_row(HEADER, 32)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
        page.write_string(HEADER, place, say(f"workbook.column.{column.name}"), formats["head"])
    for line, row in enumerate(sheet.rows, start=HEADER + 1):
        for place, column in enumerate(sheet.columns):
            _write_cell(page, (line, place), row.get(column.name), formats[column.kind])
    last = HEADER + max(len(sheet.rows), 1)
    page.freeze_panes(HEADER + 1, sheet.frozen)
    page.autofilter(HEADER, 0, last, len(sheet.columns) - 1)
    _colour(book, page, sheet, last)
    _for_print(page)


def _write_cell(page: Worksheet, cell: tuple[int, int], value: Value, shape: Format) -> None:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        page.write_blank(*cell, None, shape)
    elif isinstance(value, str):
        page.write_string(*cell, value[:LONGEST], shape)
    elif isinstance(value, date):
        page.write_datetime(*cell, datetime(value.year, value.month, value.day), shape)  # noqa: DTZ001
    else:
        page.write_number(*cell, value, shape)


def _colour(book: Workbook, page: Worksheet, sheet: Sheet, last: int) -> None:
    for place, column in enumerate(sheet.columns):
        where = (HEADER + 1, place, last, place)
        if column.kind == "level":
            for level in LEVELS:
                back, ink = LEVEL_COLOURS[level]
                shape = book.add_format({"bg_color": back, "font_color": ink, "bold": level in LEVELS[-2:]})
                wanted = f'"{say(f"levels.{level}")}"'
                page.conditional_format(
                    *where, {"type": "cell", "criteria": "==", "value": wanted, "format": shape}
                )
        elif column.name in {"risk_6m", "mean_risk"}:
            bar = {
                "type": "data_bar",
                "bar_color": "#E7A977",
                "bar_solid": True,
                "min_type": "num",
                "min_value": 0,
            }
            page.conditional_format(*where, bar)
        elif column.name == "visited_on":
            rule = {"validate": "date", "criteria": ">=", "value": CREATED, "error_type": "warning"}
            page.data_validation(
                *where, {**rule, "ignore_blank": True, "error_message": say("workbook.wants_day")}
            )


def _for_print(page: Worksheet) -> None:
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(HEADER)
    page.set_footer("&P / &N")
