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

from sbwarn.errors import SettingError
from sbwarn.indicators.build import catalogue, month_features
from sbwarn.indicators.peertable import is_trading
from sbwarn.labels.rules import LabelRule, find_events, label_rule, rule_for
from sbwarn.messages import say
from sbwarn.releases.calibration import PLAIN, Bands
from sbwarn.releases.names import stem_of
from sbwarn.releases.predict import HORIZONS, log_odds, risks
from sbwarn.releases.record import Figure, LevelFacts, Release
from sbwarn.releases.save import booster_text
from sbwarn.scoring.record import LEVELS
from sbwarn.tables.digest import digest_table
from sbwarn.tables.month import as_month, from_ordinal
from sbwarn.tables.wilson import wilson
from sbwarn.training.baselines import logistic, momentum
from sbwarn.training.calibrate import anchored, bands, calibrate
from sbwarn.training.evaluate import figures
from sbwarn.training.fit import PARAMETERS, TREES, fit, weights
from sbwarn.training.rows import HazardRows, Outcomes, hazard_rows, outcomes, snapshots
from sbwarn.training.split import Split, split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import lightgbm

    from sbwarn.releases.calibration import Calibration
    from sbwarn.tables.panel import History

    Metrics = Mapping[str, Mapping[str, Mapping[str, Mapping[str, Figure]]]]

