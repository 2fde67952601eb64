"""Every figure of a backtest: over time, beside the ladder, by class and segment, and what the alerts cost and bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from sbwarn.backtest.scored import Scored, month_names
from sbwarn.figures.burden import burden_figures, within_capacity
from sbwarn.figures.classrates import class_figures
from sbwarn.figures.evaluate import DRAWS, figures
from sbwarn.figures.fairness import fairness_figures
from sbwarn.figures.ladder import Standing, gaps, standing
from sbwarn.figures.leadtime import lead_figures, lead_times
from sbwarn.figures.segments import pooled, segment_figures, worst
from sbwarn.figures.stability import migration, stability_figures, steps
from sbwarn.releases.predict import HORIZONS
from sbwarn.releases.record import Figure
from sbwarn.scoring.record import LEVELS
from sbwarn.training.trial import SIX

if TYPE_CHECKING:
    from sbwarn.backtest.run import Backtest
    from sbwarn.releases.record import Metrics

Progress = Callable[[str], None]
ALERT = LEVELS.index("alert")
"""The class from which a shop counts as alerted: the riskiest tenth of the test months."""
OURS = "ours"
TENTHS = 10
"""Parts of equal size by risk, in which the calibration is looked at."""
DECIDING = ("all", "trading")
"""Populations in which ours has to beat the ladder."""
COMPARED = ("industry", "district")
"""What fairness is looked at across."""


class Chance(TypedDict):
    """What decides every interval."""

    seed: int
    draws: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The smallest groups that get figures of their own."""

    rows: int = 200
    events: int = 30
    lead_events: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestFigures:
    """The figures; each has n, crises and a 95 % interval."""

    overall: Metrics
    """Horizon → population → model → measure → figure, over all months."""
    quarters: Mapping[str, Metrics]
    """The same by the origin of the quarter."""
    gaps: Mapping[str, Mapping[str, Mapping[str, Figure]]]
    """Horizon → population → rung → ours less the rung in AUC over all months, the same shops drawn for both."""
    quarter_gaps: Mapping[str, Mapping[str, Figure]]
    """Origin → rung → the same at six months, of all shops."""
    measures: Mapping[str, Figure]
    """By flat name: "lead/median", "burden/precision", "class/severe/rate", "segment/size/small/auc" …; six months."""
    migration: np.ndarray
    """Steps from the class of the row to that of the column, a month later."""
    leads: np.ndarray
    """Months from the warning to each crisis, 0 if there was none."""
    small: Mapping[str, tuple[str, ...]]
    """By dimension, segments too small for figures of their own."""
    left_out: Mapping[str, int]
    """By dimension, rows that are in no segment with figures."""
    capacity: int
    limits: Limits

    @property
    def standing(self) -> Standing:
        """Where ours stands on the ladder, six months ahead."""
        return standing(self.gaps.get("6", {}), 6)


def backtest_figures(
    found: Backtest,
    *,
    capacity: int,
    limits: Limits | None = None,
    draws: int = DRAWS,
    progress: Progress = lambda _: None,
) -> BacktestFigures:
    """Every figure of a backtest.

    Args:
        found: The backtest.
        capacity: Shops that the office can visit in a month.
        limits: The smallest groups that get figures of their own.
        draws: Bootstrap resamples of every interval.
        progress: Called with a word after each part.
    """
    rows, least, chance = found.scored, limits or Limits(), Chance(seed=found.seed, draws=draws)
    origins = {each.origin: rows.where(_origin(rows) == each.origin) for each in found.quarters}
    overall = metrics_of(rows, chance, supported=found.supported)
    progress("overall")
    quarters: dict[str, Metrics] = {}
    quarter_gaps: dict[str, Mapping[str, Figure]] = {}
    for origin, part in origins.items():
        quarters[origin] = metrics_of(part, chance, supported=found.supported)
        quarter_gaps[origin] = gaps_of(part, SIX, ~np.isnan(part.came.happened[:, SIX]), chance)
        progress(origin)
    by_horizon = {
        str(horizon): {
            name: gaps_of(rows, place, who, chance)
            for name, who in populations(rows, place, supported=found.supported).items()
        }
        for place, horizon in enumerate(HORIZONS)
    }
    progress("ladder")
    measures = _measures(rows, chance, capacity=capacity, least=least, progress=progress)
    parts = {
        name: pooled(each, rows.came.happened[:, SIX], fewest_rows=least.rows, fewest_events=least.events)
        for name, each in rows.segments().items()
    }
    return BacktestFigures(
        overall=overall,
        quarters=quarters,
        gaps=by_horizon,
        quarter_gaps=quarter_gaps,
        measures=measures,
        migration=migration(steps(rows.forecast.level, rows.month, rows.shop)),
        leads=lead_times(rows.forecast.level >= ALERT, rows.month, rows.shop, rows.came.event).lead,
        small={name: each.small for name, each in parts.items()},
        left_out={name: each.left_out for name, each in parts.items()},
        capacity=capacity,
        limits=least,
    )


