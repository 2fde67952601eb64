"""Champion against challenger: the same matured months, the same shops drawn for both, and neither side sees more.

A champion that was trained before the first tested month is tested as it is. One that was trained later has seen what
it would be tested on; then its recipe - its indicators and settings - learns from the challenger's rows, and it is the
recipes that are compared. Which of the two it was is told beside every figure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from sbwarn.figures.evaluate import difference, figures
from sbwarn.figures.psi import score_shift
from sbwarn.indicators.build import build, named
from sbwarn.indicators.peertable import peer_table
from sbwarn.releases.calibration import PLAIN
from sbwarn.releases.predict import HORIZONS, risks
from sbwarn.releases.record import Figure
from sbwarn.tables.month import as_month, from_ordinal
from sbwarn.training.fit import fit, settings_of
from sbwarn.training.learn import outcomes_of
from sbwarn.training.rows import scorable, snapshots
from sbwarn.training.trial import SIX, folds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import lightgbm
    import pandas as pd

    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.releases.calibration import Calibration
    from sbwarn.releases.record import Release
    from sbwarn.tables.history import History
    from sbwarn.training.learn import Learnt
    from sbwarn.training.material import Material
    from sbwarn.training.rows import HazardRows, Outcomes, Snapshot

Way = Literal["release", "recipe"]
Progress = Callable[[str], None]
POPULATIONS = ("all", "trading")
MEASURES = ("auc", "average_precision")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two: a model and the columns that it reads."""

    names: tuple[str, ...]
    booster: lightgbm.Booster
    calibration: Calibration

    def risk(self, values: np.ndarray, names: Sequence[str]) -> np.ndarray:
        """Rows × horizons, from values whose columns have these names."""
        return risks(self.booster, self.calibration, values[:, places(self.names, names)])[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duel:
    """Both sides on the same rows; keys are "6/all/auc": horizon, population, measure."""

    ours: Mapping[str, Figure]
    theirs: Mapping[str, Figure]
    gaps: Mapping[str, Figure]
    """Ours less theirs, the same shops drawn for both."""
    months: Mapping[str, tuple[str, str]]
    """By horizon, the first and the last as-of month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Versus:
    """The challenger beside the champion."""

    champion: str
    """Id of its release."""
    way: Way
    """"release": the champion as it is; "recipe": its indicators and settings, learnt from the challenger's rows."""
    champion_label: str
    label: str
    """Of the challenger, by which both were tested."""
    duel: Duel
    score_psi: Figure
    """Of the challenger's scores on the newest month, against those of the champion's release."""
    psi_critical: float
    """What the index stays below in 95 of 100 cases if nothing moved."""

    def measures(self) -> dict[str, Figure]:
        """`champion/auc_gap` (six months, all shops), if there was anything to test, and `champion/score_psi`."""
        gap = self.duel.gaps.get("6/all/auc")
        return ({"champion/auc_gap": gap} if gap else {}) | {"champion/score_psi": self.score_psi}

    def facts(self) -> dict[str, object]:
        """For the record of a release, as plain JSON."""
        return {
            "champion": self.champion,
            "way": self.way,
            "champion_label": self.champion_label,
            "months": {horizon: list(span) for horizon, span in self.duel.months.items()},
            "psi_critical": self.psi_critical,
        }


def against(
    champion: Release,
    history: History,
    month: pd.Period,
    material: Material,
    learnt: Learnt,
    *,
    seed: int,
    progress: Progress = lambda _: None,
) -> Versus:
    """The trial of a training beside the champion, on the months that the trial was tested on.

    Args:
        champion: The release in use.
        history: The data set.
        month: At whose end the training stands.
        material: Of the training.
        learnt: Its model and trial.
        seed: Of the champion's refit, the same as of the trial, and of the bootstrap over shops. A champion of the same
            recipe then gives the same model, and the gap is 0.
        progress: Called with a word for each month that has to be laid out once more.
    """
    own = named(champion.indicators)
    wide = widened(history, material, own, progress=progress)
    ours = Side(names=material.names, booster=learnt.trial, calibration=PLAIN)
    way: Way = "release" if _had_not_seen(champion, history, material.split.test_from) else "recipe"
    if way == "release":
        theirs = Side(names=champion.indicators, booster=champion.booster, calibration=champion.calibration)
    elif champion.indicators == material.names and settings_of(champion.parameters) == learnt.settings:
        theirs = ours
    else:
        theirs = recipe(champion, wide, seed=seed)
    seen = learnt.seen if wide is material else outcomes_of(wide)
    shift = score_shift(
        *_scores(
            history,
            month,
            Side(names=champion.indicators, booster=champion.booster, calibration=champion.calibration),
            Side(names=material.names, booster=learnt.booster, calibration=learnt.calibration),
            wide.facts,
        )
    )
    return Versus(
        champion=champion.id,
        way=way,
        champion_label=champion.label,
        label=material.rule.title,
        duel=duel(ours, theirs, seen, wide.names, seed=seed),
        score_psi=shift.psi,
        psi_critical=shift.critical,
    )


def duel(
    ours: Side, theirs: Side, seen: Mapping[int, Outcomes | None], names: Sequence[str], *, seed: int
) -> Duel:
    """AUC and average precision of both sides and their paired difference, by horizon and population.

    Args:
        ours, theirs: The sides.
        seen: By horizon, what became of the shops; a horizon without mature months is left out.
        names: Of the columns of the values of `seen`.
        seed: Of the bootstrap over shops.
    """
    found: tuple[dict[str, Figure], dict[str, Figure], dict[str, Figure]] = ({}, {}, {})
    months: dict[str, tuple[str, str]] = {}
    for column, horizon in enumerate(HORIZONS):
        outcome = seen[horizon]
        if outcome is None or not len(outcome.happened):
            continue
        months[str(horizon)] = (_month(outcome.month.min()), _month(outcome.month.max()))
        one, other = (side.risk(outcome.values, names)[:, column] for side in (ours, theirs))
        for population in POPULATIONS:
            who = outcome.trading if population == "trading" else np.ones(len(one), dtype=bool)
            parts = _compared(one[who], other[who], outcome.happened[who], outcome.shop[who], seed=seed)
            for kept, part in zip(found, parts, strict=True):
                kept.update({f"{horizon}/{population}/{measure}": figure for measure, figure in part.items()})
    return Duel(ours=found[0], theirs=found[1], gaps=found[2], months=months)


def widened(
    history: History, material: Material, wanted: Sequence[Indicator], *, progress: Progress = lambda _: None
) -> Material:
    """The same material with the indicators that it lacks behind its own; itself if it lacks none.

    Args:
        history: The data set.
        material: Of a training.
        wanted: Indicators that there have to be.
        progress: Called with each month that is laid out.
    """
    missing = tuple(fact for fact in wanted if fact.name not in material.names)
    if not missing:
        return material
    months = [from_ordinal(snapshot.month) for snapshot in material.taken]
    more = snapshots(history, months, missing, progress=progress)
    taken = [
        replace(snapshot, values=np.column_stack([snapshot.values, extra.values]))
        for snapshot, extra in zip(material.taken, more, strict=True)
    ]
    rows = replace(material.rows, values=_values_at(taken, material.rows))
    return replace(material, facts=(*material.facts, *missing), taken=taken, rows=rows)


def recipe(release: Release, material: Material, *, seed: int) -> Side:
    """What the indicators and settings of a release make of the first fold of this material, not calibrated.

    Args:
        release: Whose recipe it is.
        material: Holds its indicators, among others.
        seed: Of the draw of missing tables and the model.
    """
    which = places(release.indicators, material.names)
    own = replace(
        material,
        facts=tuple(material.facts[place] for place in which),
        rows=replace(material.rows, values=material.rows.values[:, which]),
    )
    settings = settings_of(release.parameters)
    fold = folds(own.rows, own.split, learning=own.learning(settings.dropout, seed=seed))[0]
    booster = fit(fold.earlier, release.indicators, settings, seed=seed)
    return Side(names=release.indicators, booster=booster, calibration=PLAIN)


def places(names: Sequence[str], among: Sequence[str]) -> list[int]:
    """Where each of the names stands.

    >>> places(("b", "a"), ("a", "b", "c"))
    [1, 0]
    """
    at = {name: place for place, name in enumerate(among)}
    return [at[name] for name in names]


def _had_not_seen(champion: Release, history: History, test_from: int) -> bool:
    """True if nothing that the champion learnt from was public later than the first tested month."""
    same_clock = champion.lags["sales"] == history.dataset.lags["sales"]
    return same_clock and as_month(champion.as_of).ordinal <= test_from


def _scores(
    history: History, month: pd.Period, champion: Side, challenger: Side, facts: Sequence[Indicator]
) -> tuple[np.ndarray, np.ndarray]:
    """The six-month risks of the shops of the newest month, by both."""
    panel = history.as_known(month)
    values = build(panel, peer_table(panel), wanted=facts)[scorable(panel)]
    names = [fact.name for fact in facts]
    return champion.risk(values, names)[:, SIX], challenger.risk(values, names)[:, SIX]


def _compared(
    one: np.ndarray, other: np.ndarray, happened: np.ndarray, shop: np.ndarray, *, seed: int
) -> tuple[dict[str, Figure], dict[str, Figure], dict[str, Figure]]:
    """By measure: ours, theirs, ours less theirs; empty if only one outcome occurs."""
    if not happened.any() or happened.all():
        return {}, {}, {}
    if np.array_equal(one, other):
        same = _ranked(one, happened, shop, seed=seed)
        none = Figure(value=0.0, low=0.0, high=0.0, n=len(one), events=int(happened.sum()))
        return same, same, dict.fromkeys(MEASURES, none)
    ours, theirs = (_ranked(risk, happened, shop, seed=seed) for risk in (one, other))
    gaps = difference(one, other, happened, shop, seed=seed, measures=MEASURES)
    return ours, theirs, dict(gaps)


def _ranked(risk: np.ndarray, happened: np.ndarray, shop: np.ndarray, *, seed: int) -> dict[str, Figure]:
    found = figures(risk, happened, shop, seed=seed, is_probability=False)
    return {measure: found[measure] for measure in MEASURES}


def _values_at(taken: Sequence[Snapshot], rows: HazardRows) -> np.ndarray:
    """The values of each row's shop in its month."""
    values = np.empty((len(rows.shop), taken[0].values.shape[1] if taken else 0))
    for snapshot in taken:
        mine = np.flatnonzero(rows.month == snapshot.month)
        order = np.argsort(snapshot.shop_ids, kind="stable")
        found = np.searchsorted(snapshot.shop_ids[order], rows.shop[mine])
        values[mine] = snapshot.values[order[found]]
    return values


def _month(ordinal: int) -> str:
    return str(from_ordinal(int(ordinal)))
