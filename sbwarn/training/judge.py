"""Ours beside the ladder of baselines on months that none of them had seen, by horizon and population."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.errors import SettingError
from sbwarn.figures.evaluate import figures
from sbwarn.figures.ladder import DECIDING, NOWHERE, Standing, gaps, standing
from sbwarn.indicators.build import named
from sbwarn.labels.rules import find_events, label_rule
from sbwarn.labels.support import helps_of
from sbwarn.messages import say
from sbwarn.releases.predict import HORIZONS, risks
from sbwarn.tables.month import as_month, from_ordinal
from sbwarn.training.baselines import RANKS_ONLY, rungs
from sbwarn.training.fit import Settings, settings_of
from sbwarn.training.rows import HazardRows, Outcomes, hazard_rows, outcomes, snapshots
from sbwarn.training.split import split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import lightgbm
    import pandas as pd

    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.releases.calibration import Calibration
    from sbwarn.releases.record import Figure, Metrics, Release
    from sbwarn.tables.history import History

SIX_MONTHS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Figures of ours and of every rung, and where ours stands among them."""

    metrics: Metrics
    standing: Standing


def evaluate(
    history: History,
    release: Release,
    months: Sequence[pd.Period],
    *,
    known_as_of: str | pd.Period,
    seed: int = 1,
) -> Judged:
    """Figures of a finished release on later months, each scored as it was known, beside the ladder.

    The rungs are trained as of the release's own month, on the rows that it was trained on.

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
    known = as_month(known_as_of)
    events, helps = find_events(rule, history, known), helps_of(history, known)
    later = snapshots(history, months, wanted)
    seen = {horizon: outcomes(later, events, horizon, helps) for horizon in HORIZONS}
    return figures_by_horizon(
        release.booster,
        release.calibration,
        seen,
        hazard_rows(taught, trained_on),
        seed=seed,
        facts=wanted,
        settings=settings_of(release.parameters),
    )


def figures_by_horizon(
    booster: lightgbm.Booster,
    calibration: Calibration,
    seen: Mapping[int, Outcomes | None],
    fitted: HazardRows,
    *,
    seed: int,
    facts: Sequence[Indicator],
    settings: Settings,
) -> Judged:
    """Figures of ours and every rung by horizon and population; a horizon without mature months is left out.

    The rungs are judged where the ladder has to be beaten; without the shops that were helped only ours is told.

    Args:
        booster: Ours.
        calibration: Of ours.
        seen: By horizon, what became of the shops of later months.
        fitted: Rows that ours learnt from: the rungs learn from the same.
        seed: Of the rungs and the bootstrap.
        facts: Of the indicators, in the order of the columns.
        settings: Of ours.
    """
    ladder = rungs(fitted, facts, settings, seed=seed)
    found: dict[str, dict[str, dict[str, dict[str, Figure]]]] = {}
    stands = NOWHERE
    for column, horizon in enumerate(HORIZONS):
        outcome = seen[horizon]
        if outcome is None:
            continue
        forecasts = {"ours": risks(booster, calibration, outcome.values)[1][:, column]} | {
            name: rung(outcome.values, outcome.about.lags)[:, column] for name, rung in ladder.items()
        }
        parts = populations(outcome)
        found[str(horizon)] = {
            population: {
                model: figures(
                    risk[who],
                    outcome.happened[who],
                    outcome.shop[who],
                    seed=seed,
                    is_probability=model not in RANKS_ONLY,
                )
                for model, risk in forecasts.items()
                if population in DECIDING or model == "ours"
            }
            for population, who in parts.items()
        }
        # Six months is what the office acts on; a short history is compared at what it has.
        if horizon <= SIX_MONTHS:
            stands = standing(
                {
                    population: gaps(forecasts, outcome.happened, outcome.shop, who, seed=seed)
                    for population, who in parts.items()
                },
                horizon,
            )
    return Judged(metrics=found, standing=stands)


def populations(outcome: Outcomes) -> dict[str, np.ndarray]:
    """Which rows each population holds: everybody, those whom help can still reach, those whom no help reached."""
    found = {"all": np.ones(len(outcome.trading), dtype=bool), "trading": outcome.trading}
    return found | {"unhelped": ~outcome.helped} if outcome.helped.any() else found
