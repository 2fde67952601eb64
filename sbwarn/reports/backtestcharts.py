"""Charts of a backtest as SVG: files that stand alone, and the same inside the page, in the page's colours."""

from __future__ import annotations

import re
import warnings
from io import StringIO
from typing import TYPE_CHECKING, Any

import numpy as np

from sbwarn.backtest.figures import OURS, TENTHS
from sbwarn.figures.leadtime import REACH
from sbwarn.messages import say
from sbwarn.reports.extras import report_library
from sbwarn.reports.figures import calibration, rankings, same_bytes
from sbwarn.reports.names import word
from sbwarn.scoring.record import LEVELS
from sbwarn.training.trial import SIX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sbwarn.backtest.figures import BacktestFigures
    from sbwarn.backtest.run import Backtest
    from sbwarn.releases.record import Figure

    Draw = Callable[[Any, Backtest, BacktestFigures], None]

COLOURS: Mapping[str, str] = {
    "ink": "#1b2430", "soft": "#5a6675", "line": "#dde2e8", "sheet": "#ffffff", "accent": "#1f4e86",
    "severe": "#c93a3a", "alert": "#e8833a", "normal": "#4f9a63",
}  # fmt: skip
"""Of the light page, by the names that its style sheet gives them."""
RUNGS = ("alert", "normal", "soft")
"""Colours of the ladder, in its order."""
SIZE = (6.4, 4.4)
PLACE = (0.12, 0.13, 0.85, 0.79)
"""Of the panel in the chart: left, bottom, width, height. A layout that is measured takes twice as long."""
ABOVE_MONTHS = (0.12, 0.2, 0.85, 0.72)
"""The same above names of months that stand aslant."""
DARKEST = 0.55
"""Of a cell of the migration: the number in it has to be read on white and on black."""
SETTINGS: Mapping[str, object] = {
    "text.color": COLOURS["ink"], "axes.labelcolor": COLOURS["ink"], "axes.edgecolor": COLOURS["soft"],
    "xtick.color": COLOURS["soft"], "ytick.color": COLOURS["soft"], "grid.color": COLOURS["line"],
    "axes.facecolor": "none", "figure.facecolor": COLOURS["sheet"], "legend.frameon": False, "axes.titlesize": 10,
    "legend.fontsize": 8, "axes.titlelocation": "left", "axes.spines.top": False, "axes.spines.right": False,
}  # fmt: skip


def backtest_charts(found: Backtest, told: BacktestFigures) -> dict[str, str]:
    """SVG by name: "roc", "precision_recall", "capture", "calibration", "auc_over_time", "lead_time", "migration".

    Each has n and crises in its title, and says there if the city is simulated. A chart of which nothing is known is
    left out. Words are those of the language in force; the same figures give the same bytes.

    Raises:
        SettingError: matplotlib is not installed.
    """
    report_library("matplotlib")
    return {name: _svg(draw, found, told) for name, draw in DRAWN.items() if KNOWN[name](found, told)}


def inlined(svg: str, name: str) -> str:
    """The chart as a part of the page: its colours are the page's own, by day and by night, its ids its own.

    >>> inlined('<?xml version="1.0"?>\\n<svg id="a"><use href="#a" fill="#ffffff"/></svg>', "roc")
    '<svg id="roc-a"><use href="#roc-a" fill="var(--sheet)"/></svg>'
    """
    drawing = svg[svg.index("<svg") :]
    drawing = re.sub(r'\bid="', f'id="{name}-', drawing)
    drawing = re.sub(r'href="#', f'href="#{name}-', drawing)
    drawing = re.sub(r"url\(#", f"url(#{name}-", drawing)
    drawing = re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.DOTALL)
    for colour, code in COLOURS.items():
        drawing = drawing.replace(code, f"var(--{colour})")
    return re.sub(r"font: ([\d.]+px) [^;\"]+", r"font-size: \1", drawing).strip()


