"""The score table as a CSV file that a spreadsheet opens without running anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A text that begins so is read as a formula; the last four are the full-width forms, which East Asian versions of
Excel take as well. Source: OWASP, CSV Injection."""


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Writes UTF-8 with a byte order mark, so that Excel reads the Korean; text cells are `harmless`."""
    safe = table.copy()
    for name in safe.columns:
        if not _holds_text(safe[name]):
            continue
        safe[name] = [harmless(value) if isinstance(value, str) else value for value in safe[name]]
    safe.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def harmless(text: str) -> str:
    """The text itself, with an apostrophe before it if a spreadsheet would take it for a formula.

    >>> harmless("=1+1"), harmless("1+1")
    ("'=1+1", '1+1')
    """
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _holds_text(column: pd.Series) -> bool:
    return column.dtype.kind not in "biufM"
