"""What ours has to beat, in the same run on the same rows: a rule of thumb, a scorecard, a model of plain sales."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.errors import SettingError
from sbwarn.messages import say
from sbwarn.releases.calibration import PLAIN
from sbwarn.releases.predict import HORIZONS, risks
from sbwarn.training.fit import Settings, fit
from sbwarn.training.rows import LAGS
from sbwarn.training.scorecard import scorecard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.training.rows import HazardRows

MOMENTUM = "sales_3m_vs_12m"
RANKS_ONLY = ("momentum",)
"""Rungs that give no probability."""
LAG_NAMES = tuple(f"sales_{back}_months_back" for back in range(LAGS - 1, -1, -1))

Rung = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From indicators (rows × indicators) and plain sales (rows × `LAGS`) to risks, rows × horizons."""


def rungs(
    rows: HazardRows, facts: Sequence[Indicator], settings: Settings, *, seed: int
) -> Mapping[str, Rung]:
    """Every baseline, best first as one expects them: "lags", "scorecard", "momentum".

    The rule of thumb is left out where its indicator is not among the columns.

    Args:
        rows: To learn from: the same as ours learns from.
        facts: The indicators behind the columns.
        settings: Of ours; the model of plain sales has the same, without constraints.
        seed: Of the fits.
    """
    names = [fact.name for fact in facts]
    found: dict[str, Rung] = {
        "lags": plain_lags(rows, settings, seed=seed),
        "scorecard": _of_indicators(scorecard(rows, facts, seed=seed).risks),
    }
    if MOMENTUM in names:
        found["momentum"] = _of_indicators(
            lambda values: np.repeat(momentum(values, names)[:, None], len(HORIZONS), axis=1)
        )
    return found


def plain_lags(rows: HazardRows, settings: Settings, *, seed: int) -> Rung:
    """LightGBM on the last thirteen months of sales as they stand, and nothing else: what a team tries first."""
    booster = fit(replace(rows, values=rows.lags), LAG_NAMES, replace(settings, monotone={}), seed=seed)
    return lambda _, lags: risks(booster, PLAIN, lags)[1]


def _of_indicators(risk: Callable[[np.ndarray], np.ndarray]) -> Rung:
    return lambda values, _: risk(values)


def momentum(values: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """The rule "three months over twelve": the deeper below its year, the riskier. It ranks and gives no probability.

    A shop without enough months for it stands in the middle.

    Raises:
        SettingError: the rule's indicator is not among the columns.
    """
    if MOMENTUM not in names:
        raise SettingError(say("errors.no_momentum", name=MOMENTUM))
    fall = -values[:, list(names).index(MOMENTUM)]
    known = fall[~np.isnan(fall)]
    return np.where(np.isnan(fall), np.median(known) if len(known) else 0.0, fall)
