"""From the page's record to HTML: the only file that knows the template library."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from sbwarn.messages import UNKNOWN, number, say
from sbwarn.reports.house import templates
from sbwarn.reports.names import word
from sbwarn.reports.sparkline import HEIGHT, WIDTH, last_point, sparkline_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sbwarn.messages import Language
    from sbwarn.releases.record import Figure
    from sbwarn.reports.page import Page

SHARES = ("average_precision", "capture_5", "capture_10")


def render(page: Page, *, language: Language) -> str:
    """The page as one HTML file that loads nothing. Words are those of the language in force (`speaking`)."""
    house = templates()
    house.filters.update(
        share=partial(number, unit="share"),
        count=partial(number, unit="count"),
        change=partial(number, unit="change"),
        money=partial(number, unit="money", currency=page.facts.currency),
        points=points,
        figure=figure,
        level=partial(word, "levels"),
        sparkline=sparkline_path,
        last_point=last_point,
        highest=_highest,
    )
    drawing = {"width": WIDTH, "height": HEIGHT}
    text = house.get_template("report.html").render(
        page=page, facts=page.facts, say=report_word, word=word, language=language, drawing=drawing
    )
    return str(text)


def points(change: float) -> str:
    """A change in probability, in percentage points; an unknown one is a dash.

    >>> points(0.0312), points(float("nan"))
    ('+3.1 pp', '–')
    """
    return UNKNOWN if math.isnan(change) else say("report.points", n=f"{change * 100:+.1f}")


def figure(measured: Figure, measure: str) -> str:
    """The value of a measured figure and its interval."""
    shown = _as_share if measure in SHARES else _as_number
    return say(
        "report.with_interval",
        value=shown(measured.value),
        low=shown(measured.low),
        high=shown(measured.high),
    )


def report_word(name: str, /, **facts: str | int) -> str:
    """The sentence `report.<name>` in the language in force."""
    return say(f"report.{name}", into=None, **facts)


def _as_share(value: float) -> str:
    return number(value, "share")


def _as_number(value: float) -> str:
    return UNKNOWN if math.isnan(value) else f"{value:.3f}"


def _highest(sales: Sequence[float]) -> float:
    return max((value for value in sales if not math.isnan(value)), default=float("nan"))
