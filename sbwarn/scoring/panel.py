"""Scores of every shop of a panel: the one way to a score, for one shop and for a city."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from sbwarn.errors import SettingError
from sbwarn.indicators.build import build, named, typical_values
from sbwarn.indicators.peertable import is_trading
from sbwarn.messages import say
from sbwarn.reasons.explain import pushes, tell
from sbwarn.releases.predict import HORIZONS, risks
from sbwarn.scoring.origin import Origin
from sbwarn.scoring.record import Depth, Score, Unknown
from sbwarn.tables.month import ordinal
from sbwarn.tables.panel import NEVER, Panel

if TYPE_CHECKING:
    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.reasons.record import Reason
    from sbwarn.releases.record import Release

DEPTHS: tuple[tuple[float, Depth], ...] = ((0.9, "A"), (0.75, "B"), (0.5, "C"), (0.25, "D"), (0.0, "E"))
"""Share of the model's weight that is known, and the grade from there on."""
LEAST_OF = tuple(least for least, _ in DEPTHS[-3::-1])
"""Least known share of the grades above D, rising."""
LEAST = DEPTHS[-2][0]
"""Known share below which nothing is said of a shop."""
FEWEST_MONTHS = 2
"""Months of known sales below which nothing can be said of a shop."""
YEAR = 12
SIX = HORIZONS.index(6)
NAN = float("nan")
TOLD: Mapping[str, tuple[str, ...]] = {
    "sales": ("sales",),
    "transactions": ("transactions",),
    "customers": ("customers", "returning_share", "new_share"),
    "rent": ("rent",),
    "costs": ("labour", "utilities", "energy", "rent_days_late"),
    "footfall": ("footfall_weekday",),
}
"""Inputs by the name that a reader hears, and the quantities behind each."""
TOLD_FACTS = {"floor_area": "floor_area", "opened": "months_open", "place": "near_trading"}

Verdict: TypeAlias = "dict[str, Any]"
"""Fields of a `Score` by name."""
NO_VERDICT: Verdict = {
    "risk": dict.fromkeys(HORIZONS, NAN),
    "interval": dict.fromkeys(HORIZONS, (NAN, NAN)),
    "level": "not_scored",
    "percentile": NAN,
    "observed_rate": NAN,
    "observed_n": 0,
    "reasons": (),
    "strengths": (),
}


def score_panel(
    panel: Panel,
    peers: PeerTable,
    release: Release,
    *,
    synthetic: bool = False,
    threads: int = 1,
    explain: bool = True,
    horizon: int = 6,
) -> list[Score]:
    """One score a shop, in the order of the panel; shops that cannot be scored say why.

    Args:
        panel: What was known on the day.
        peers: The peers that every shop is compared with.
        release: The model.
        synthetic: True for a simulated city.
        threads: Threads for the indicators; the result does not depend on it.
        explain: False leaves reasons and strengths out.
        horizon: Months ahead that reasons and strengths speak of: 3, 6 or 12.

    Raises:
        SettingError: the panel counts its months in another way than the release learnt them.
    """
    _same_lags(panel, release)
    status = _status(panel)
    every = build(panel, peers, wanted=named(release.indicators), threads=threads)
    known = known_share(every, np.array(release.weights))
    status[(status == "scored") & (known < LEAST)] = "too_little"
    scored = np.flatnonzero(status == "scored")
    values = every[scored]
    typical = typical_values(peers, panel, release.indicators)[scored]
    verdicts = iter(_verdicts(release, values, typical, known[scored], explain=explain, horizon=horizon))
    unknown = _unknown_inputs(panel, release, np.isnan(every))
    return [
        Score(
            shop_id=str(shop_id),
            as_of=str(panel.as_of),
            horizon=horizon,
            status=str(status[shop]),
            release=release.id,
            demonstration=release.demonstration,
            synthetic=synthetic,
            unknown=unknown[shop],
            depth=_depth(float(known[shop])) if status[shop] == "scored" else "E",
            known_share=float(known[shop]),
            origin=Origin(panel=panel, place=shop, peers=peers, release=release, explained=explain),
            **(next(verdicts) if status[shop] == "scored" else NO_VERDICT),
        )
        for shop, shop_id in enumerate(panel.shops.ids)
    ]


