"""Fairness: whether alerts fall evenly on districts and industries, and whether crises are found everywhere alike.

Uneven is not unfair by itself: where more shops fall, more ought to be warned. So the ratio of the crises that came in
the same two groups stands beside the ratio of the alerts.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sbwarn.figures.evaluate import DRAWS
from sbwarn.figures.resample import Resample, figure_of, ratio, resample
from sbwarn.figures.segments import FEWEST_EVENTS, FEWEST_ROWS, pooled
from sbwarn.releases.record import Figure


def fairness_figures(
    alert: np.ndarray,
    happened: np.ndarray,
    shop: np.ndarray,
    group: np.ndarray,
    *,
    dimension: str,
    seed: int,
    fewest_rows: int = FEWEST_ROWS,
    fewest_events: int = FEWEST_EVENTS,
    draws: int = DRAWS,
) -> dict[str, Figure]:
    """`fairness/<dimension>/…`: `adverse_impact`, lowest alert rate of a group for the highest (1 is even, below 0.8 asks
    for an explanation); `crisis_ratio`, the same two groups' observed rates of crisis; `tpr_gap`, highest share of the
    crises that had an alert less the lowest; and for each group `<group>/alert_rate` and `<group>/true_positive_rate`.

    The interval of a ratio or gap is that of the two groups which stand furthest apart in the data: chosen for that,
    they look further apart than they are. Empty if fewer than two groups are large enough.

    Args:
        alert: True for a row at or above the class.
        happened: 1.0, 0.0, or NaN where the outcome is not known: such rows are left out.
        shop: Whose row it is.
        group: Name of each row's group.
        dimension: What the groups are of: "district", "industry".
        seed: Of the bootstrap over shops.
        fewest_rows: Rows that a group needs; smaller ones are put together, or left out.
        fewest_events: Crises that it needs.
        draws: Bootstrap resamples.
    """
    told = ~np.isnan(happened)
    alert, happened, shop, group = alert[told], happened[told] == 1.0, shop[told], group[told]
    parts = pooled(group, happened.astype(float), fewest_rows=fewest_rows, fewest_events=fewest_events)
    names = parts.names
    if len(names) < 2:  # noqa: PLR2004
        return {}
    drawn = resample(shop, seed=seed, draws=draws)
    members = [parts.segment == name for name in names]
    found: dict[str, Figure] = {}
    for name, which in zip(names, members, strict=True):
        found[f"{name}/alert_rate"] = drawn.share(alert, which)
        found[f"{name}/true_positive_rate"] = drawn.share(alert, which & happened)
    gaps = _gaps(drawn, alert, happened, members)
    return {f"fairness/{dimension}/{name}": each for name, each in (gaps | found).items()}


def _gaps(
    drawn: Resample, alert: np.ndarray, happened: np.ndarray, members: list[np.ndarray]
) -> dict[str, Figure]:
    rates = np.array([_rate(drawn, alert, which) for which in members])
    hits = np.array([_rate(drawn, alert, which & happened) for which in members])
    least, most = int(np.argmin(rates[:, 0])), int(np.argmax(rates[:, 0]))
    low, high = int(np.argmin(hits[:, 0])), int(np.argmax(hits[:, 0]))
    both, pair = members[least] | members[most], (members[low] | members[high]) & happened
    size = {"n": int(both.sum()), "events": int((both & happened).sum())}
    crises = ratio(_rate(drawn, happened, members[least]), _rate(drawn, happened, members[most]))
    impact = figure_of(ratio(rates[least], rates[most]), **size)
    return {
        "adverse_impact": _widened(impact, drawn.share(alert, members[least]), rates[most, 0]),
        "crisis_ratio": figure_of(crises, **size),
        "tpr_gap": figure_of(hits[high] - hits[low], n=int(pair.sum()), events=int(pair.sum())),
    }


def _widened(impact: Figure, least: Figure, most: float) -> Figure:
    """No narrower than the lowest rate's own doubt: where nobody was alerted, no draw of shops shows any."""
    ends = ratio(np.array([least.low, least.high]), np.full(2, most))
    return replace(impact, low=float(np.fmin(impact.low, ends[0])), high=float(np.fmax(impact.high, ends[1])))


def _rate(drawn: Resample, part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return ratio(drawn.sums(part & whole), drawn.sums(whole))
