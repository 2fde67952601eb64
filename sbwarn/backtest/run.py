"""The backtest: what the house would have said, had it been retrained every quarter, and what came of it.

Each quarter's model learns as of its origin, the last day of a month: what became public later has no part in it, nor in
the snapshot of any month that it scores. Outcomes are read once, at the end, as known in the data set's last month.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.backtest.scored import Came, Forecast, Scored, all_scored, came_of, scored_month
from sbwarn.errors import InputError, SettingError
from sbwarn.indicators.selection import default_set
from sbwarn.labels.rules import find_events, label_rule, rule_for
from sbwarn.labels.support import helps_of
from sbwarn.messages import say
from sbwarn.releases.predict import HORIZONS, risks
from sbwarn.tables.month import QUARTER, as_month, from_ordinal, month_range
from sbwarn.training.baselines import Rung, rungs
from sbwarn.training.fit import DEFAULT, Settings
from sbwarn.training.learn import Learnt, learn
from sbwarn.training.material import Material, gather
from sbwarn.training.rows import Way, snapshots
from sbwarn.training.split import WARM_UP
from sbwarn.training.trial import SIX

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.labels.rules import LabelRule
    from sbwarn.tables.history import History
    from sbwarn.training.rows import Snapshot

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """One retraining, and the months that it scored."""

    origin: str
    """Month at whose end it stood."""
    months: tuple[str, ...]
    rows: int
    """That the model learnt from."""
    events: int
    """Crises among them."""
    calibration: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """Every score of every month, and what came of it."""

    dataset: str
    synthetic: bool
    first: str
    last: str
    known_as_of: str
    """Month as of which the outcomes were read."""
    label: str
    """Name and version of the label rule."""
    seed: int
    settings: Settings
    indicators: tuple[str, ...]
    supported: bool
    """True if the data say who got help."""
    districts: Mapping[str, tuple[str, str]]
    """Name of each district in Korean and English, where the data tell."""
    quarters: tuple[Quarter, ...]
    left_out: Mapping[str, str]
    """Origins at which nothing could be learnt, and why."""
    scored: Scored


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """What is the same for every quarter."""

    history: History
    rule: LabelRule
    facts: tuple[Indicator, ...]
    taken: Mapping[int, Snapshot]
    settings: Settings
    helped: Way
    seed: int
    progress: Progress


def backtest(
    history: History,
    first: str | pd.Period,
    last: str | pd.Period,
    *,
    label: str | None = None,
    seed: int = 1,
    settings: Settings = DEFAULT,
    wanted: Sequence[Indicator] | None = None,
    helped: Way = "keep",
    progress: Progress = lambda _: None,
) -> Backtest:
    """Scores of every month from the first to the last, each by the model of its quarter.

    Origins are the first month and every third one after it. The model of an origin scores its month and the two
    after it. An origin whose history is too short is left out, with the reason.

    Args:
        history: The data set.
        first: First as-of month to retrain and to score.
        last: Last as-of month to score.
        label: Name of the label rule; None for the one that fits the data set in its last month. It is one rule for
            all quarters: figures of different questions could not be set side by side.
        seed: Of the models.
        settings: Of every model.
        wanted: Indicators to learn from; None for the default set.
        helped: What becomes of rows whose shop got help before their answer came, while learning.
        progress: Called with each month that is laid out and each model that is fitted.

    Raises:
        SettingError: the last month lies beyond the data.
        InputError: nothing could be learnt at any origin.
    """
    months = month_range(first, last)
    known = last_known(history)
    if months[-1] > known:
        raise SettingError(say("backtest.errors_beyond", last=months[-1], known=known))
    rule = label_rule(label) if label else rule_for(history, known)
    facts = tuple(wanted or default_set())
    begins = min(history.first_month.ordinal + WARM_UP, months[-1].ordinal)
    laid = [from_ordinal(each) for each in range(begins, months[-1].ordinal + 1)]
    taken = {each.month: each for each in snapshots(history, laid, facts, progress=progress)}
    way = _Way(
        history=history, rule=rule, facts=facts, taken=taken, settings=settings, helped=helped, seed=seed,
        progress=progress,
    )  # fmt: skip
    quarters, left_out, parts = _quarters(way, months, known)
    if not quarters:
        reason = next(reversed(left_out.values()))
        raise InputError(say("backtest.errors_nothing", first=months[0], last=months[-1], reason=reason))
    return Backtest(
        dataset=history.dataset.name,
        synthetic=history.dataset.synthetic,
        first=str(months[0]),
        last=str(months[-1]),
        known_as_of=str(known),
        label=rule.title,
        seed=seed,
        settings=settings,
        indicators=tuple(fact.name for fact in facts),
        supported="support" in history.dataset.tables,
        districts=_district_names(history),
        quarters=tuple(quarters),
        left_out=left_out,
        scored=all_scored(parts),
    )


def last_known(history: History) -> pd.Period:
    """The month in which the data set's newest sales became public: as of it everything is known that ever will be."""
    sales = history.dataset.tables["sales"]
    told = sales["known_on"].max()
    if told == told:  # noqa: PLR0124 - false for the missing value alone
        return as_month(told)
    return as_month(history.dataset.months[1]) + history.dataset.lags["sales"]


