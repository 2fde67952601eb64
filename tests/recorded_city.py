"""Scores of the small city as they are recorded: two months and two releases, made once a process."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import lightgbm

from sbwarn.indicators.build import month_features, named
from sbwarn.releases.record import Release
from sbwarn.replay.recorded import Recorded, recorded_of
from sbwarn.scoring.panel import score_panel
from tests import small_city

EARLIER, LATER = "2026-04", small_city.LAST


@cache
def other_release() -> Release:
    """A second model of the city: the first half of the trees."""
    first = small_city.release()
    half = first.booster.model_to_string(num_iteration=small_city.TREES // 2)
    return replace(first, id="city-2026-03-0ther000", booster=lightgbm.Booster(model_str=half))


@cache
def recorded(as_of: str, *, other: bool = False) -> tuple[Recorded, ...]:
    """The records of every shop of a month, with the city's release or the other one."""
    release = other_release() if other else small_city.release()
    panel = small_city.history().as_known(as_of)
    _, peers = month_features(panel, wanted=named(release.indicators))
    scores = score_panel(panel, peers, release)
    return tuple(recorded_of(panel, peers, release, scores))


@cache
def pairs() -> tuple[tuple[Recorded, Recorded], ...]:
    """Each shop that has a risk in both months: the earlier record by the one release, the later by the other."""
    later = {each.shop_id: each for each in recorded(LATER, other=True)}
    found = [(each, later[each.shop_id]) for each in recorded(EARLIER) if each.shop_id in later]
    return tuple(pair for pair in found if all(record.result["status"] == "scored" for record in pair))


def releases() -> tuple[Release, Release]:
    """The releases of a pair."""
    return small_city.release(), other_release()
