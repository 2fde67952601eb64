"""Figures of a training run, for the data team: ranking, precision, calibration and capture, one file a horizon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.reports.extras import report_library
from sbwarn.tables.wilson import wilson

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes

DECILES = 10
# The salt names the clip paths inside the SVG: fixed, or every run writes other bytes.
DRAWING = {
    "svg.hashsalt": "sbwarn",
    "font.size": 9,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "legend.fontsize": 8,
}
COLOURS = {"all": "#1f4e86", "trading": "#e8833a"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Outcomes in the order of risk, highest first, cut where the risk changes."""

    n: int
    events: int
    taken: np.ndarray
    """Shops at or above each distinct risk, from 0 to n."""
    caught: np.ndarray
    """Crises among them."""

    @property
    def auc(self) -> float:
        """Area under the ROC curve; NaN if all had a crisis, or none."""
        if self.events in {0, self.n}:
            return float("nan")
        alarms = (self.taken - self.caught) / (self.n - self.events)
        return float(np.trapezoid(self.caught / self.events, alarms))


def training_figures(outcomes: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Four panels a horizon: ROC, precision and recall, calibration by deciles, capture; as SVG, same bytes each time.

    Args:
        outcomes: By horizon ("3", "6", "12"): `risk` in [0, 1], `happened` 0 or 1, `trading` (bool), one row a
            shop and as-of month that the model had not learnt from.
        folder: Where the files go; it is made if needed.

    Returns:
        The files, `evaluation_<horizon>m.svg`, shortest horizon first.

    Raises:
        SettingError: matplotlib is not installed.
    """
    matplotlib = report_library("matplotlib")
    figure_of = report_library("matplotlib.figure").Figure
    canvas_of = report_library("matplotlib.backends.backend_svg").FigureCanvasSVG
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for horizon in sorted(outcomes, key=lambda one: (len(one), one)):
        path = folder / f"evaluation_{horizon}m.svg"
        with matplotlib.rc_context(DRAWING):
            sheet = figure_of(figsize=(10, 8.4), layout="constrained")
            canvas_of(sheet)
            sheet.suptitle(_title(horizon, outcomes[horizon]))
            _draw(sheet.subplots(2, 2), outcomes[horizon])
            sheet.savefig(path, format="svg", metadata={"Date": None})
        written.append(path)
    return written


def ranked(risk: np.ndarray, happened: np.ndarray) -> Ranked:
    """Shops taken and crises caught, going down the list of risks; equal risks are taken together.

    >>> ranked(np.array([0.9, 0.1, 0.1]), np.array([1, 0, 1])).caught.tolist()
    [0, 1, 2]
    """
    order = np.argsort(-risk, kind="stable")
    falls = np.flatnonzero(np.diff(risk[order]))
    ends = np.append(falls + 1, len(risk)) if len(risk) else np.empty(0, dtype=int)
    caught = np.append(0, np.cumsum(happened[order]))
    taken = np.append(0, ends)
    return Ranked(n=len(risk), events=int(happened.sum()), taken=taken, caught=caught[taken])


def _title(horizon: str, outcome: pd.DataFrame) -> str:
    events = int(outcome["happened"].sum())
    return f"Crisis within {horizon} months, out of time: n = {len(outcome):,}, crises = {events:,}"


def _draw(panels: np.ndarray, outcome: pd.DataFrame) -> None:
    (roc, precision), (calibration, capture) = panels
    for name, rows in (("all", outcome), ("trading", outcome[outcome["trading"].astype(bool)])):
        risk, happened = rows["risk"].to_numpy(float), rows["happened"].to_numpy(int)
        order = ranked(risk, happened)
        if not order.events:
            continue
        label = f"{name} (n = {order.n:,}, crises = {order.events:,})"
        _roc(roc, order, label, COLOURS[name])
        _precision(precision, order, label, COLOURS[name])
        _calibration(calibration, risk, happened, label, COLOURS[name])
        _capture(capture, order, label, COLOURS[name])
    titles = {
        "ROC": (roc, "share of the others alarmed", "share of the crises alarmed"),
        "Precision and recall": (
            precision,
            "share of the crises on the list",
            "share of the list with a crisis",
        ),
        "Calibration, deciles with 95 % Wilson intervals": (calibration, "mean risk", "observed crisis rate"),
        "Capture": (capture, "share of the shops visited, riskiest first", "share of the crises among them"),
    }
    for title, (panel, across, up) in titles.items():
        panel.set(title=title, xlabel=across, ylabel=up)
        if panel.lines or panel.containers:
            panel.legend()
        else:
            panel.text(0.5, 0.5, "no crisis in these rows", ha="center", transform=panel.transAxes)


def _roc(panel: Axes, order: Ranked, label: str, colour: str) -> None:
    others = max(order.n - order.events, 1)
    line = f"{label}: AUC {order.auc:.3f}"
    panel.plot((order.taken - order.caught) / others, order.caught / order.events, color=colour, label=line)
    panel.plot([0, 1], [0, 1], color="#999999", linewidth=0.8, linestyle="--")


def _precision(panel: Axes, order: Ranked, label: str, colour: str) -> None:
    panel.step(
        order.caught[1:] / order.events,
        order.caught[1:] / order.taken[1:],
        color=colour,
        label=label,
        where="pre",
    )
    panel.axhline(order.events / order.n, color=colour, linewidth=0.8, linestyle="--")
    panel.set_ylim(0, 1)


def _calibration(panel: Axes, risk: np.ndarray, happened: np.ndarray, label: str, colour: str) -> None:
    parts = [part for part in np.array_split(np.argsort(risk, kind="stable"), DECILES) if len(part)]
    n = np.array([len(part) for part in parts])
    events = np.array([happened[part].sum() for part in parts])
    rate = events / n
    low, high = wilson(events, n)
    spread = np.clip(np.stack([rate - low, high - rate]), 0, None)
    mean = [float(risk[part].mean()) for part in parts]
    line = f"{label}, {n.min():,}–{n.max():,} a decile"
    panel.errorbar(mean, rate, yerr=spread, fmt="o", markersize=4, capsize=2, color=colour, label=line)
    top = max([*mean, float(high.max())])
    panel.plot([0, top], [0, top], color="#999999", linewidth=0.8, linestyle="--")


def _capture(panel: Axes, order: Ranked, label: str, colour: str) -> None:
    panel.plot(order.taken / order.n, order.caught / order.events, color=colour, label=label)
    panel.plot([0, 1], [0, 1], color="#999999", linewidth=0.8, linestyle="--")