def learnt_as_of(way: _Way, origin: pd.Period) -> tuple[Material, Learnt]:
    """The model of one origin, and what it learnt from.

    Raises:
        InputError: the history is too short by then, or holds too few crises.
    """
    material = gather(
        way.history,
        origin,
        label=way.rule.name,
        wanted=way.facts,
        helped=way.helped,
        taken=way.taken.values(),
        progress=way.progress,
    )
    return material, learn(material, way.settings, seed=way.seed, progress=way.progress)


def _quarters(
    way: _Way, months: Sequence[pd.Period], known: pd.Period
) -> tuple[list[Quarter], dict[str, str], list[Scored]]:
    """What was learnt at each origin, why nothing was at the others, and the scored months."""
    events, helps = find_events(way.rule, way.history, known), helps_of(way.history, known)
    quarters: list[Quarter] = []
    left_out: dict[str, str] = {}
    parts: list[Scored] = []
    for start in range(0, len(months), QUARTER):
        origin, ahead = months[start], [way.taken[each.ordinal] for each in months[start : start + QUARTER]]
        try:
            material, learnt = learnt_as_of(way, origin)
        except InputError as refusal:
            left_out[str(origin)] = str(refusal)
            continue
        came = [came_of(each, events, helps) for each in ahead]
        ladder = _ladder(way, material, came, known=parts)
        quarters.append(
            Quarter(
                origin=str(origin),
                months=tuple(str(from_ordinal(each.month)) for each in ahead),
                rows=len(material.rows.happened),
                events=int(material.rows.happened.sum()),
                calibration=learnt.kind.kind,
            )
        )
        parts += [
            scored_month(snapshot, _forecast(snapshot, learnt, ladder, origin), outcome)
            for snapshot, outcome in zip(ahead, came, strict=True)
        ]
    return quarters, left_out, parts


def _ladder(
    way: _Way, material: Material, came: Sequence[Came], *, known: Sequence[Scored]
) -> Mapping[str, Rung]:
    """The rungs, taught by the rows that ours learnt from.

    Where no outcome of the quarter is known nothing can be compared: the rungs of the quarters before say nothing.
    """
    if not any(np.isfinite(each.happened).any() for each in came):
        return dict.fromkeys(known[0].forecast.rungs, _silence) if known else {}
    ladder = rungs(material.rows, way.facts, way.settings, seed=way.seed)
    way.progress("ladder")
    return ladder


def _silence(values: np.ndarray, _: np.ndarray) -> np.ndarray:
    return np.full((len(values), len(HORIZONS)), np.nan)


def _forecast(snapshot: Snapshot, learnt: Learnt, ladder: Mapping[str, Rung], origin: pd.Period) -> Forecast:
    """What the model of the origin says of a month's shops, beside the ladder."""
    _, risk = risks(learnt.booster, learnt.calibration, snapshot.values)
    lower = np.array([each.lower for each in learnt.levels])
    return Forecast(
        origin=np.full(len(risk), origin.ordinal),
        risk=risk,
        level=np.searchsorted(lower, risk[:, SIX], side="right") - 1,
        rungs={name: rung(snapshot.values, snapshot.about.lags) for name, rung in ladder.items()},
    )


def _district_names(history: History) -> dict[str, tuple[str, str]]:
    """Name in Korean and English by code, as told last; one language stands in for the other."""
    told = history.dataset.tables.get("districts")
    if told is None:
        return {}
    latest = told.sort_values("known_on", kind="stable", na_position="first").drop_duplicates(
        "district_id", keep="last"
    )
    english = latest["name_en"] if "name_en" in latest else latest["name"]
    return {
        str(code): (_text(name, code), _text(other, _text(name, code)))
        for code, name, other in zip(latest["district_id"], latest["name"], english, strict=True)
    }


def _text(name: object, instead: object) -> str:
    return name if isinstance(name, str) and name else str(instead)
