"""The templates of every page, escaping whatever they are handed and refusing what they were not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sbwarn.reports.extras import report_library

TEMPLATES = Path(__file__).resolve().parent / "templates"


def templates() -> Any:
    """The templates as a jinja2 environment, to which a page may add filters of its own.

    Raises:
        SettingError: jinja2 is not installed.
    """
    jinja2 = report_library("jinja2")
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
