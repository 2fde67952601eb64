"""A page of the commercial property survey (R-ONE, 상업용부동산 임대동향조사): rent of areas by year, as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd

from sbwarn.errors import InputError
from sbwarn.messages import say

if TYPE_CHECKING:
    from pathlib import Path


def read_areas(path: Path) -> pd.DataFrame:
    """One row for each area and year: `area`, `year`, `value`, and `base`, the area's value in its base year.

    Text throughout; the index is "file:area:year". The base year is the one in which the publisher measured the
    rent itself; the other years follow its index.

    Raises:
        InputError: the file is missing, damaged, or no such page.
    """
    if not path.is_file():
        raise InputError(say("errors.no_file", path=path))
    try:
        areas = json.loads(path.read_text("utf-8-sig"))["data"]
        rows = [
            (f"{path.name}:{name}:{year}", name, year, str(value), str(_base(area)))
            for name, area in areas.items()
            for year, value in area["yearly"].items()
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as damage:
        raise InputError(say("errors.damaged_file", path=path, why=repr(damage))) from damage
    if not rows:
        raise InputError(say("errors.empty_table", where=path))
    table = pd.DataFrame(rows, columns=["row", "area", "year", "value", "base"], dtype=object)
    return table.set_index("row")


def _base(area: dict[str, dict[str, str]]) -> object:
    return area["yearly"].get(area["baseline"]["wrttime"][:4], "")
