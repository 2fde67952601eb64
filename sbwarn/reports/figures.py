"""Charts for the data team: how well later months were told apart, and how true the numbers were."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from sbwarn.messages import say
from sbwarn.reports.extras import report_library
from sbwarn.tables.wilson import wilson

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pandas as pd

TENTHS = 10
POPULATIONS = ("all", "trading")
POINTS = 400
"""Points of a curve: more are not seen."""


def training_figures(
    outcomes: Mapping[str, pd.DataFrame], folder: Path, *, synthetic: bool = False
) -> list[Path]:
    """One SVG a horizon: ROC, precision–recall, capture, calibration with 95 % intervals; n and crises in the title.

    Args:
        outcomes: By horizon in months, the out-of-time rows: `risk` (probability), `happened` (0 or 1), `trading`.
            A horizon without rows, or with one outcome only, gets no chart.
        folder: Where to write; it has to exist.
        synthetic: True for a simulated city: the title says so.

    Returns:
        The files. The same input gives the same bytes.

    Raises:
        SettingError: matplotlib is not installed.
    """
    report_library("matplotlib")
    from matplotlib.figure import Figure

    written = []
    for horizon, rows in outcomes.items():
        if not len(rows) or rows["happened"].nunique() < 2:  # noqa: PLR2004
            continue
        with same_bytes():
            figure = Figure(figsize=(10, 8), layout="constrained")
            panels = figure.subplots(2, 2)
            _draw(panels, rows)
            n, crises = f"{len(rows):,}", f"{int(rows['happened'].sum()):,}"
            title = say("backtest.chart_training", into="en", horizon=horizon, n=n, events=crises)
            figure.suptitle(title + (say("backtest.chart_synthetic", into="en") if synthetic else ""))
            path = folder / f"outcomes_{horizon}m.svg"
            save(figure, path)
        written.append(path)
    return written


@contextmanager
def same_bytes(**settings: object) -> Iterator[None]:
    """Whatever is drawn inside the block has the same bytes every time, and its texts are texts."""
    from matplotlib import rc_context

    # Ids inside an SVG are drawn at random unless they are fixed.
    with rc_context({"svg.hashsalt": "sbwarn", "svg.fonttype": "none", **settings}):
        yield


def save(figure: Any, path: Path) -> None:
    """Writes the chart as SVG, without the date of the day."""
    figure.savefig(path, format="svg", metadata={"Date": None})


def rankings(
    panels: tuple[Any, Any, Any], risk: np.ndarray, happened: np.ndarray, label: str, **style: Any
) -> None:
    """Draws a forecast into the panels of ROC, precision–recall and capture; both outcomes have to occur.

    Shops of equal risk are one step of the curve: no order among them is better than another.
    """
    order = np.argsort(-risk, kind="stable")
    ranked, crises = risk[order], happened[order].astype(float)
    step = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    caught, flagged = np.cumsum(crises)[step], step + 1.0
    recall = caught / caught[-1]
    false = (flagged - caught) / (len(crises) - caught[-1])
    thin = np.unique(np.linspace(0, len(step) - 1, POINTS).astype(int))
    roc, precision, capture = panels
    roc.plot(np.append(0.0, false[thin]), np.append(0.0, recall[thin]), label=label, **style)
    precision.plot(recall[thin], (caught / flagged)[thin], label=label, **style)
    capture.plot(
        np.append(0.0, (flagged / len(crises))[thin]), np.append(0.0, recall[thin]), label=label, **style
    )


def calibration(
    panel: Any, risk: np.ndarray, rate: np.ndarray, low: np.ndarray, high: np.ndarray, **style: Any
) -> None:
    """Draws observed rates with their intervals over the risks that were told, and the line on which they should lie."""
    # A rate may lie on the end of its own interval, and rounding a hair beyond it.
    ends = [np.maximum(rate - low, 0.0), np.maximum(high - rate, 0.0)]
    panel.errorbar(risk, rate, yerr=ends, fmt="o", **style)
    limit = float(max(risk.max(), high.max()))
    panel.plot([0, limit], [0, limit], linewidth=0.8, color="grey")


def _draw(panels: Any, rows: pd.DataFrame) -> None:
    (roc, precision), (capture, right) = panels
    for population in POPULATIONS:
        part = rows if population == "all" else rows.loc[rows["trading"].astype(bool)]
        if part["happened"].nunique() == 2:  # noqa: PLR2004
            risk, happened = part["risk"].to_numpy(), part["happened"].to_numpy()
            rankings((roc, precision, capture), risk, happened, f"{population}, n = {len(part):,}")
    _tenths(right, rows)
    _frame(roc, "ROC", "share of the others flagged", "share of the crises flagged")
    _frame(precision, "Precision–recall", "share of the crises flagged", "share of the flagged with a crisis")
    _frame(capture, "Capture", "share of the shops visited", "share of the crises reached")
    _frame(right, "Calibration, tenths of the shops, 95 %", "mean risk", "observed rate")


def _tenths(panel: Any, rows: pd.DataFrame) -> None:
    order = np.argsort(rows["risk"].to_numpy(), kind="stable")
    parts = [part for part in np.array_split(order, TENTHS) if len(part)]
    risk = np.array([rows["risk"].to_numpy()[part].mean() for part in parts])
    events = np.array([rows["happened"].to_numpy()[part].sum() for part in parts])
    count = np.array([len(part) for part in parts])
    low, high = wilson(events, count)
    calibration(panel, risk, events / count, low, high, label=f"n = {count.min():,} or more each")


def _frame(panel: Any, title: str, across: str, up: str) -> None:
    panel.set(title=title, xlabel=across, ylabel=up)
    panel.legend(fontsize="small")
    panel.grid(alpha=0.3)
