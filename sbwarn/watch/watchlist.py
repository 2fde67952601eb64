"""The watch list: which shops to visit this month, by two rules together and within the capacity there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd

from sbwarn.errors import InputError, SettingError
from sbwarn.messages import say
from sbwarn.scoring.record import LEVELS, Level
from sbwarn.tables.month import QUARTER, as_month, last_day

QUADRANTS = ("level_and_change", "level", "change")
"""Why a shop is listed, the most urgent first; `watch.quadrants.*` of the catalogue has the words."""

WATCH_COLUMNS = ("rank", "shop_id", "quadrant", "risk_6m", "change_3m", "level", "review_on")

REVIEW_DAYS: Mapping[Level, int] = MappingProxyType(
    {"severe": 14, "alert": 30, "caution": 60, "watch": 60, "normal": 60}
)

# 0.25 - 0.20 is 0.04999…: the gap of two probabilities is rounded, or a rise of exactly the limit would be missed.
DECIMALS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchPolicy:
    """The programme office's choice: what counts as high, what as rising, and how many visits there are.

    Raises:
        SettingError: an unknown level, a change outside (0, 1), no capacity, or a level without review days.

    >>> WatchPolicy(level="alert", capacity=40).change_3m
    0.05
    """

    level: Level = "caution"
    """Shops of this level or a worse one count as high."""
    change_3m: float = 0.05
    """A shop counts as rising if its six-month risk rose by at least this much, in probability, over three months."""
    capacity: int = 120
    """The list is never longer than this."""
    review_days: Mapping[Level, int] = field(default_factory=lambda: REVIEW_DAYS)
    """By level: days from the end of the month to the next look at the shop."""

    def __post_init__(self) -> None:
        levels = ", ".join(LEVELS)
        if self.level not in LEVELS:
            raise SettingError(say("watch.unknown_level", got=repr(self.level), levels=levels))
        if not 0 < self.change_3m < 1:
            raise SettingError(say("watch.bad_change", got=self.change_3m))
        if self.capacity < 1:
            raise SettingError(say("watch.bad_capacity", got=self.capacity))
        if set(self.review_days) != set(LEVELS) or min(self.review_days.values()) < 1:
            raise SettingError(say("watch.bad_review_days", got=dict(self.review_days), levels=levels))


DEFAULT_POLICY = WatchPolicy()


def watch_list(
    scores: pd.DataFrame, before: pd.DataFrame | None, *, policy: WatchPolicy = DEFAULT_POLICY
) -> pd.DataFrame:
    """The shops to visit, the most urgent first: high and rising, then high, then rising.

    Inside each of the three, the higher six-month risk comes first, then the smaller `shop_id`. A shop that is
    neither high nor rising, or could not be scored, is not listed.

    Args:
        scores: `SCORE_COLUMNS` as of one month.
        before: At least `shop_id` and `risk_6m` as of three months earlier, scored with the same release; where it
            also has `as_of` or `release`, they are checked. None, or a shop that is missing there, means that
            the change is unknown: NaN, and never a reason to list.
        policy: What counts as high and as rising, the capacity, and the review days.

    Returns:
        `WATCH_COLUMNS`; `rank` from 1, `change_3m` in probability, `review_on` as "YYYY-MM-DD".

    Raises:
        InputError: a column is missing, a shop occurs twice, `scores` holds more than one month, or `before` is
            of another month or release.

    >>> scores = pd.DataFrame({
    ...     "shop_id": ["A", "B", "C"], "as_of": "2025-03", "risk_6m": [0.30, 0.10, 0.02],
    ...     "level": ["alert", "watch", "normal"], "status": "scored", "release": "r1"})
    >>> before = pd.DataFrame({"shop_id": ["A", "B", "C"], "risk_6m": [0.28, 0.04, 0.02]})
    >>> watch_list(scores, before)[["rank", "shop_id", "quadrant", "review_on"]]
       rank shop_id quadrant   review_on
    0     1       A    level  2025-04-30
    1     2       B   change  2025-05-30
    """
    _check(scores, before)
    scored = scores.loc[scores["status"] == "scored", ["shop_id", "as_of", "risk_6m", "level"]]
    risen = scored.assign(change_3m=_rise(scored, before))
    quadrant = _quadrant(risen, policy)
    listed = risen.assign(quadrant=quadrant)[quadrant != ""]
    listed = _ordered(listed).head(policy.capacity).reset_index(drop=True)
    listed = listed.assign(rank=np.arange(1, len(listed) + 1), review_on=_review_on(listed, policy))
    return listed[list(WATCH_COLUMNS)]


def _rise(scored: pd.DataFrame, before: pd.DataFrame | None) -> np.ndarray:
    if before is None:
        return np.full(len(scored), np.nan)
    both = scored[["shop_id", "risk_6m"]].merge(
        before[["shop_id", "risk_6m"]],
        on="shop_id",
        how="left",
        validate="one_to_one",
        suffixes=("", "_before"),
    )
    rise: np.ndarray = both["risk_6m"].to_numpy(float) - both["risk_6m_before"].to_numpy(float)
    return rise.round(DECIMALS)


def _quadrant(risen: pd.DataFrame, policy: WatchPolicy) -> np.ndarray:
    is_high = risen["level"].isin(LEVELS[LEVELS.index(policy.level) :]).to_numpy(bool)
    is_rising = risen["change_3m"].to_numpy(float) >= policy.change_3m
    return np.select([is_high & is_rising, is_high, is_rising], QUADRANTS, default="")


def _ordered(listed: pd.DataFrame) -> pd.DataFrame:
    urgency = listed["quadrant"].map(QUADRANTS.index)
    ordered = listed.assign(urgency=urgency).sort_values(
        ["urgency", "risk_6m", "shop_id"], ascending=[True, False, True], kind="stable"
    )
    return ordered.drop(columns="urgency")


def _review_on(listed: pd.DataFrame, policy: WatchPolicy) -> list[str]:
    ends = [last_day(as_month(as_of)) for as_of in listed["as_of"]]
    waits = [np.timedelta64(policy.review_days[level], "D") for level in listed["level"]]
    return [str(end + wait) for end, wait in zip(ends, waits, strict=True)]


def _check(scores: pd.DataFrame, before: pd.DataFrame | None) -> None:
    _check_shops(scores, ("shop_id", "as_of", "risk_6m", "level", "status", "release"), table="scores")
    months = scores["as_of"].unique()
    if len(months) > 1:
        raise InputError(say("watch.several_months", months=", ".join(sorted(months))))
    if before is not None:
        _check_shops(before, ("shop_id", "risk_6m"), table="before")
        _check_same_release(scores, before)
    if before is not None and len(months) == 1 and "as_of" in before:
        _check_a_quarter_apart(months[0], before)


def _check_shops(table_of_shops: pd.DataFrame, needed: tuple[str, ...], *, table: str) -> None:
    missing = [name for name in needed if name not in table_of_shops]
    if missing:
        raise InputError(say("watch.missing_columns", table=table, columns=", ".join(missing)))
    twice = table_of_shops.loc[table_of_shops["shop_id"].duplicated(), "shop_id"]
    if len(twice):
        raise InputError(say("watch.shop_twice", table=table, shop=repr(twice.iloc[0])))


def _check_same_release(scores: pd.DataFrame, before: pd.DataFrame) -> None:
    if "release" not in before:
        return
    releases = sorted({*scores["release"], *before["release"]})
    if len(releases) > 1:
        raise InputError(say("watch.other_release", releases=", ".join(releases)))


def _check_a_quarter_apart(as_of: str, before: pd.DataFrame) -> None:
    wanted = str(as_month(as_of) - QUARTER)
    others = sorted(set(before["as_of"]) - {wanted})
    if others:
        raise InputError(say("watch.wrong_month", as_of=as_of, wanted=wanted, got=", ".join(others)))
