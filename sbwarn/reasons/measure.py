"""The value of a reason and that of its peers as people write them, and the word that compares the two."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sbwarn.messages import number, say

if TYPE_CHECKING:
    from sbwarn.messages import Language
    from sbwarn.reasons.record import Reason

_NAMES = {
    "points": """
        sales_yoy_turn cancel_rise sales_mom_against_peers sales_yoy_against_peers price_against_customers
        returning_change_6m rent_share_change_12m sales_against_footfall rank_change_6m peer_exit_change_6m
        vacancy_gap_two_sources vacancy_change_12m district_exit_change_6m""",
    "excess": "rent_over_usual",
    "fold": """
        sales_worst_of_6m sales_unrest_change rent_against_market rent_against_peers rent_burden_against_peers
        sales_per_rent fixed_cost_cover weekend_against_weekday sales_against_peers receipts_against_peers
        peer_dispersion""",
    "size": "sales_cv_12m sales_mad_12m footfall_variation_12m sales_drawdown_12m sales_worst_fall_12m",
    "band": "months_of_sales_band months_open_band peers_median_age",
    "counted": "sales_zero_months_6m sales_zero_months_24m event_months_3m",
    "times": "decline_count_6m",
    "receipts": "receipts_level",
    "stars": "rating_change_6m",
    "class": "change_class",
}
MEASURES = {name: measure for measure, names in _NAMES.items() for name in names.split()}
"""What a quantity is where its unit alone would be misread: percentage points, "at least", a class that is no number."""
SCALES = {
    **dict.fromkeys(("count", "people", "counted", "times", "receipts"), "amount"),
    **dict.fromkeys(("months", "days", "band"), "time"),
    **dict.fromkeys(("size", "excess"), "size"),
    "metres": "way",
}
"""Which words compare a measure: more or fewer, longer or shorter …; all others are higher or lower."""
TELLS_PEERS = (
    "sales_against_peers", "receipts_against_peers", "rent_against_peers", "rent_burden_against_peers",
    "rank_among_peers", "rank_in_industry_12m", "sales_mom_against_peers", "sales_yoy_against_peers",
    "peer_gap_change_6m", "peer_gap_change_12m",
)  # fmt: skip
"""Indicators that are a comparison themselves: a second one would confuse."""
PERCENT = 100.0


def measure_of(reason: Reason) -> str:
    """The unit of a reason, or what stands in for it where the unit alone would be misread."""
    return MEASURES.get(reason.indicator, reason.unit)


def shown(reason: Reason, value: float, into: Language) -> str:
    """A value of the reason's indicator with all that belongs to it: sign, unit, "or more"."""
    measure = measure_of(reason)
    if measure == "class":
        return say(f"indicators.{reason.indicator}.class_{value:.0f}", into=into)
    if measure == "points":
        told = f"{PERCENT * value:+z.1f}"
    elif measure == "excess":
        told = f"{PERCENT * value:z.1f}"
    elif measure == "stars":
        told = f"{value:+z.2f}"
    else:
        told = number(value, reason.unit, into=into, currency=reason.currency)
    if is_nothing(told):
        # Nothing has no sign, and is no lower end of a band.
        told, measure = told.removeprefix("+"), "band_zero" if measure == "band" else measure
    written = {"excess": "points"}.get(measure, measure)
    if written in {"points", "stars", "fold", "times", "receipts", "band", "band_zero"}:
        return say(f"score.shown.{written}", into=into, n=told)
    return told


def is_nothing(told: str) -> bool:
    """True for a number that prints as zero.

    >>> is_nothing("+0.0%"), is_nothing("KRW 10")
    (True, False)
    """
    return set(told).isdisjoint("123456789")


def beside(reason: Reason, into: Language) -> tuple[str, str]:
    """The word that compares the value with that of the peers, and theirs; empty if there is nothing to compare.

    So it is where the peers' value is unknown or prints the same, and where the sentence is a comparison already.
    """
    measure = measure_of(reason)
    if math.isnan(reason.peer_value) or reason.indicator in TELLS_PEERS or measure == "class":
        return "", ""
    # Half of the peers each way: "most of them" would be false.
    if measure == "flag" and reason.peer_value not in {0.0, 1.0}:
        return "", ""
    peers = shown(reason, reason.peer_value, into)
    if shown(reason, reason.value, into) == peers:
        return "", ""
    return (
        f"{SCALES.get(measure, 'level')}_{'higher' if reason.value > reason.peer_value else 'lower'}",
        peers,
    )
