"""What each family and each indicator is worth, on months later than all that a model learnt from, inside the training.

Two questions. *Dropped*: how much worse is a model that never had the family? *Permuted*: how much worse does a finished
model rank when the values of a family, or of one indicator, are dealt out anew among the shops of a month? Both on a
rolling origin whose outcomes were mature by the training month: the months that a release is tested on stay unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sbwarn.errors import InputError
from sbwarn.figures.evaluate import difference, figures
from sbwarn.messages import say
from sbwarn.releases.calibration import PLAIN
from sbwarn.releases.predict import HORIZONS, risks
from sbwarn.tables.month import as_month, from_ordinal
from sbwarn.training.fit import DEFAULT, Settings, fit
from sbwarn.training.material import gather
from sbwarn.training.rows import Outcomes, outcomes
from sbwarn.training.split import FEWEST_FIT_MONTHS

if TYPE_CHECKING:
    import lightgbm

    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.labels.rules import Events
    from sbwarn.tables.history import History
    from sbwarn.training.rows import HazardRows, Snapshot

Progress = Callable[[str], None]
STRIDE = 3
"""Months from one origin to the next, and months tested after each."""
DRAWS = 100
"""Resamples of the bootstrap over shops."""
COLUMNS = (
    "horizon",
    "way",
    "kind",
    "name",
    "auc_loss",
    "auc_low",
    "auc_high",
    "ap_loss",
    "ap_low",
    "ap_high",
    "n",
    "events",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """The worth of families and indicators as of one training month."""

    as_of: str
    dataset: str
    synthetic: bool
    label: str
    origins: tuple[str, ...]
    whole: pd.DataFrame
    """Figures of the model with everything: horizon, auc, auc_low, auc_high, ap, n, events."""
    losses: pd.DataFrame
    """`COLUMNS`: what is lost without a family or indicator, 95 % interval over shops; above 0 it helps."""


@dataclass(frozen=True, slots=True)
class _Fold:
    """One origin: what was learnt by then, and what came of the shops of the months after it."""

    rows: HazardRows
    seen: Outcomes


def importance(
    history: History,
    as_of: str | pd.Period,
    *,
    label: str | None = None,
    seed: int = 1,
    trees: int = DEFAULT.trees,
    origins: int = 3,
    horizons: Sequence[int] = (3, 6),
    wanted: Sequence[Indicator] | None = None,
    progress: Progress = lambda _: None,
) -> Importance:
    """The worth of each family and indicator, from what was public and mature by a month.

    Args:
        history: The data set.
        as_of: The month at whose end the training stands.
        label: Name of the label rule; None for the one that fits the data set.
        seed: Of models, shuffles and the bootstrap.
        trees: Of each model.
        origins: Quarters that are tried, the last ones whose outcomes are mature.
        horizons: Months ahead.
        wanted: Indicators to weigh; None for the default set.
        progress: Called with a word after each step.

    Raises:
        InputError: the history is too short, or holds too few crises.
    """
    month = as_month(as_of, argument="as_of")
    material = gather(history, month, label=label, wanted=wanted, progress=progress)
    events, facts = material.events, material.facts
    starts = _origins(material.split.first, events.mature, max(horizons), origins)
    whole, losses = [], []
    for horizon in horizons:
        folds = [_fold(material.rows, material.taken, events, start, horizon) for start in starts]
        table = _Worth(folds, facts, horizon, seed=seed, settings=Settings(trees=trees), progress=progress)
        whole.append(table.whole())
        losses += table.losses()
    return Importance(
        as_of=str(month),
        dataset=history.dataset.name,
        synthetic=history.dataset.synthetic,
        label=material.rule.title,
        origins=tuple(str(from_ordinal(start)) for start in starts),
        whole=pd.DataFrame(whole),
        losses=pd.DataFrame(losses, columns=list(COLUMNS)),
    )


def _origins(first: int, mature: int, horizon: int, wanted: int) -> list[int]:
    """The last quarters whose outcomes are mature and that leave half a year to learn from."""
    latest = mature - horizon - STRIDE + 1
    earliest = first + FEWEST_FIT_MONTHS + HORIZONS[0] - 1
    starts = [latest - STRIDE * back for back in range(wanted) if latest - STRIDE * back >= earliest]
    if not starts:
        raise InputError(
            say(
                "errors.short_history",
                first=from_ordinal(first),
                last=from_ordinal(mature),
                need=earliest - first + horizon,
            )
        )
    return sorted(starts)


def _fold(rows: HazardRows, taken: Sequence[Snapshot], events: Events, start: int, horizon: int) -> _Fold:
    later = [snapshot for snapshot in taken if start <= snapshot.month < start + STRIDE]
    seen = outcomes(later, events, horizon)
    if seen is None:
        raise InputError(say("errors.few_events", got=0, wanted=1))
    return _Fold(rows.where(rows.ends <= start), seen)


class _Worth:
    """One horizon: the model with everything, and what is lost without each part of it."""

    def __init__(
        self,
        folds: Sequence[_Fold],
        facts: Sequence[Indicator],
        horizon: int,
        *,
        seed: int,
        settings: Settings,
        progress: Progress,
    ) -> None:
        self._folds, self._facts, self._horizon = folds, facts, horizon
        self._seed, self._settings, self._progress = seed, settings, progress
        self._happened = np.concatenate([fold.seen.happened for fold in folds])
        self._shop = np.concatenate([fold.seen.shop for fold in folds])
        everything = list(range(len(facts)))
        self._boosters = [self._fitted(fold, everything) for fold in folds]
        self._full = self._forecast(lambda fold, booster: self._risk(booster, fold.seen.values))
        progress(f"{horizon}: whole")

    def whole(self) -> dict[str, float]:
        found = figures(self._full, self._happened, self._shop, seed=self._seed)
        auc, precision = found["auc"], found["average_precision"]
        return {
            "horizon": self._horizon, "auc": auc.value, "auc_low": auc.low, "auc_high": auc.high,
            "ap": precision.value, "ap_low": precision.low, "ap_high": precision.high, "n": auc.n, "events": auc.events,
        }  # fmt: skip

    def losses(self) -> list[tuple[object, ...]]:
        families = dict.fromkeys(fact.family for fact in self._facts)
        members = {
            family: [place for place, fact in enumerate(self._facts) if fact.family == family]
            for family in families
        }
        lines = []
        for family, places in members.items():
            lines.append(self._line("dropped", "family", family, self._without(places)))
            lines.append(self._line("permuted", "family", family, self._shuffled(places)))
            self._progress(f"{self._horizon}: {family}")
        for place, fact in enumerate(self._facts):
            lines.append(self._line("permuted", "indicator", fact.name, self._shuffled([place])))
        self._progress(f"{self._horizon}: indicators")
        return lines

    def _line(self, way: str, kind: str, name: str, worse: np.ndarray) -> tuple[object, ...]:
        gap = difference(
            self._full, worse, self._happened, self._shop,
            seed=self._seed, draws=DRAWS, measures=("auc", "average_precision"),
        )  # fmt: skip
        told = [(each.value, each.low, each.high) for each in gap.values()]
        return (self._horizon, way, kind, name, *chain(*told), len(worse), int(self._happened.sum()))

    def _without(self, places: Sequence[int]) -> np.ndarray:
        kept = [place for place in range(len(self._facts)) if place not in set(places)]
        boosters = iter([self._fitted(fold, kept) for fold in self._folds])
        return self._forecast(lambda fold, _: self._risk(next(boosters), fold.seen.values[:, kept]))

    def _shuffled(self, places: Sequence[int]) -> np.ndarray:
        rng, columns = np.random.default_rng(self._seed), np.array(places)

        def dealt(fold: _Fold, booster: lightgbm.Booster) -> np.ndarray:
            values = fold.seen.values.copy()
            for month in np.unique(fold.seen.month):
                rows = np.flatnonzero(fold.seen.month == month)
                values[np.ix_(rows, columns)] = values[np.ix_(rng.permutation(rows), columns)]
            return self._risk(booster, values)

        return self._forecast(dealt)

    def _forecast(self, risk_of: Callable[[_Fold, lightgbm.Booster], np.ndarray]) -> np.ndarray:
        pairs = zip(self._folds, self._boosters, strict=True)
        return np.concatenate([risk_of(fold, booster) for fold, booster in pairs])

    def _fitted(self, fold: _Fold, places: Sequence[int]) -> lightgbm.Booster:
        rows = fold.rows
        names = [self._facts[place].name for place in places]
        return fit(replace(rows, values=rows.values[:, places]), names, self._settings, seed=self._seed)

    def _risk(self, booster: lightgbm.Booster, values: np.ndarray) -> np.ndarray:
        return np.asarray(risks(booster, PLAIN, values)[1][:, HORIZONS.index(self._horizon)])