def metrics_of(rows: Scored, chance: Chance, *, supported: bool) -> Metrics:
    """Horizon → population → model → measure → figure; a horizon of which nothing is known yet is left out."""
    found: dict[str, dict[str, dict[str, dict[str, Figure]]]] = {}
    for place, horizon in enumerate(HORIZONS):
        happened = rows.came.happened[:, place]
        by_population = {
            name: {
                model: figures(
                    risk[who], happened[who], rows.shop[who], **chance, is_probability=model == OURS
                )
                for model, risk in _models(rows, place).items()
            }
            for name, who in populations(rows, place, supported=supported).items()
        }
        if any(by_population["all"].values()):
            found[str(horizon)] = by_population
    return found


def populations(rows: Scored, place: int, *, supported: bool) -> dict[str, np.ndarray]:
    """Rows whose outcome at one horizon is known, by population."""
    told = ~np.isnan(rows.came.happened[:, place])
    found = {"all": told, "trading": told & rows.came.trading}
    return found | ({"unhelped": told & ~rows.came.helped[:, place]} if supported else {})


def gaps_of(rows: Scored, place: int, told: np.ndarray, chance: Chance) -> dict[str, Figure]:
    """Ours less each rung in AUC at one horizon over some rows; empty if only one outcome occurs among them."""
    return gaps(_models(rows, place), rows.came.happened[:, place], rows.shop, told, **chance)


def _models(rows: Scored, place: int) -> dict[str, np.ndarray]:
    ladder = {name: each[:, place] for name, each in rows.forecast.rungs.items()}
    return {OURS: rows.forecast.risk[:, place], **ladder}


def _origin(rows: Scored) -> np.ndarray:
    return month_names(rows.forecast.origin)


def _measures(
    rows: Scored, chance: Chance, *, capacity: int, least: Limits, progress: Progress
) -> dict[str, Figure]:
    """The figures with flat names."""
    risk, happened = rows.forecast.risk[:, SIX], rows.came.happened[:, SIX]
    level, alert = rows.forecast.level, rows.forecast.level >= ALERT
    event = rows.came.event
    found = lead_figures(alert, rows.month, rows.shop, event, **chance, fewest=least.lead_events)
    progress("lead")
    visits = within_capacity(risk, rows.month, rows.shop, capacity=capacity)
    found |= burden_figures(alert, happened, rows.month, rows.shop, event, **chance)
    found |= burden_figures(
        visits, happened, rows.month, rows.shop, event, **chance, prefix="burden/capacity"
    )
    found |= class_figures(risk, level, happened, rows.shop, **chance)
    found |= _tenths(risk, happened, rows.shop, chance)
    progress("burden")
    found |= _stability(rows, chance)
    progress("stability")
    for dimension, segment in rows.segments().items():
        found |= segment_figures(
            risk, happened, rows.shop, segment,
            dimension=dimension, **chance, fewest_rows=least.rows, fewest_events=least.events,
        )  # fmt: skip
        if dimension in COMPARED:
            found |= fairness_figures(
                alert, happened, rows.shop, segment,
                dimension=dimension, **chance, fewest_rows=least.rows, fewest_events=least.events,
            )  # fmt: skip
        progress(dimension)
    return found | worst(found)


def _stability(rows: Scored, chance: Chance) -> dict[str, Figure]:
    """Over all steps, and over those alone in which the model was another one."""
    moves = steps(rows.forecast.level, rows.month, rows.shop)
    retrained = np.isin(moves.month, np.unique(rows.forecast.origin))
    return stability_figures(moves, **chance) | stability_figures(
        moves.where(retrained), **chance, prefix="stability/retrained"
    )


def _tenths(risk: np.ndarray, happened: np.ndarray, shop: np.ndarray, chance: Chance) -> dict[str, Figure]:
    """`calibration/tenth_<1 … 10>/rate` and `/mean_risk`, the least risky tenth of the known rows first."""
    told = np.flatnonzero(~np.isnan(happened))
    place = np.empty(len(told), dtype=int)
    place[np.argsort(risk[told], kind="stable")] = np.arange(len(told)) * TENTHS // max(len(told), 1)
    names = [f"tenth_{number}" for number in range(1, TENTHS + 1)]
    found = class_figures(risk[told], place, happened[told], shop[told], **chance, names=names)
    return {name.replace("class/", "calibration/"): each for name, each in found.items()}