def _verdicts(
    release: Release,
    values: np.ndarray,
    typical: np.ndarray,
    known: np.ndarray,
    *,
    explain: bool,
    horizon: int,
) -> list[Verdict]:
    """What the model says of each row of indicators: the part of a score that a shop without one lacks."""
    hazards, risk = risks(release.booster, release.calibration, values)
    reasons, strengths = _told(release, values, typical, hazards if explain else None, horizon=horizon)
    grade = grades(known)
    ends = [venn.interval(risk[:, column], grade) for column, venn in enumerate(release.calibration.venn)]
    interval = [list(zip(low.tolist(), high.tolist(), strict=True)) for low, high in ends]
    lower = np.array([level.lower for level in release.levels])
    level_of = np.maximum(np.searchsorted(lower, risk[:, SIX], side="right") - 1, 0).tolist()
    percentile = _percentile(release, risk[:, SIX]).tolist()
    verdicts: list[Verdict] = []
    for row, each in enumerate(risk.tolist()):
        level = release.levels[level_of[row]]
        verdicts.append(
            {
                "risk": dict(zip(HORIZONS, each, strict=True)),
                "interval": {horizon: each[row] for horizon, each in zip(HORIZONS, interval, strict=True)},
                "level": level.level,
                "percentile": percentile[row],
                "observed_rate": level.observed_rate,
                "observed_n": level.n,
                "reasons": reasons[row],
                "strengths": strengths[row],
            }
        )
    return verdicts


def _told(
    release: Release, values: np.ndarray, typical: np.ndarray, hazards: np.ndarray | None, *, horizon: int
) -> list[list[tuple[Reason, ...]]]:
    """Reasons and strengths of each row; none without hazards."""
    if hazards is None or not len(values):
        return [[()] * len(values)] * 2
    push = pushes(release, values, hazards, horizon=horizon)
    return [tell(release, values, typical, push, sign=sign) for sign in (1, -1)]


def _status(panel: Panel) -> np.ndarray:
    """ "scored", or the first reason why not."""
    sales = panel.quantities["sales"]
    closed = (panel.shops.closed != NEVER) & (panel.shops.closed <= ordinal(panel.as_of))
    few = (~np.isnan(sales)).sum(axis=0) < FEWEST_MONTHS
    return np.select(
        [closed, ~is_trading(sales), few], ["closed", "no_recent_sales", "too_short"], default="scored"
    ).astype(object)


def _unknown_inputs(panel: Panel, release: Release, unknown: np.ndarray) -> list[tuple[Unknown, ...]]:
    """For each shop, the inputs that the release reads and of which nothing is known in a year, the dearest first.

    Args:
        panel: What was known on the day.
        release: The model.
        unknown: Shops × indicators.
    """
    shops, weights = panel.shops, np.array(release.weights)
    blank = {
        "floor_area": np.isnan(shops.floor_area),
        "months_open": shops.opened == NEVER,
        "near_trading": np.isnan(shops.lon) | np.isnan(shops.lat),
    }
    found: list[list[Unknown]] = [[] for _ in range(len(shops))]
    for told, names, readers in _readers(release.indicators):
        missing = np.logical_and.reduce(
            [blank[name] if name in blank else _never_known(panel, name) for name in names]
        )
        if not missing.any():
            continue
        places = np.flatnonzero(missing)
        cost = np.where(unknown[places] & readers, weights, 0.0).sum(axis=1).round(6)
        for shop, lost in zip(places.tolist(), cost.tolist(), strict=True):
            found[shop].append(Unknown(name=told, cost=lost))
    return [tuple(sorted(each, key=lambda one: -one.cost)) for each in found]


@lru_cache(maxsize=8)
def _readers(indicators: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...], np.ndarray], ...]:
    """Inputs that the indicators read: as told, the quantities behind each, and which indicators read it."""
    facts = named(indicators)
    inputs = {**TOLD, **{told: (name,) for told, name in TOLD_FACTS.items()}}
    found = (
        (told, names, np.array([not set(names).isdisjoint(fact.reads) for fact in facts]))
        for told, names in inputs.items()
    )
    return tuple((told, names, readers) for told, names, readers in found if readers.any())


def _never_known(panel: Panel, quantity: str) -> np.ndarray:
    return np.asarray(np.isnan(panel.quantities[quantity][-YEAR:]).all(axis=0))


def _percentile(release: Release, risk: np.ndarray) -> np.ndarray:
    reference = np.array(release.reference)
    return np.asarray(np.interp(risk, reference, np.linspace(0.0, 100.0, len(reference))))


def known_share(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Share (0..1) of the model's weight that lies on indicators which are known, a row."""
    return np.asarray(np.where(np.isnan(values), 0.0, weight).sum(axis=1).round(6))


def grades(known: np.ndarray) -> np.ndarray:
    """Number of the depth grade of each known share, as intervals count them: 0 is A, 3 is D, and E, without a risk."""
    return np.asarray(len(LEAST_OF) - np.array(LEAST_OF).searchsorted(known, side="right"))


def _depth(known: float) -> Depth:
    return next(grade for least, grade in DEPTHS if known >= least)


def _same_lags(panel: Panel, release: Release) -> None:
    lag = release.lags["sales"]
    if panel.lags["sales"] != lag:
        raise SettingError(say("errors.lags", release=release.id, wanted=lag, got=panel.lags["sales"]))