def _svg(draw: Draw, found: Backtest, told: BacktestFigures) -> str:
    from matplotlib.figure import Figure

    page = StringIO()
    with same_bytes(**SETTINGS), warnings.catch_warnings():
        # The texts stay texts: whoever shows the page has the letters that this machine may lack.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=SIZE)
        panel = figure.add_axes(PLACE)
        draw(panel, found, told)
        figure.savefig(page, format="svg", metadata={"Date": None})
    return page.getvalue()


def _title(name: str, n: int, events: int, *, synthetic: bool) -> str:
    text = say(f"backtest.chart.{name}", n=f"{n:,}", events=f"{events:,}")
    return text + (say("backtest.chart_synthetic") if synthetic else "")


def _frame(panel: Any, name: str, found: Backtest, n: int, events: int) -> None:
    panel.set_title(_title(name, n, events, synthetic=found.synthetic))
    panel.set(xlabel=say(f"backtest.across.{name}"), ylabel=say(f"backtest.up.{name}"))
    panel.grid(visible=True, linewidth=0.6)
    panel.set_axisbelow(True)


class _Nowhere:
    """A panel that nobody looks at."""

    def plot(self, *_: object, **__: object) -> None:
        """Draws nothing."""


def _ranked(place: int) -> Draw:
    """Draws one of ROC, precision–recall and capture: ours on all and on trading shops, the ladder on all."""

    def draw(panel: Any, found: Backtest, _: BacktestFigures) -> None:
        rows = found.scored
        happened = rows.came.happened[:, SIX]
        told = ~np.isnan(happened)
        panels = [_Nowhere(), _Nowhere(), _Nowhere()]
        panels[place] = panel
        three = (panels[0], panels[1], panels[2])
        colours = dict(zip(rows.forecast.rungs, RUNGS, strict=False))
        for rung, risk in rows.forecast.rungs.items():
            style = {"color": COLOURS[colours[rung]], "linestyle": ":", "linewidth": 1.3}
            rankings(three, risk[told, SIX], happened[told], word("figures.model", rung), **style)
        for population, which, dash in (("trading", told & rows.came.trading, "--"), ("all", told, "-")):
            if 0 < happened[which].sum() < which.sum():
                label = say(f"backtest.line.{population}", n=f"{int(which.sum()):,}")
                style = {"color": COLOURS["accent"], "linestyle": dash, "linewidth": 1.6}
                rankings(three, rows.forecast.risk[which, SIX], happened[which], label, **style)
        name = tuple(DRAWN)[place]
        _frame(panel, name, found, int(told.sum()), int(happened[told].sum()))
        panel.legend(loc="upper right" if place == 1 else "lower right")

    return draw


def _calibration(panel: Any, found: Backtest, told: BacktestFigures) -> None:
    rates = [told.measures[f"calibration/tenth_{number}/rate"] for number in _tenths(told)]
    risks = [told.measures[f"calibration/tenth_{number}/mean_risk"] for number in _tenths(told)]
    columns = (np.array([getattr(rate, end) for rate in rates]) for end in ("value", "low", "high"))
    calibration(panel, np.array([each.value for each in risks]), *columns, color=COLOURS["accent"])
    _frame(panel, "calibration", found, sum(each.n for each in rates), sum(each.events for each in rates))


def _tenths(told: BacktestFigures) -> list[int]:
    return [number for number in range(1, TENTHS + 1) if f"calibration/tenth_{number}/rate" in told.measures]


