"""Ours beside both baselines on months that none of them had seen, by horizon and population."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sbwarn.errors import SettingError
from sbwarn.indicators.build import named
from sbwarn.labels.rules import find_events, label_rule
from sbwarn.messages import say
from sbwarn.releases.predict import HORIZONS, risks
from sbwarn.tables.month import as_month, from_ordinal
from sbwarn.training.baselines import MOMENTUM, logistic, momentum
from sbwarn.training.evaluate import figures
from sbwarn.training.rows import HazardRows, Outcomes, hazard_rows, outcomes, snapshots
from sbwarn.training.split import split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import lightgbm
    import pandas as pd

    from sbwarn.releases.calibration import Calibration
    from sbwarn.releases.record import Figure, Release
    from sbwarn.tables.history import History

Metrics: TypeAlias = "Mapping[str, Mapping[str, Mapping[str, Mapping[str, Figure]]]]"
"""Horizon → population → model → measure → figure."""


def evaluate(
    history: History,
    release: Release,
    months: Sequence[pd.Period],
    *,
    known_as_of: str | pd.Period,
    seed: int = 1,
) -> Metrics:
    """Figures of a finished release on later months, each scored as it was known, beside both baselines.

    The baselines are trained as of the release's own month, on the rows that it was trained on.

    Raises:
        SettingError: a month that the release had already seen: a test on it would flatter.
    """
    stood = as_month(release.as_of)
    if not months or min(months) <= stood:
        raise SettingError(say("errors.seen_months", id=release.id, as_of=stood))
    rule = label_rule(release.label.split()[0])
    trained_on = find_events(rule, history, stood)
    chosen = split(history.first_month.ordinal, trained_on.mature)
    wanted = named(release.indicators)
    taught = snapshots(history, [from_ordinal(each) for each in chosen.months], wanted)
    events = find_events(rule, history, as_month(known_as_of))
    later = snapshots(history, months, wanted)
    seen = {horizon: outcomes(later, events, horizon) for horizon in HORIZONS}
    return figures_by_horizon(
        release.booster,
        release.calibration,
        seen,
        hazard_rows(taught, trained_on),
        seed=seed,
        names=release.indicators,
    )


def figures_by_horizon(
    booster: lightgbm.Booster,
    calibration: Calibration,
    seen: Mapping[int, Outcomes | None],
    fitted: HazardRows,
    *,
    seed: int,
    names: Sequence[str],
) -> Metrics:
    """Figures of ours and both baselines by horizon and population; a horizon without mature months is left out.

    Args:
        booster: Ours.
        calibration: Of ours.
        seen: By horizon, what became of the shops of later months.
        fitted: Rows that ours learnt from: the logistic baseline learns from the same.
        seed: Of the bootstrap.
        names: Of the indicators, in the order of the columns.
    """
    regression = logistic(fitted)
    found: dict[str, dict[str, dict[str, dict[str, Figure]]]] = {}
    for column, horizon in enumerate(HORIZONS):
        outcome = seen[horizon]
        if outcome is None:
            continue
        forecasts = {
            "ours": (risks(booster, calibration, outcome.values)[1][:, column], True),
            "logistic": (regression.risks(outcome.values)[:, column], True),
        }
        # A release that was trained on other indicators than the default ones may lack the rule's.
        if MOMENTUM in names:
            forecasts["momentum"] = (momentum(outcome.values, names), False)
        populations = {"all": np.ones(len(outcome.trading), dtype=bool), "trading": outcome.trading}
        found[str(horizon)] = {
            population: {
                model: figures(
                    risk[who],
                    outcome.happened[who],
                    outcome.shop[who],
                    seed=seed,
                    is_probability=is_probability,
                )
                for model, (risk, is_probability) in forecasts.items()
            }
            for population, who in populations.items()
        }
    return found
