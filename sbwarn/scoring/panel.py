"""Scores of every shop of a panel: the one way to a score, for one shop and for a city."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from sbwarn.errors import SettingError
from sbwarn.indicators.build import build, named, typical_values
from sbwarn.indicators.peertable import is_trading
from sbwarn.messages import say
from sbwarn.reasons.explain import pushes, tell
from sbwarn.releases.predict import HORIZONS, risks
from sbwarn.scoring.record import Depth, Score
from sbwarn.tables.month import ordinal
from sbwarn.tables.panel import NEVER, Panel

if TYPE_CHECKING:
    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.releases.record import Release

DEPTHS: tuple[tuple[float, Depth], ...] = ((0.9, "A"), (0.75, "B"), (0.5, "C"), (0.25, "D"), (0.0, "E"))
"""Share of the model's weight that is known, and the grade from there on."""
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
    "depth": "E",
    "known_share": 0.0,
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
) -> list[Score]:
    """One score a shop, in the order of the panel; shops that cannot be scored say why.

    Args:
        panel: What was known on the day.
        peers: The peers that every shop is compared with.
        release: The model.
        synthetic: True for a simulated city.
        threads: Threads for the indicators; the result does not depend on it.
        explain: False leaves reasons and strengths out; they cost most of the time.

    Raises:
        SettingError: the panel counts its months in another way than the release learnt them.
    """
    _same_lags(panel, release)
    status = _status(panel)
    scored = np.flatnonzero(status == "scored")
    values = build(panel, peers, wanted=named(release.indicators), threads=threads)[scored]
    typical = typical_values(peers, panel, release.indicators)[scored]
    verdicts = iter(_verdicts(release, values, typical, explain=explain))
    unknown = _unknown_inputs(panel, release)
    return [
        Score(
            shop_id=str(shop_id),
            as_of=str(panel.as_of),
            status=str(status[shop]),
            release=release.id,
            demonstration=release.demonstration,
            synthetic=synthetic,
            unknown=unknown[shop],
            **(next(verdicts) if status[shop] == "scored" else NO_VERDICT),
        )
        for shop, shop_id in enumerate(panel.shops.ids)
    ]


def _verdicts(release: Release, values: np.ndarray, typical: np.ndarray, *, explain: bool) -> list[Verdict]:
    """What the model says of each row of indicators: the part of a score that a shop without one lacks."""
    hazards, risk = risks(release.booster, release.calibration, values)
    push = pushes(release, values, hazards) if len(values) and explain else np.zeros_like(values)
    reasons, strengths = (tell(release, values, typical, push, sign=sign) for sign in (1, -1))
    bands = [band.interval(risk[:, column]) for column, band in enumerate(release.calibration.bands)]
    lower = np.array([level.lower for level in release.levels])
    level_of = np.searchsorted(lower, risk[:, SIX], side="right") - 1
    percentile = _percentile(release, risk[:, SIX])
    known = np.where(np.isnan(values), 0.0, np.array(release.weights)).sum(axis=1)
    verdicts: list[Verdict] = []
    for row in range(len(values)):
        level = release.levels[max(int(level_of[row]), 0)]
        verdicts.append(
            {
                "risk": {horizon: float(risk[row, column]) for column, horizon in enumerate(HORIZONS)},
                "interval": {
                    horizon: (float(low[row]), float(high[row]))
                    for horizon, (low, high) in zip(HORIZONS, bands, strict=True)
                },
                "level": level.level,
                "percentile": float(percentile[row]),
                "observed_rate": level.observed_rate,
                "observed_n": level.n,
                "depth": _depth(float(known[row])),
                "known_share": round(float(known[row]), 6),
                "reasons": reasons[row],
                "strengths": strengths[row],
            }
        )
    return verdicts


def _status(panel: Panel) -> np.ndarray:
    """ "scored", or the first reason why not."""
    sales = panel.quantities["sales"]
    closed = (panel.shops.closed != NEVER) & (panel.shops.closed <= ordinal(panel.as_of))
    few = (~np.isnan(sales)).sum(axis=0) < FEWEST_MONTHS
    return np.select(
        [closed, ~is_trading(sales), few], ["closed", "no_recent_sales", "too_short"], default="scored"
    ).astype(object)


def _unknown_inputs(panel: Panel, release: Release) -> list[tuple[str, ...]]:
    """For each shop, the inputs that the release would have used and of which nothing is known in a year."""
    read = {name for fact in named(release.indicators) for name in fact.reads}
    shops = panel.shops
    facts = {
        "floor_area": np.isnan(shops.floor_area),
        "months_open": shops.opened == NEVER,
        "near_trading": np.isnan(shops.lon) | np.isnan(shops.lat),
    }
    missing = {
        told: np.logical_and.reduce([_never_known(panel, name) for name in names])
        for told, names in TOLD.items()
        if read & set(names)
    }
    missing |= {told: facts[name] for told, name in TOLD_FACTS.items() if name in read}
    return [tuple(name for name, column in missing.items() if column[shop]) for shop in range(len(shops))]


def _never_known(panel: Panel, quantity: str) -> np.ndarray:
    return np.asarray(np.isnan(panel.quantities[quantity][-YEAR:]).all(axis=0))


def _percentile(release: Release, risk: np.ndarray) -> np.ndarray:
    reference = np.array(release.reference)
    return np.asarray(np.interp(risk, reference, np.linspace(0.0, 100.0, len(reference))))


def _depth(known: float) -> Depth:
    return next(grade for least, grade in DEPTHS if known >= least)


def _same_lags(panel: Panel, release: Release) -> None:
    lag = release.lags["sales"]
    if panel.lags["sales"] != lag:
        raise SettingError(say("errors.lags", release=release.id, wanted=lag, got=panel.lags["sales"]))