def _over_time(panel: Any, found: Backtest, told: BacktestFigures) -> None:
    origins = [each.origin for each in found.quarters]
    models = [OURS, *found.scored.forecast.rungs]
    colours = dict(zip(models, ("accent", *RUNGS), strict=False))
    n = events = 0
    for number, model in enumerate(models):
        points = [
            (place, figure)
            for place, figure in enumerate(_auc(told, each, model) for each in origins)
            if figure
        ]
        shift = (number - (len(models) - 1) / 2) * 0.14
        _whiskers(panel, points, shift, color=COLOURS[colours[model]], label=word("figures.model", model))
        if model == OURS:
            n, events = sum(figure.n for _, figure in points), sum(figure.events for _, figure in points)
    panel.set_position(ABOVE_MONTHS)
    panel.set_xticks(range(len(origins)), origins, rotation=45)
    panel.axhline(0.5, color=COLOURS["soft"], linewidth=0.8)
    _frame(panel, "auc_over_time", found, n, events)
    panel.legend()


def _whiskers(panel: Any, points: list[tuple[int, Figure]], shift: float, **style: Any) -> None:
    at = [place + shift for place, _ in points]
    value = np.array([figure.value for _, figure in points])
    ends = [
        value - [figure.low for _, figure in points],
        np.array([figure.high for _, figure in points]) - value,
    ]
    panel.errorbar(at, value, yerr=np.maximum(ends, 0.0), fmt="o", markersize=4, linewidth=1.2, **style)


def _auc(told: BacktestFigures, origin: str, model: str) -> Figure | None:
    population = told.quarters[origin].get("6", {}).get("all", {})
    return population.get(model, {}).get("auc")


def _lead_time(panel: Any, found: Backtest, told: BacktestFigures) -> None:
    count = np.bincount(told.leads, minlength=REACH + 1)
    panel.bar(0, count[0], color=COLOURS["severe"], width=0.8)
    panel.bar(range(1, len(count)), count[1:], color=COLOURS["accent"], width=0.8)
    labels = [say("backtest.never"), *map(str, range(1, len(count)))]
    panel.set_xticks(range(len(count)), labels)
    _frame(panel, "lead_time", found, len(told.leads), int((told.leads > 0).sum()))


def _migration(panel: Any, found: Backtest, told: BacktestFigures) -> None:
    from matplotlib.patches import Rectangle

    steps = told.migration
    share = steps / np.maximum(steps.sum(axis=1, keepdims=True), 1)
    for (row, column), part in np.ndenumerate(share):
        panel.add_patch(
            Rectangle(
                (column - 0.5, row - 0.5), 1, 1, facecolor=COLOURS["accent"], alpha=float(part) * DARKEST
            )
        )
        panel.text(column, row, f"{part:.0%}\n{steps[row, column]:,}", ha="center", va="center", fontsize=8)
    names = [say(f"levels.{level}") for level in LEVELS]
    panel.set_xticks(range(len(names)), names)
    panel.set_yticks(range(len(names)), names)
    panel.set(xlim=(-0.5, len(names) - 0.5), ylim=(len(names) - 0.5, -0.5))
    moved = int(steps.sum() - np.trace(steps))
    _frame(panel, "migration", found, int(steps.sum()), moved)
    panel.grid(visible=False)


def _both(found: Backtest, _: BacktestFigures) -> bool:
    happened = found.scored.came.happened[:, SIX]
    return bool((happened == 1.0).any() and (happened == 0.0).any())


DRAWN: Mapping[str, Draw] = {
    "roc": _ranked(0),
    "precision_recall": _ranked(1),
    "capture": _ranked(2),
    "calibration": _calibration,
    "auc_over_time": _over_time,
    "lead_time": _lead_time,
    "migration": _migration,
}
KNOWN: Mapping[str, Callable[[Backtest, BacktestFigures], bool]] = {
    "roc": _both,
    "precision_recall": _both,
    "capture": _both,
    "calibration": lambda _, told: bool(_tenths(told)),
    "auc_over_time": lambda found, told: any(_auc(told, each.origin, OURS) for each in found.quarters),
    "lead_time": lambda _, told: bool(len(told.leads)),
    "migration": lambda _, told: bool(told.migration.sum()),
}
"""Whether there is anything to draw."""
