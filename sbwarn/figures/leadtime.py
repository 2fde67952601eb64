"""Lead time: how long before a crisis the office had been warned of the shop.

A warning counts from the second of two months in a row at or above the class: one month may be chance, and before the
second nobody could know that the first was more than that. A warning that was known more than a year before the crisis
and had been taken back by then is none: the forecast reaches twelve months, so a longer lead is not claimed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sbwarn.figures.evaluate import DRAWS
from sbwarn.figures.resample import Resample, figure_of, resample
from sbwarn.labels.events import FAR
from sbwarn.releases.predict import HORIZONS
from sbwarn.releases.record import Figure

REACH = HORIZONS[-1]
"""Months before a crisis within which a warning is counted."""
FEWEST_EVENTS = 30
"""Crises without which no figure is told."""
OBSERVABLE = (6, 12)
"""Months for which a crisis could have been warned of, in the companion lines."""
QUARTILES: Mapping[str, float] = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}
ENOUGH = (3, 6)
"""Months that leave time to act, as shares are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadTimes:
    """The crises of shops that had been scored before; arrays of one length."""

    shop: np.ndarray
    event: np.ndarray
    lead: np.ndarray
    """Months from the warning to the crisis, 0 if there was none."""
    watched: np.ndarray
    """Months from the first score before the crisis to the crisis."""

    def observable(self, months: int) -> LeadTimes:
        """Those of which a sustained alert could have been known so long before: it takes two scores."""
        keep = self.watched > months
        return LeadTimes(
            shop=self.shop[keep], event=self.event[keep], lead=self.lead[keep], watched=self.watched[keep]
        )


def lead_times(
    alert: np.ndarray,
    month: np.ndarray,
    shop: np.ndarray,
    event: np.ndarray,
    *,
    reach: int = REACH,
    until: int | None = None,
) -> LeadTimes:
    """The lead of every crisis of a shop that was scored at least once before it.

    Args:
        alert: True for a row at or above the class.
        month: As-of month (ordinal) of the row; a shop has one row a month, months may be missing.
        shop: Whose row it is.
        event: Month of the next crisis as known in the end, `FAR` if none is known.
        reach: Months before the crisis within which a warning counts.
        until: Last month of a crisis that counts; None for the month after the last row. A later one might have
            been warned of in months that were not scored here.

    A shop in alert in months 3 and 4, whose crisis came in month 8, was warned in month 4:

    >>> months = np.array([3, 4, 5])
    >>> alert = np.array([True, True, False])
    >>> lead_times(alert, months, np.array(["a"] * 3), np.array([8, 8, 8]), until=8).lead
    array([4])
    """
    last = until if until is not None else int(month.max(initial=0)) + 1
    before = (event < FAR) & (event <= last) & (month < event)
    alert, month, shop, event = alert[before], month[before], shop[before], event[before]
    order = np.lexsort((month, event, shop))
    alert, month, shop, event = alert[order], month[order], shop[order], event[order]
    begins = np.append(True, (shop[1:] != shop[:-1]) | (event[1:] != event[:-1]))[: len(shop)]
    sustained = np.zeros(len(shop), dtype=bool)
    sustained[1:] = alert[1:] & alert[:-1] & (month[1:] == month[:-1] + 1) & ~begins[1:]
    ahead = event - month
    warned = np.where(sustained & (ahead <= reach), ahead, 0)
    starts = np.flatnonzero(begins)
    return LeadTimes(
        shop=shop[starts],
        event=event[starts],
        lead=np.maximum.reduceat(warned, starts) if len(starts) else warned,
        watched=ahead[starts],
    )


def lead_figures(
    alert: np.ndarray,
    month: np.ndarray,
    shop: np.ndarray,
    event: np.ndarray,
    *,
    seed: int,
    fewest: int = FEWEST_EVENTS,
    draws: int = DRAWS,
) -> dict[str, Figure]:
    """`lead/median`, `lead/lower_quartile`, `lead/upper_quartile` of the crises that were warned of, and of all crises
    `lead/share_3`, `lead/share_6` (warned at least so many months before) and `lead/never`.

    Beside them the same of the crises that could have been warned of 6 and 12 months before, as
    `lead/observable_6/…` and `lead/observable_12/…`: a shop that had only been scored for two months cannot have a
    long lead. Crises later than the month after the last row are left out. Shares of events: n is the crises, events those that the share counts; of a quantile both are the
    crises that were warned of.

    Args:
        alert, month, shop, event: As of `lead_times`.
        seed: Of the bootstrap over shops.
        fewest: Crises without which a line is left out.
        draws: Bootstrap resamples.
    """
    leads = lead_times(alert, month, shop, event)
    found: dict[str, Figure] = {}
    for prefix, part in {
        "lead": leads,
        **{f"lead/observable_{months}": leads.observable(months) for months in OBSERVABLE},
    }.items():
        if len(part.lead) >= fewest:
            line = _line(part, seed=seed, draws=draws)
            found |= {f"{prefix}/{name}": figure for name, figure in line.items()}
    return found


def _line(leads: LeadTimes, *, seed: int, draws: int) -> dict[str, Figure]:
    drawn, lead = resample(leads.shop, seed=seed, draws=draws), leads.lead
    everyone = np.ones(len(lead), dtype=bool)
    return {
        **_quantiles(drawn, lead),
        **{f"share_{months}": drawn.share(lead >= months, everyone) for months in ENOUGH},
        "never": drawn.share(lead == 0, everyone),
    }


def _quantiles(drawn: Resample, lead: np.ndarray) -> dict[str, Figure]:
    """Median and quartiles of the warned; nothing if nobody was warned."""
    warned = lead > 0
    if not warned.any():
        return {}
    months, owner = lead[warned], drawn.owner[warned]
    quantiles = np.array([_of_draw(months, counts[owner].astype(int)) for counts in drawn.counts])
    count = int(warned.sum())
    return {
        name: figure_of(quantiles[:, place], n=count, events=count) for place, name in enumerate(QUARTILES)
    }


def _of_draw(months: np.ndarray, counts: np.ndarray) -> np.ndarray:
    every = np.repeat(months, counts)
    chosen = tuple(QUARTILES.values())
    return np.asarray(np.quantile(every, chosen)) if len(every) else np.full(len(chosen), np.nan)