Progress = Callable[[str], None]
LEVEL_SHARES = (0.0, 0.5, 0.75, 0.9, 0.97)
"""Share of the shops below each class: half are normal, three in a hundred severe."""
GOLDEN = 64
SIX = HORIZONS.index(6)


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
    progress: Progress = lambda _: None,
) -> Training:
    """A candidate release as of one month: nothing that was public later has any part in it.

    Args:
        history: The data set.
        as_of: The month at whose end the training stands.
        label: Name of the label rule; None for the one that fits the data set.
        seed: Of the model and the bootstrap: same data and seed, same release.
        trees: Of each model.
        progress: Called with a word after each step.

    Raises:
        InputError: the history is too short, or holds too few crises.
    """
    month = as_month(as_of, argument="as_of")
    rule = label_rule(label) if label else rule_for(history)
    events = find_events(rule, history, month)
    chosen = split(history.first_month.ordinal, events.mature)
    taken = snapshots(history, [from_ordinal(each) for each in chosen.months], progress=progress)
    rows = hazard_rows(taken, events)
    names = tuple(fact.name for fact in catalogue())
    earlier = rows.where(rows.ends <= chosen.test_from)
    trials = [_trial(rows, origin, until, names, seed, trees) for origin, until in _spans(chosen)]
    progress("trials")
    slopes = _together(trials)
    tested = [snapshot for snapshot in taken if snapshot.month >= chosen.test_from]
    seen = {horizon: outcomes(tested, events, horizon) for horizon in HORIZONS}
    first = trials[0].booster
    metrics = test_figures(first, PLAIN, seen, earlier, seed=seed, columns=None)
    progress("test")
    final = fit(rows, names, seed=seed, trees=trees)
    later = hazard_rows(tested, events)
    settled = calibrate(_odds_of(first, later), later.interval, later.happened)
    calibration = replace(
        anchored(slopes, _odds_of(final, rows), rows.interval, rows.happened),
        bands=_bands(first, settled, seen),
    )
    progress("refit")
    release, golden = _release(
        history, month, rule=rule, seed=seed, trees=trees, booster=final, calibration=calibration,
        levels=_levels(first, settled, seen[6]), metrics=metrics, tested=_tested(chosen, seen), names=names,
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


def test_figures(
    booster: lightgbm.Booster,
    calibration: Calibration,
    seen: Mapping[int, Outcomes | None],
    fitted: HazardRows,
    *,
    seed: int,
    columns: Sequence[int] | None,
) -> Metrics:
    """Figures of ours and both baselines by horizon and population; a horizon without mature months is left out.

    Args:
        booster: Ours.
        calibration: Of ours.
        seen: By horizon, what became of the shops of later months.
        fitted: Rows that ours learnt from: the logistic baseline learns from the same.
        seed: Of the bootstrap.
        columns: Where ours finds its indicators among those of the catalogue; None: it reads them all.
    """
    regression = logistic(fitted)
    found: dict[str, dict[str, dict[str, dict[str, Figure]]]] = {}
    for column, horizon in enumerate(HORIZONS):
        outcome = seen[horizon]
        if outcome is None:
            continue
        mine = outcome.values if columns is None else outcome.values[:, columns]
        forecasts = {
            "ours": (risks(booster, calibration, mine)[1][:, column], True),
            "logistic": (regression.risks(outcome.values)[:, column], True),
            "momentum": (momentum(outcome.values), False),
        }
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


@dataclass(frozen=True, slots=True)
class _Trial:
    """A model and the rows that it was tried on, all later than the ones that it learnt from."""

    booster: lightgbm.Booster
    log_odds: np.ndarray
    interval: np.ndarray
    happened: np.ndarray


def _spans(chosen: Split) -> list[tuple[int, int]]:
    """Each origin, and the first month that it is no longer tried on."""
    ends = (*chosen.origins[1:], chosen.last + 1)
    return [(origin, until) for origin, until in zip(chosen.origins, ends, strict=True) if origin < until]


def _trial(rows: HazardRows, origin: int, until: int, names: Sequence[str], seed: int, trees: int) -> _Trial:
    booster = fit(rows.where(rows.ends <= origin), names, seed=seed, trees=trees)
    later = rows.where((rows.month >= origin) & (rows.month < until))
    return _Trial(booster, _odds_of(booster, later), later.interval, later.happened)


def _together(trials: Sequence[_Trial]) -> Calibration:
    """The lines through the rows of every trial."""
    return calibrate(
        np.concatenate([trial.log_odds for trial in trials]),
        np.concatenate([trial.interval for trial in trials]),
        np.concatenate([trial.happened for trial in trials]),
    )


def _odds_of(booster: lightgbm.Booster, rows: HazardRows) -> np.ndarray:
    return np.asarray(log_odds(booster, rows.values)[np.arange(len(rows.interval)), rows.interval])


def _bands(
    booster: lightgbm.Booster, calibration: Calibration, seen: Mapping[int, Outcomes | None]
) -> tuple[Bands, ...]:
    made = []
    for column, horizon in enumerate(HORIZONS):
        outcome = seen[horizon]
        if outcome is None:
            made.append(bands(np.empty(0), np.empty(0)))
        else:
            made.append(bands(risks(booster, calibration, outcome.values)[1][:, column], outcome.happened))
    return tuple(made)


def _levels(
    booster: lightgbm.Booster, calibration: Calibration, outcome: Outcomes | None
) -> tuple[LevelFacts, ...]:
    """Classes by share of the shops, with what happened in each; without six-month outcomes the classes of chance."""
    risk = risks(booster, calibration, outcome.values)[1][:, SIX] if outcome else np.linspace(0.0, 1.0, 101)
    lower = np.quantile(risk, LEVEL_SHARES)
    lower[0] = 0.0
    level = np.searchsorted(lower, risk, side="right") - 1
    count = np.bincount(level, minlength=len(LEVELS)) if outcome else np.zeros(len(LEVELS), dtype=int)
    events = (
        np.bincount(level, weights=outcome.happened, minlength=len(LEVELS))
        if outcome
        else np.zeros(len(LEVELS))
    )
    low, high = wilson(events, count)
    return tuple(
        LevelFacts(
            level=name,
            lower=float(lower[place]),
            observed_rate=float(events[place] / count[place]) if count[place] else float("nan"),
            low=float(low[place]),
            high=float(high[place]),
            n=int(count[place]),
        )
        for place, name in enumerate(LEVELS)
    )


def _release(
    history: History, month: pd.Period, *, rule: LabelRule, seed: int, trees: int, booster: lightgbm.Booster,
    calibration: Calibration, levels: tuple[LevelFacts, ...], metrics: Metrics, tested: str, names: Sequence[str],
) -> tuple[Release, np.ndarray]:  # fmt: skip
    dataset = history.dataset
    panel = history.as_known(month)
    values, peers = month_features(panel)
    alive = values[is_trading(panel.quantities["sales"])]
    _, risk = risks(booster, calibration, alive)
    release = Release(
        id=f"{stem_of(dataset.name)}-{month}",
        dataset=dataset.name,
        currency=dataset.currency,
        as_of=str(month),
        demonstration=dataset.synthetic,
        label=rule.title,
        seed=seed,
        indicators=tuple(names),
        versions={fact.name: fact.version for fact in catalogue()},
        weights=weights(booster),
        lags=dict(dataset.lags),
        booster=booster,
        calibration=calibration,
        peers=peers,
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
    taught = snapshots(history, [from_ordinal(each) for each in chosen.months])
    events = find_events(rule, history, as_month(known_as_of))
    later = snapshots(history, months)
    seen = {horizon: outcomes(later, events, horizon) for horizon in HORIZONS}
    place = {fact.name: column for column, fact in enumerate(catalogue())}
    columns = [place[name] for name in release.indicators]
    return test_figures(
        release.booster,
        release.calibration,
        seen,
        hazard_rows(taught, trained_on),
        seed=seed,
        columns=columns,
    )
