"""Two releases side by side: figures on the same matured months, and the shops whose class changes, with why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sbwarn.engines.local import CORES
from sbwarn.errors import SettingError
from sbwarn.figures.psi import Shift, score_shift
from sbwarn.indicators.build import month_features, named
from sbwarn.labels.rules import find_events, label_rule
from sbwarn.labels.support import helps_of
from sbwarn.messages import LANGUAGES, number, say
from sbwarn.reasons.explain import FAINT, pushes
from sbwarn.releases.predict import HORIZONS, risks
from sbwarn.scoring.panel import SIX, score_panel
from sbwarn.scoring.record import LEVELS
from sbwarn.tables.month import as_month, from_ordinal, ordinal
from sbwarn.training.champion import Duel, Side, Way, duel, places, recipe
from sbwarn.training.fit import settings_of
from sbwarn.training.material import gather
from sbwarn.training.rows import Outcomes, outcomes, snapshots

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sbwarn.indicators.mechanism import Indicator
    from sbwarn.messages import Language
    from sbwarn.releases.record import Release
    from sbwarn.tables.history import History
    from sbwarn.tables.panel import Panel

Progress = Callable[[str], None]
CHANGE_COLUMNS = (
    "shop_id", "as_of", "industry_code", "district_id", "level_before", "level_after", "risk_6m_before",
    "risk_6m_after", "begins_before", "begins_after", "indicators", "why_ko", "why_en",
)  # fmt: skip
"""A row for each shop whose class changes. `begins_…` is the six-month risk at which the class that was crossed
begins; `indicators` are names joined by a space, the `why_…` columns sentences joined by a line break."""
MOST = 3
"""Causes that are told of one shop."""
LEVEL, BOUNDARY = "level", "boundary"
"""Causes that are no indicator: the model sees more or less risk as a whole; the class begins elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What another release would change in one month."""

    migration: np.ndarray
    """Counts of shops, from the class of the row (champion) to that of the column (candidate), least risky first."""
    table: pd.DataFrame
    """`CHANGE_COLUMNS`: most classes at once first, then by the candidate's risk."""
    shift: Shift
    """How far the six-month risks have moved."""

    @property
    def scored(self) -> int:
        """Shops that both can score."""
        return int(self.migration.sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A candidate beside a champion."""

    candidate: Release
    champion: Release
    as_of: str
    synthetic: bool
    """True if the data set is a simulated city."""
    way: Way
    """"release": both as they are, on months later than either was trained on; "recipe": there are no such months, so
    the indicators and settings of both learnt from the same earlier rows."""
    duel: Duel
    changes: Changes

    @property
    def same_recipe(self) -> bool:
        """True if both have the same indicators and settings: then only the rows that they learnt from differ."""
        ours, theirs = self.candidate, self.champion
        return ours.indicators == theirs.indicators and settings_of(ours.parameters) == settings_of(
            theirs.parameters
        )


def compare(
    history: History,
    candidate: Release,
    champion: Release,
    as_of: str | pd.Period,
    *,
    threads: int = CORES,
    progress: Progress = lambda _: None,
) -> Comparison:
    """Figures of both on the same matured months, and what the candidate would change in the month.

    Args:
        history: The data set.
        candidate: The release that may take over.
        champion: The release in use.
        as_of: Nothing that was public later is used; the classes are those of this month.
        threads: Of the indicators; no result depends on it.
        progress: Called with a word after each step.

    Raises:
        SettingError: both are the same release, or count their months in another way than the data set.
        InputError: the history is too short.
    """
    if candidate.id == champion.id:
        raise SettingError(say("compare.errors_same", id=candidate.id))
    month = as_month(as_of)
    changes = class_changes(history, month, candidate, champion, threads=threads)
    progress(str(month))
    way, found = _figures(history, month, candidate, champion, progress=progress)
    return Comparison(
        candidate=candidate,
        champion=champion,
        as_of=str(month),
        synthetic=history.dataset.synthetic,
        way=way,
        duel=found,
        changes=changes,
    )


def class_changes(
    history: History, as_of: str | pd.Period, candidate: Release, champion: Release, *, threads: int = CORES
) -> Changes:
    """The shops of a month whose class differs between two releases that both score them, with what makes the difference.

    A cause is a part of the way across the boundary of the class, in log-odds of the six-month risk: what an indicator
    pushes more than before (exact TreeSHAP of both models), what the model sees more as a whole, and what the
    boundary itself has moved. The parts add up to the whole way; the largest ones in its direction are told.
    """
    panel = history.as_known(as_of)
    facts = _union(candidate, champion)
    values, peers = month_features(panel, wanted=facts, threads=threads)
    after, before = (
        score_panel(panel, peers, release, threads=threads, explain=False)
        for release in (candidate, champion)
    )
    scored = np.flatnonzero([one.scored and other.scored for one, other in zip(before, after, strict=True)])
    levels = np.array([[LEVELS.index(each[shop].level) for shop in scored] for each in (before, after)])
    levels = levels.reshape(2, len(scored))
    classes = len(LEVELS)
    migration = np.bincount(levels[0] * classes + levels[1], minlength=classes**2).reshape(classes, classes)
    risk = np.array([[each[shop].risk[6] for shop in scored] for each in (before, after)]).reshape(2, -1)
    moved = np.flatnonzero(levels[0] != levels[1])
    parts = _parts(values[scored[moved]], facts, champion, candidate, levels[:, moved])
    return Changes(
        migration=migration,
        table=_table(panel, scored[moved], levels[:, moved], risk[:, moved], parts, facts),
        shift=score_shift(risk[0], risk[1]),
    )


def _union(candidate: Release, champion: Release) -> tuple[Indicator, ...]:
    return named(tuple(dict.fromkeys((*candidate.indicators, *champion.indicators))))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """Shops × causes: every indicator, the level, the boundary; in log-odds, above 0 towards a riskier class."""

    values: np.ndarray
    before: np.ndarray
    after: np.ndarray
    """Pushes of the indicators under each release, NaN where it does not have one."""
    gain: np.ndarray
    begins: np.ndarray
    """2 × shops: six-month risk at which the crossed class begins, before and after."""


def _parts(
    values: np.ndarray, facts: Sequence[Indicator], champion: Release, candidate: Release, levels: np.ndarray
) -> _Parts:
    names = [fact.name for fact in facts]
    push = np.full((2, *values.shape), np.nan)
    odds, begins = np.empty((2, len(values))), np.empty((2, len(values)))
    # Up, the class that is entered is crossed; down, the one that is left.
    crossed = levels.max(axis=0)
    for side, release in enumerate((champion, candidate)):
        which = places(release.indicators, names)
        own = values[:, which]
        hazards, risk = risks(release.booster, release.calibration, own)
        if len(own):
            push[side][:, which] = pushes(release, own, hazards)
        odds[side] = _logit(risk[:, SIX])
        begins[side] = np.array([level.lower for level in release.levels])[crossed]
    by_indicator = np.nan_to_num(push[1]) - np.nan_to_num(push[0])
    level = odds[1] - odds[0] - by_indicator.sum(axis=1)
    boundary = _logit(begins[0]) - _logit(begins[1])
    gain = np.column_stack([by_indicator, level, boundary])
    return _Parts(values=values, before=push[0], after=push[1], gain=gain, begins=begins)


def _logit(risk: np.ndarray) -> np.ndarray:
    inside = np.clip(risk, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))


def _table(
    panel: Panel,
    shops: np.ndarray,
    levels: np.ndarray,
    risk: np.ndarray,
    parts: _Parts,
    facts: Sequence[Indicator],
) -> pd.DataFrame:
    rows = []
    for place, shop in enumerate(shops):
        told = _told(parts, place, facts, direction=int(np.sign(levels[1, place] - levels[0, place])))
        rows.append(
            {
                "shop_id": str(panel.shops.ids[shop]),
                "as_of": str(panel.as_of),
                "industry_code": str(panel.shops.industry[shop]),
                "district_id": str(panel.shops.district[shop]),
                "level_before": LEVELS[levels[0, place]],
                "level_after": LEVELS[levels[1, place]],
                "risk_6m_before": risk[0, place],
                "risk_6m_after": risk[1, place],
                "begins_before": parts.begins[0, place],
                "begins_after": parts.begins[1, place],
                "indicators": " ".join(facts[cause].name for cause in told if cause < len(facts)),
                **{f"why_{into}": "\n".join(_why(parts, place, told, facts, into)) for into in LANGUAGES},
            }
        )
    table = pd.DataFrame(rows, columns=list(CHANGE_COLUMNS))
    far = np.abs(levels[1] - levels[0])
    order = np.lexsort((table["shop_id"].to_numpy(str), -risk[1], -far))
    return table.iloc[order].reset_index(drop=True)


def _told(parts: _Parts, place: int, facts: Sequence[Indicator], *, direction: int) -> list[int]:
    """The causes that count most, strongest first; never an indicator that the catalogue keeps to itself."""
    may = np.array([*(fact.tells for fact in facts), True, True])
    share = np.where(may, direction * parts.gain[place], 0.0)
    order = np.argsort(-share, kind="stable")[:MOST]
    return [int(cause) for cause in order if share[cause] >= FAINT]


def _why(
    parts: _Parts, place: int, told: Sequence[int], facts: Sequence[Indicator], into: Language
) -> list[str]:
    """The causes as sentences."""
    sentences = []
    for cause in told:
        gain = f"{parts.gain[place, cause]:+.2f}"
        if cause == len(facts):
            sentences.append(say("compare.level", into=into, gain=gain))
        elif cause > len(facts):
            begins = [number(each, "share", into=into) for each in parts.begins[:, place]]
            sentences.append(say("compare.boundary", into=into, gain=gain, before=begins[0], after=begins[1]))
        else:
            fact = facts[cause]
            sentences.append(
                say(
                    "compare.push",
                    into=into,
                    label=say(f"indicators.{fact.name}.label", into=into),
                    value=_value(parts.values[place, cause], fact, into),
                    before=_push(parts.before[place, cause], into),
                    after=_push(parts.after[place, cause], into),
                )
            )
    return sentences


def _value(value: float, fact: Indicator, into: Language) -> str:
    return say("compare.unknown", into=into) if np.isnan(value) else number(value, fact.unit, into=into)


def _push(push: float, into: Language) -> str:
    return say("compare.absent", into=into) if np.isnan(push) else f"{push:+.2f}"


def _figures(
    history: History, month: pd.Period, candidate: Release, champion: Release, *, progress: Progress
) -> tuple[Way, Duel]:
    rule = label_rule(candidate.label.split()[0])
    events, helps = find_events(rule, history, month), helps_of(history, month)
    stood = max(as_month(release.as_of) for release in (candidate, champion))
    months = [from_ordinal(each) for each in range(ordinal(stood) + 1, events.mature - HORIZONS[0] + 1)]
    facts = _union(candidate, champion)
    names = [fact.name for fact in facts]
    sides: list[Side]
    seen: Mapping[int, Outcomes | None]
    if months:
        taken = snapshots(history, months, facts, progress=progress)
        seen = {horizon: outcomes(taken, events, horizon, helps) for horizon in HORIZONS}
        sides = [
            Side(names=release.indicators, booster=release.booster, calibration=release.calibration)
            for release in (candidate, champion)
        ]
        return "release", duel(sides[0], sides[1], seen, names, seed=candidate.seed)
    material = gather(
        history, month, label=candidate.label.split()[0], wanted=facts, taken=None, progress=progress
    )
    sides = []
    for release in (candidate, champion):
        sides.append(recipe(release, material, seed=candidate.seed))
        progress(release.id)
    seen = {horizon: outcomes(material.tested, events, horizon, helps) for horizon in HORIZONS}
    return "recipe", duel(sides[0], sides[1], seen, names, seed=candidate.seed)
