"""Charts of one training for the data team: how well later months were told apart, and how true the numbers were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sbwarn.reports.extras import report_library
from sbwarn.tables.wilson import wilson

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

TENTHS = 10
POPULATIONS = ("all", "trading")


def training_figures(outcomes: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """One SVG a horizon: ROC, precision–recall, capture, calibration with 95 % intervals; n and crises in the title.

    Args:
        outcomes: By horizon in months, the out-of-time rows: `risk` (probability), `happened` (0 or 1), `trading`.
            A horizon without rows, or with one outcome only, gets no chart.
        folder: Where to write; it has to exist.

    Returns:
        The files. The same input gives the same bytes.

    Raises:
        SettingError: matplotlib is not installed.
    """
    report_library("matplotlib")
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    written = []
    for horizon, rows in outcomes.items():
        if not len(rows) or rows["happened"].nunique() < 2:  # noqa: PLR2004
            continue
        # Ids inside an SVG are drawn at random, and its date is today's, unless both are fixed.
        with rc_context({"svg.hashsalt": "sbwarn", "svg.fonttype": "none"}):
            figure = Figure(figsize=(10, 8), layout="constrained")
            panels = figure.subplots(2, 2)
            _draw(panels, rows)
            n, crises = len(rows), int(rows["happened"].sum())
            figure.suptitle(f"Crisis within {horizon} months, out of time: n = {n:,}, crises = {crises:,}")
            path = folder / f"outcomes_{horizon}m.svg"
            figure.savefig(path, format="svg", metadata={"Date": None})
        written.append(path)
    return written


def _draw(panels: Any, rows: pd.DataFrame) -> None:
    (roc, precision), (capture, calibration) = panels
    for population in POPULATIONS:
        part = rows if population == "all" else rows.loc[rows["trading"].astype(bool)]
        if part["happened"].nunique() == 2:  # noqa: PLR2004
            _rankings(roc, precision, capture, part, f"{population}, n = {len(part):,}")
    _calibration(calibration, rows)
    _frame(roc, "ROC", "share of the others flagged", "share of the crises flagged")
    _frame(precision, "Precision–recall", "share of the crises flagged", "share of the flagged with a crisis")
    _frame(capture, "Capture", "share of the shops visited", "share of the crises reached")
    _frame(calibration, "Calibration, tenths of the shops, 95 %", "mean risk", "observed rate")


def _rankings(roc: Any, precision: Any, capture: Any, rows: pd.DataFrame, label: str) -> None:
    happened = rows["happened"].to_numpy(dtype=float)[np.argsort(-rows["risk"].to_numpy(), kind="stable")]
    caught, flagged = np.cumsum(happened), np.arange(1, len(happened) + 1)
    recall = caught / caught[-1]
    thin = np.unique(np.linspace(0, len(happened) - 1, 400).astype(int))
    roc.plot(((flagged - caught) / (len(happened) - caught[-1]))[thin], recall[thin], label=label)
    precision.plot(recall[thin], (caught / flagged)[thin], label=label)
    capture.plot((flagged / len(happened))[thin], recall[thin], label=label)


def _calibration(panel: Any, rows: pd.DataFrame) -> None:
    order = np.argsort(rows["risk"].to_numpy(), kind="stable")
    parts = [part for part in np.array_split(order, TENTHS) if len(part)]
    risk = np.array([rows["risk"].to_numpy()[part].mean() for part in parts])
    events = np.array([rows["happened"].to_numpy()[part].sum() for part in parts])
    count = np.array([len(part) for part in parts])
    low, high = wilson(events, count)
    rate = events / count
    panel.errorbar(
        risk, rate, yerr=[rate - low, high - rate], fmt="o", label=f"n = {count.min():,} or more each"
    )
    limit = float(max(risk.max(), high.max()))
    panel.plot([0, limit], [0, limit], linewidth=0.8, color="grey")


def _frame(panel: Any, title: str, across: str, up: str) -> None:
    panel.set(title=title, xlabel=across, ylabel=up)
    panel.legend(fontsize="small")
    panel.grid(alpha=0.3)
