"""One retraining: what was public and mature by a month becomes a candidate release, with figures beside it.

Three models of the same settings are fitted. Two of them, the trials, learn only from intervals that had ended before
the months that they are tried on: the first gives the figures and the classes' observed rates, both give the slope of
the calibration. The third learns from every mature row; it is the one that is released.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sbwarn.indicators.build import month_features
from sbwarn.labels.rules import LabelRule
from sbwarn.releases.calibration import PLAIN
from sbwarn.releases.names import stem_of
from sbwarn.releases.predict import HORIZONS, risks
from sbwarn.releases.record import LevelFacts, Release
from sbwarn.releases.save import booster_text
from sbwarn.tables.digest import digest_table
from sbwarn.tables.month import as_month, from_ordinal
from sbwarn.training.calibrate import anchored, calibrate
from sbwarn.training.fit import PARAMETERS, TREES, fit, weights
from sbwarn.training.judge import Metrics, figures_by_horizon
from sbwarn.training.material import gather
from sbwarn.training.rows import Outcomes, hazard_rows, outcomes, scorable
from sbwarn.training.split import Split
from sbwarn.training.trial import SIX, bands_of, levels_of, odds_of, slopes_of, trials

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import lightgbm

    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.releases.calibration import Calibration
    from sbwarn.tables.history import History

Progress = Callable[[str], None]
GOLDEN = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What a retraining leaves: the release before it has a name, and what to log beside it."""

    release: Release
    golden: np.ndarray
    """Indicator rows by which every reader checks that it computes the same."""
    rule: LabelRule
    split: Split
    rows: int
    events: int
    outcomes: Mapping[str, pd.DataFrame]
    """By horizon: `risk, happened, trading, shop_id, as_of` of the out-of-time months, for charts."""


def retrain(
    history: History,
    as_of: str | pd.Period,
    *,
    label: str | None = None,
    seed: int = 1,
    trees: int = TREES,
    wanted: Sequence[Indicator] | None = None,
    progress: Progress = lambda _: None,
) -> Training:
    """A candidate release as of one month: nothing that was public later has any part in it.

    Args:
        history: The data set.
        as_of: The month at whose end the training stands.
        label: Name of the label rule; None for the one that fits the data set.
        seed: Of the model and the bootstrap: same data and seed, same release.
        trees: Of each model.
        wanted: Indicators to learn from; None for the default set.
        progress: Called with a word after each step.

    Raises:
        InputError: the history is too short, or holds too few crises.
    """
    month = as_month(as_of, argument="as_of")
    material = gather(history, month, label=label, wanted=wanted, progress=progress)
    rule, events, chosen, facts = material.rule, material.events, material.split, material.facts
    taken, rows = material.taken, material.rows
    names = tuple(fact.name for fact in facts)
    earlier = rows.where(rows.ends <= chosen.test_from)
    tries = trials(rows, chosen, names, seed=seed, trees=trees)
    progress("trials")
    slopes = slopes_of(tries)
    tested = [snapshot for snapshot in taken if snapshot.month >= chosen.test_from]
    seen = {horizon: outcomes(tested, events, horizon) for horizon in HORIZONS}
    first = tries[0].booster
    metrics = figures_by_horizon(first, PLAIN, seen, earlier, seed=seed, names=names)
    progress("test")
    final = fit(rows, names, seed=seed, trees=trees)
    later = hazard_rows(tested, events)
    settled = calibrate(odds_of(first, later), later.interval, later.happened)
    calibration = replace(
        anchored(slopes, odds_of(final, rows), rows.interval, rows.happened),
        bands=bands_of(first, settled, seen),
    )
    progress("refit")
    release, golden = _release(
        history, month, rule=rule, seed=seed, trees=trees, booster=final, calibration=calibration,
        levels=levels_of(first, settled, seen[6]), metrics=metrics, tested=_tested(chosen, seen), facts=facts,
    )  # fmt: skip
    progress("peers")
    return Training(
        release=release,
        golden=golden,
        rule=rule,
        split=chosen,
        rows=len(rows.happened),
        events=int(rows.happened.sum()),
        outcomes={str(horizon): _chart_table(first, PLAIN, seen[horizon], horizon) for horizon in HORIZONS},
    )


def _release(
    history: History, month: pd.Period, *, rule: LabelRule, seed: int, trees: int, booster: lightgbm.Booster,
    calibration: Calibration, levels: tuple[LevelFacts, ...], metrics: Metrics, tested: str,
    facts: Sequence[Indicator],
) -> tuple[Release, np.ndarray]:  # fmt: skip
    dataset = history.dataset
    panel = history.as_known(month)
    values, peers = month_features(panel, wanted=facts)
    alive = values[scorable(panel)]
    _, risk = risks(booster, calibration, alive)
    release = Release(
        id=f"{stem_of(dataset.name)}-{month}",
        dataset=dataset.name,
        currency=dataset.currency,
        as_of=str(month),
        demonstration=dataset.synthetic,
        label=rule.title,
        seed=seed,
        indicators=tuple(fact.name for fact in facts),
        versions={fact.name: fact.version for fact in facts},
        weights=weights(booster),
        lags=dict(dataset.lags),
        country=dataset.country,
        booster=booster,
        calibration=calibration,
        peers=peers.without_positions(),
        levels=levels,
        reference=tuple(map(float, np.quantile(risk[:, SIX], np.linspace(0.0, 1.0, 1001)))),
        metrics=metrics,
        tested=tested,
        data=_known_digests(history, month),
        parameters={**PARAMETERS, "trees": trees, "label_digest": rule.digest},
    )
    order = np.argsort(risk[:, SIX], kind="stable")
    golden = alive[order[np.linspace(0, len(order) - 1, GOLDEN).astype(int)]]
    return replace(release, booster=_as_text(release)), golden


def _as_text(release: Release) -> lightgbm.Booster:
    """The booster as a reader will see it: what is released is what is tested."""
    import lightgbm

    return lightgbm.Booster(model_str=booster_text(release))


def _known_digests(history: History, month: pd.Period) -> dict[str, str]:
    """SHA-256 of each quantity as it was known: files that came later do not change it."""
    panel = history.as_known(month)
    return {
        quantity: digest_table(pd.DataFrame(rows))
        for quantity, rows in panel.quantities.items()
        if not np.isnan(rows).all()
    }


def _tested(chosen: Split, seen: Mapping[int, Outcomes | None]) -> str:
    spans = [
        f"{from_ordinal(int(outcome.month.min()))} … {from_ordinal(int(outcome.month.max()))} ({horizon})"
        for horizon, outcome in seen.items()
        if outcome is not None
    ]
    return ", ".join(spans) or str(from_ordinal(chosen.test_from))


def _chart_table(
    booster: lightgbm.Booster, calibration: Calibration, outcome: Outcomes | None, horizon: int
) -> pd.DataFrame:
    if outcome is None:
        return pd.DataFrame({"risk": [], "happened": [], "trading": []})
    return pd.DataFrame(
        {
            "risk": risks(booster, calibration, outcome.values)[1][:, HORIZONS.index(horizon)],
            "happened": outcome.happened.astype(int),
            "trading": outcome.trading,
            "shop_id": outcome.shop,
            "as_of": [str(from_ordinal(int(each))) for each in outcome.month],
        }
    )
