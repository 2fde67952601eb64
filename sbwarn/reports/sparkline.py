"""A line the size of a word: two years of sales, drawn as the path of an SVG."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 132, 30
MARGIN = 3


def sparkline_path(values: Sequence[float], *, width: int = WIDTH, height: int = HEIGHT) -> str:
    """The `d` of an SVG path through the values, from 0 at the bottom to the highest at the top.

    The line breaks where a value is unknown (NaN); a value between two unknown ones is a dot, for a path with
    round line caps. Empty text if nothing is known.

    >>> sparkline_path([0.0, 10.0, float("nan"), 5.0], width=36, height=16)
    'M3,13 L13,3 M33,8 h0'
    """
    known = [value for value in values if math.isfinite(value)]
    if not known:
        return ""
    top = max(*known, 0.0) or 1.0
    step = (width - 2 * MARGIN) / max(len(values) - 1, 1)
    marks: list[str] = []
    for month, value in enumerate(values):
        if not math.isfinite(value):
            continue
        x, y = MARGIN + month * step, height - MARGIN - max(value, 0.0) / top * (height - 2 * MARGIN)
        follows = month > 0 and math.isfinite(values[month - 1])
        leads = month + 1 < len(values) and math.isfinite(values[month + 1])
        marks.append(f"{'L' if follows else 'M'}{x:.4g},{y:.4g}" + ("" if follows or leads else " h0"))
    return " ".join(marks)


def last_point(
    values: Sequence[float], *, width: int = WIDTH, height: int = HEIGHT
) -> tuple[float, float] | None:
    """Where the last month's dot goes; None if the last month is unknown.

    >>> last_point([5.0, 10.0], width=36, height=16)
    (33.0, 3.0)
    """
    if not len(values) or not math.isfinite(values[-1]):
        return None
    top = max(*(value for value in values if math.isfinite(value)), 0.0) or 1.0
    step = (width - 2 * MARGIN) / max(len(values) - 1, 1)
    height_of_last = max(values[-1], 0.0) / top * (height - 2 * MARGIN)
    return MARGIN + (len(values) - 1) * step, round(height - MARGIN - height_of_last, 2)
