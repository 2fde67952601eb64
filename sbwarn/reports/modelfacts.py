"""How well the release did on months that it had not seen, as rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sbwarn.releases.record import Figure, Release

DISCRIMINATION = ("auc", "average_precision", "capture_5", "capture_10")
ACCURACY = ("brier", "brier_skill", "calibration_slope", "calibration_intercept")


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """The figures of one model for one horizon and population."""

    horizon: str
    population: str
    model: str
    n: int
    events: int
    figures: Mapping[str, Figure]
    """By measure; a measure may be missing."""


def metric_rows(release: Release) -> tuple[MetricRow, ...]:
    """Every horizon, population and model that was measured, shortest horizon first."""
    return tuple(
        MetricRow(
            horizon=horizon,
            population=population,
            model=model,
            n=max((figure.n for figure in figures.values()), default=0),
            events=max((figure.events for figure in figures.values()), default=0),
            figures=figures,
        )
        for horizon in sorted(release.metrics, key=lambda one: (len(one), one))
        for population, models in release.metrics[horizon].items()
        for model, figures in models.items()
    )
