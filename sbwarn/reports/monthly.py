"""The monthly risk report: a folder that an office opens once a month, written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sbwarn.messages import checked_language, speaking
from sbwarn.reports.areas import area_table
from sbwarn.reports.csvfile import write_csv
from sbwarn.reports.extras import report_library
from sbwarn.reports.facts import month_facts
from sbwarn.reports.listed import listed_shops
from sbwarn.reports.page import page_of
from sbwarn.reports.render import render
from sbwarn.reports.scorefile import write_parquet
from sbwarn.reports.summary import SUMMARY, write_summary
from sbwarn.reports.workbook import write_workbook
from sbwarn.tables.atomic import whole_folder

if TYPE_CHECKING:
    import pandas as pd

    from sbwarn.messages import Language
    from sbwarn.scoring.month import ScoredMonth

TOP = 50
"""Shops of the watch list that the page shows; the workbook has all."""
PRIVATE = 0o600


def write_monthly(
    month: ScoredMonth,
    watch: pd.DataFrame,
    vacancy: pd.DataFrame,
    accounting: pd.DataFrame,
    out: Path,
    *,
    language: Language = "ko",
    top: int = TOP,
) -> Path:
    """The report of one month, as a folder: page, workbook, score tables, summary.

    The same input gives the same bytes. A report that stands at `out` is replaced once the new one is complete.

    Args:
        month: The scored month.
        watch: `rank, shop_id, quadrant, risk_6m, change_3m, level, review_on`, one row a shop of the watch list.
        vacancy: `district_id, sites, vacant, share`; without rows the page says that vacancy is not known.
        accounting: `table, rows_in, used, excluded, rejected, repaired`, one row a table that was read.
        out: Folder to write.
        language: Language of page, workbook and headers.
        top: Shops of the watch list on the page.

    Returns:
        `out`, now holding `scores.parquet`, `scores.csv`, `watchlist.xlsx`, `report.html` and `summary.json`,
        readable by the owner only.

    Raises:
        StoreError: `out` is not a report folder, another writer holds it, or the disk refuses.
        SettingError: an unknown language, or a library of the report extra is missing.
        InputError: a shop of the watch list is not in the month's scores, or twice on the list.
    """
    with speaking(checked_language(language)):
        for library in ("jinja2", "xlsxwriter"):
            report_library(library)
        facts = month_facts(month)
        listed = listed_shops(month, watch, language=language)
        districts = area_table(month, "district_id", vacancy=vacancy, language=language)
        industries = area_table(month, "industry_code", vacancy=vacancy, language=language)
        page = page_of(
            month, facts, listed, districts=districts, industries=industries, accounting=accounting, top=top
        )
        with whole_folder(Path(out), marker=SUMMARY) as folder:
            write_parquet(month, facts, folder / "scores.parquet")
            write_csv(month.scores.assign(synthetic=facts.synthetic), folder / "scores.csv")
            write_workbook(month, facts, listed, districts, folder / "watchlist.xlsx", language=language)
            text = render(page, language=language)
            (folder / "report.html").write_text(text, encoding="utf-8", newline="\n")
            write_summary(facts, listed, page.accounts, folder)
            for path in folder.iterdir():
                path.chmod(PRIVATE)
    return Path(out)
